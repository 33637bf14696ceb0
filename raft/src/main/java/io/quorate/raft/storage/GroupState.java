package io.quorate.raft.storage;

import io.quorate.raft.core.HardState;

/**
 * The few numbers of a group that are written whole each time, to the log and to its slots.
 *
 * @param term the latest term heard of
 * @param vote the vote in it; 0 for none
 * @param boot how many times the group was opened
 * @param logInDoubt see {@link io.quorate.raft.core.Restored#inDoubt}
 * @param voteInDoubt whether a later term or vote than these may be lost; never taken back
 */
record GroupState(long term, long vote, long boot, boolean logInDoubt, boolean voteInDoubt) {
  static final GroupState NEW = new GroupState(0, 0, 0, false, false);

  private static final int LOG_IN_DOUBT = 1;
  private static final int VOTE_IN_DOUBT = 2;
  static final int FLAGS_MAX = LOG_IN_DOUBT | VOTE_IN_DOUBT;

  static GroupState of(long term, long vote, long boot, int flags) {
    return new GroupState(
        term, vote, boot, (flags & LOG_IN_DOUBT) != 0, (flags & VOTE_IN_DOUBT) != 0);
  }

  int flags() {
    return (logInDoubt ? LOG_IN_DOUBT : 0) | (voteInDoubt ? VOTE_IN_DOUBT : 0);
  }

  HardState hardState() {
    return new HardState(term, vote);
  }

  GroupState with(HardState state) {
    return new GroupState(state.term(), state.vote(), boot, logInDoubt, voteInDoubt);
  }

  GroupState boot(long boot) {
    return new GroupState(term, vote, boot, logInDoubt, voteInDoubt);
  }

  GroupState logInDoubt(boolean logInDoubt) {
    return new GroupState(term, vote, boot, logInDoubt, voteInDoubt);
  }

  GroupState voteInDoubt(boolean voteInDoubt) {
    return new GroupState(term, vote, boot, logInDoubt, voteInDoubt);
  }

  /**
   * What both say together. Within a term a vote is given once and never changed, so the later of
   * two states has the higher term, or a vote where the other has none; two votes in one term are a
   * contradiction that leaves the vote in doubt.
   */
  GroupState latest(GroupState other) {
    GroupState later = this;
    if (other.term > term || (other.term == term && vote == 0)) {
      later = other;
    }
    boolean contradiction =
        term == other.term && vote != 0 && other.vote != 0 && vote != other.vote;
    return new GroupState(
        later.term,
        later.vote,
        Math.max(boot, other.boot),
        logInDoubt || other.logInDoubt,
        voteInDoubt || other.voteInDoubt || contradiction);
  }
}
