package io.quorate.raft.quorum;

/** How far each voter's log is known to agree with the leader's. */
@FunctionalInterface
public interface MatchIndex {

  /**
   * The highest index {@code node} has acknowledged as durable; 0 when it has acknowledged none.
   */
  long of(long node);
}
