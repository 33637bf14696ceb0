/**
 * Raft for applications: a {@link io.quorate.raft.StateMachine} is what is replicated, and what a
 * node cannot do is a {@link io.quorate.raft.RaftException}.
 */
@NullMarked
package io.quorate.raft;

import org.jspecify.annotations.NullMarked;
