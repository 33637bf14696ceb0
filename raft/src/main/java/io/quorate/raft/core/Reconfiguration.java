package io.quorate.raft.core;

import io.quorate.raft.log.Payload;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.membership.MembershipChange;
import io.quorate.raft.membership.MembershipException;
import io.quorate.raft.progress.Progress;
import java.util.List;

/**
 * Changing who belongs to the group, one change at a time, each by a configuration that counts as
 * soon as it is appended (thesis §4.1). Whenever voters change, the majorities of before and after
 * both decide until the change is committed (§4.3); then the leader ends the transition by itself.
 */
final class Reconfiguration {
  private final CoreState state;
  private final Followers followers;

  Reconfiguration(CoreState state, Followers followers) {
    this.state = state;
    this.followers = followers;
  }

  /** Whether the last configuration is not committed, or one of two halves. */
  boolean isUnderWay() {
    return state.log.membershipIndex() > state.commitIndex || state.log.membership().isJoint();
  }

  /** Whether this node has no vote any more, for certain. */
  boolean isOut() {
    return !isUnderWay() && !state.log.membership().voters().contains(state.self);
  }

  void begin(List<MembershipChange> changes) {
    Membership now = state.log.membership();
    try {
      Membership after = now.enterJoint(true, changes);
      boolean sameVoters = after.voters().equals(now.voters()) && after.learnersNext().isEmpty();
      Membership next = sameVoters ? now.simple(changes) : after;
      if (next.equals(now)) {
        state.out.refused(Refusal.BAD_CHANGE);
      } else {
        append(next);
      }
    } catch (MembershipException broken) {
      state.out.refused(Refusal.BAD_CHANGE);
    }
  }

  private void append(Membership membership) {
    long next = state.log.lastIndex() + 1;
    state.append(new Payload.Configuration(membership));
    followers.align(next);
  }

  /** More is committed than before: a transition may end. */
  void committed() {
    Membership now = state.log.membership();
    if (now.isJoint() && now.autoLeave() && state.log.membershipIndex() <= state.commitIndex) {
      try {
        append(now.leaveJoint());
      } catch (MembershipException impossible) {
        throw new InvariantViolatedException(impossible.getMessage() + "; this node must stop");
      }
    }
  }

  /** Makes a learner a voter that was to be one and has caught up. */
  void promote(Progress learner) {
    Membership now = state.log.membership();
    if (now.promoting().contains(learner.node())
        && !isUnderWay()
        && learner.state() == Progress.State.REPLICATE
        && learner.match() >= state.log.baseIndex()
        && state.log.bytes(learner.match() + 1, state.log.lastIndex())
            <= state.config.promotionLagBytesMax()) {
      begin(List.of(new MembershipChange.AddVoter(learner.node())));
    }
  }
}
