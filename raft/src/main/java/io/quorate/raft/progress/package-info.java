/**
 * What a leader knows of each follower: {@link io.quorate.raft.progress.Progress} says what to send
 * next and whether there is room for it, {@link io.quorate.raft.progress.Inflight} what is under
 * way.
 */
@NullMarked
package io.quorate.raft.progress;

import org.jspecify.annotations.NullMarked;
