package io.quorate.raft.quorum;

import java.util.Objects;

/**
 * The quorum of a configuration that may be in transition: a majority of the incoming voters and,
 * while there are any, a majority of the outgoing ones too.
 *
 * <pre>
 *   committed = min(committed(incoming), committed(outgoing))
 *   vote      = won if both are won, lost if either is lost, else pending
 * </pre>
 *
 * <p>Immutable. Source: Ongaro, "Consensus: Bridging Theory and Practice", §4.3.
 *
 * @param incoming the voters that stay once the transition is over
 * @param outgoing the voters before the transition; empty when there is none
 */
public record JointQuorum(Majority incoming, Majority outgoing) {

  public JointQuorum {
    Objects.requireNonNull(incoming, "incoming");
    Objects.requireNonNull(outgoing, "outgoing");
  }

  /** The quorum of {@code voters} alone. */
  public static JointQuorum of(NodeIds voters) {
    return new JointQuorum(new Majority(voters), new Majority(NodeIds.none()));
  }

  /** Whether a transition is under way. */
  public boolean isJoint() {
    return !outgoing.voters().isEmpty();
  }

  /** All who have a vote, in either half. */
  public NodeIds voters() {
    return incoming.voters().union(outgoing.voters());
  }

  /** The highest index that both halves have. */
  public long committed(MatchIndex match) {
    return Math.min(incoming.committed(match), outgoing.committed(match));
  }

  /** Where an election stands. */
  public VoteResult vote(Ballots ballots) {
    VoteResult first = incoming.vote(ballots);
    VoteResult second = outgoing.vote(ballots);
    if (first == second) {
      return first;
    }
    return first == VoteResult.LOST || second == VoteResult.LOST
        ? VoteResult.LOST
        : VoteResult.PENDING;
  }

  /** As {@code (1 2 3)}, or {@code (2 3)&&(1)} in a transition. */
  @Override
  public String toString() {
    return isJoint() ? incoming + "&&" + outgoing : incoming.toString();
  }
}
