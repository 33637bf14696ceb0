package io.quorate.raft.membership;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.membership.MembershipException.Rule;
import io.quorate.raft.quorum.JointQuorum;
import io.quorate.raft.quorum.Majority;
import io.quorate.raft.quorum.NodeIds;
import java.util.List;

/**
 * Who belongs to a group, and in what role. Changes by at most one voter at once ({@link #simple}),
 * or by any number in a transition ({@link #enterJoint}, {@link #leaveJoint}) during which the
 * majorities of before and after both have to agree.
 *
 * <pre>
 *   C_old ──enterJoint──▶ C_old,new ──leaveJoint──▶ C_new
 *     └────────────────simple─────────────────────────┘      |voters(C_old) Δ voters(C_new)| ≤ 1
 * </pre>
 *
 * <p>Invariants: nobody is a voter and a learner at once; {@code learnersNext} are outgoing voters;
 * {@code promoting} are learners; without a transition, {@code outgoing} and {@code learnersNext}
 * are empty and {@code autoLeave} is false. Immutable; all methods are pure. Source: Ongaro,
 * "Consensus: Bridging Theory and Practice", chapter 4.
 *
 * @param voters who has a vote, and stays when a transition is over
 * @param outgoing who had a vote before the transition, and keeps it until that is over
 * @param learners who gets the log and has no vote
 * @param learnersNext outgoing voters who become learners once the transition is over
 * @param promoting learners whom the leader makes voters once they have caught up
 * @param autoLeave whether the leader ends the transition by itself once it is committed
 */
public record Membership(
    NodeIds voters,
    NodeIds outgoing,
    NodeIds learners,
    NodeIds learnersNext,
    NodeIds promoting,
    boolean autoLeave) {

  /** Nobody. */
  public static final Membership NONE = of(NodeIds.none(), NodeIds.none());

  public Membership {
    requireNonNull(voters, "voters");
    requireNonNull(outgoing, "outgoing");
    requireNonNull(learners, "learners");
    requireNonNull(learnersNext, "learnersNext");
    requireNonNull(promoting, "promoting");
    for (long learner : learners.toArray()) {
      if (voters.contains(learner) || outgoing.contains(learner)) {
        throw new IllegalArgumentException(
            "learners: %s has a vote (expected: a voter or a learner)".formatted(learner));
      }
    }
    for (long next : learnersNext.toArray()) {
      if (!outgoing.contains(next)) {
        throw new IllegalArgumentException(
            "learnersNext: %s is no outgoing voter (expected: one)".formatted(next));
      }
      if (voters.contains(next)) {
        throw new IllegalArgumentException(
            "learnersNext: %s keeps its vote (expected: a voter or a learner)".formatted(next));
      }
    }
    for (long soon : promoting.toArray()) {
      if (!learners.contains(soon)) {
        throw new IllegalArgumentException(
            "promoting: %s is no learner (expected: one)".formatted(soon));
      }
    }
    if (outgoing.isEmpty() && autoLeave) {
      throw new IllegalArgumentException("autoLeave: true (expected: false without a transition)");
    }
  }

  /** Voters and learners, no transition. */
  public static Membership of(NodeIds voters, NodeIds learners) {
    return new Membership(voters, NodeIds.none(), learners, NodeIds.none(), NodeIds.none(), false);
  }

  /** Voters alone, no transition. */
  public static Membership of(long... voters) {
    return of(NodeIds.of(voters), NodeIds.none());
  }

  /** Whether a transition is under way. */
  public boolean isJoint() {
    return !outgoing.isEmpty();
  }

  /** Who has to agree. */
  public JointQuorum quorum() {
    return new JointQuorum(new Majority(voters), new Majority(outgoing));
  }

  /** All who get the log. */
  public NodeIds members() {
    return voters.union(outgoing).union(learners);
  }

  /** Whether {@code node} is a learner now; one of {@code learnersNext} still has a vote. */
  public boolean isLearner(long node) {
    return learners.contains(node);
  }

  /**
   * The configuration after changes that make and unmake at most one voter.
   *
   * @throws MembershipException two voters would change, none would be left, or a transition is
   *     under way
   */
  public Membership simple(List<MembershipChange> changes) throws MembershipException {
    if (isJoint()) {
      throw new MembershipException(Rule.ALREADY_JOINT, this);
    }
    Membership after = withAll(changes);
    int made = after.voters.filter(node -> !voters.contains(node)).size();
    int unmade = voters.filter(node -> !after.voters.contains(node)).size();
    if (made + unmade > 1) {
      throw new MembershipException(Rule.TOO_MANY_AT_ONCE, this);
    }
    return after;
  }

  /**
   * The configuration in which the voters of now and of after the changes decide together.
   *
   * @param autoLeave see {@link #autoLeave()}
   * @throws MembershipException there are no voters, none would be left, or a transition is under
   *     way
   */
  public Membership enterJoint(boolean autoLeave, List<MembershipChange> changes)
      throws MembershipException {
    if (isJoint()) {
      throw new MembershipException(Rule.ALREADY_JOINT, this);
    }
    if (voters.isEmpty()) {
      throw new MembershipException(Rule.NO_VOTERS_YET, this);
    }
    return new Membership(voters, voters, learners, NodeIds.none(), promoting, autoLeave)
        .withAll(changes);
  }

  /**
   * The configuration at the end of the transition.
   *
   * @throws MembershipException there is none
   */
  public Membership leaveJoint() throws MembershipException {
    if (!isJoint()) {
      throw new MembershipException(Rule.NOT_JOINT, this);
    }
    return new Membership(
        voters, NodeIds.none(), learners.union(learnersNext), NodeIds.none(), promoting, false);
  }

  private Membership withAll(List<MembershipChange> changes) throws MembershipException {
    Membership after = this;
    for (MembershipChange change : changes) {
      after = after.with(change);
    }
    if (after.voters.isEmpty()) {
      throw new MembershipException(Rule.NO_VOTERS_LEFT, this);
    }
    return after;
  }

  private Membership with(MembershipChange change) {
    long node = change.node();
    Membership gone = without(node);
    return switch (change) {
      case MembershipChange.AddVoter voter -> gone.voters(gone.voters.with(node));
      case MembershipChange.AddLearner learner -> gone.withLearner(node);
      case MembershipChange.Join join ->
          outgoing.contains(node) || voters.contains(node)
              ? gone.voters(gone.voters.with(node))
              : gone.withLearner(node).promoting(gone.promoting.with(node));
      case MembershipChange.Remove remove -> gone;
    };
  }

  /** One that still has a vote becomes a learner when the transition is over. */
  private Membership withLearner(long node) {
    boolean later = outgoing.contains(node);
    return new Membership(
        voters,
        outgoing,
        later ? learners : learners.with(node),
        later ? learnersNext.with(node) : learnersNext,
        promoting,
        autoLeave);
  }

  /** An outgoing voter keeps its vote until the transition is over. */
  private Membership without(long node) {
    return new Membership(
        voters.without(node),
        outgoing,
        learners.without(node),
        learnersNext.without(node),
        promoting.without(node),
        autoLeave);
  }

  private Membership voters(NodeIds other) {
    return new Membership(other, outgoing, learners, learnersNext, promoting, autoLeave);
  }

  private Membership promoting(NodeIds other) {
    return new Membership(voters, outgoing, learners, learnersNext, other, autoLeave);
  }

  /**
   * As {@code voters=(2 3)&&(1) learners=(4) learners_next=(1) promoting=(4) autoleave}; what is
   * empty is left out.
   */
  @Override
  public String toString() {
    return "voters="
        + quorum()
        + (learners.isEmpty() ? "" : " learners=" + learners)
        + (learnersNext.isEmpty() ? "" : " learners_next=" + learnersNext)
        + (promoting.isEmpty() ? "" : " promoting=" + promoting)
        + (autoLeave ? " autoleave" : "");
  }
}
