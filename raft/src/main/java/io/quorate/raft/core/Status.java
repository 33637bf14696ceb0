package io.quorate.raft.core;

import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.progress.Progress;
import java.util.List;

/**
 * Where a node is, for people and tests.
 *
 * @param self which node
 * @param role its role
 * @param hardState its term and vote
 * @param leader who leads the term; 0 where that is not known
 * @param lastIndex the last entry of its log
 * @param durableIndex the last entry that is durable
 * @param commitIndex the last entry known to be agreed on
 * @param applyIndex the last entry it was told to apply
 * @param baseIndex the last entry that was compacted
 * @param snapshot its latest snapshot
 * @param membership the last configuration in its log
 * @param inDoubt whether it may have lost what it had acknowledged
 * @param followers of a leader: how far the others are
 */
public record Status(
    long self,
    Role role,
    HardState hardState,
    long leader,
    long lastIndex,
    long durableIndex,
    long commitIndex,
    long applyIndex,
    long baseIndex,
    SnapshotMark snapshot,
    Membership membership,
    boolean inDoubt,
    List<Follower> followers) {

  /**
   * One follower, as the leader knows it.
   *
   * @param node who
   * @param state how entries are sent to it
   * @param match the last entry it has acknowledged
   * @param next the next entry to send
   * @param inflightBytes the bytes of entries under way to it
   * @param paused whether it gets no entries now
   * @param active whether it was heard of within an election timeout
   */
  public record Follower(
      long node,
      Progress.State state,
      long match,
      long next,
      long inflightBytes,
      boolean paused,
      boolean active) {}

  public Status {
    followers = List.copyOf(followers);
  }
}
