package io.quorate.raft.replica;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Executor;

/**
 * Where a replica's work is done. Each lane runs its tasks one at a time, in the order they came;
 * different lanes may run at once.
 *
 * @param loop consensus: where all methods of {@link Replica} are called, and where what the other
 *     lanes find out comes back to
 * @param apply the state machine
 * @param slow reading old entries, writing and opening snapshots
 */
public record Lanes(Executor loop, Executor apply, Executor slow) {
  public Lanes {
    requireNonNull(loop, "loop");
    requireNonNull(apply, "apply");
    requireNonNull(slow, "slow");
  }
}
