/**
 * How a server runs its replicas: {@link io.quorate.raft.internal.Lane lanes} with a thread each, a
 * {@link io.quorate.raft.internal.GroupRunner} for each group, and the calls nodes make to each
 * other.
 */
@NullMarked
package io.quorate.raft.internal;

import org.jspecify.annotations.NullMarked;
