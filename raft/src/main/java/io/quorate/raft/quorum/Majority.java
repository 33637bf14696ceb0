package io.quorate.raft.quorum;

import java.util.Objects;

/**
 * More than half of a set of voters:
 *
 * <pre>
 *   quorum(n) = n / 2 + 1          any two quorums of n voters share a voter, because 2 * quorum(n) &gt; n
 *   committed = the quorum(n)-th largest match index
 * </pre>
 *
 * <p>An empty set stands for "no second half" of a joint configuration and so never stands in the
 * way: it wins every vote and has committed everything. Immutable. Source: Ongaro and Ousterhout,
 * "In Search of an Understandable Consensus Algorithm", §5.3, §5.4.2.
 *
 * @param voters who counts
 */
public record Majority(NodeIds voters) {

  public Majority {
    Objects.requireNonNull(voters, "voters");
  }

  /** How many voters a quorum takes. */
  public int quorum() {
    return voters.size() / 2 + 1;
  }

  /** The highest index that a quorum has; {@link Long#MAX_VALUE} for the empty set. */
  public long committed(MatchIndex match) {
    int n = voters.size();
    if (n == 0) {
      return Long.MAX_VALUE;
    }
    // Insertion sort: n is a handful, and this runs for each acknowledgement.
    long[] ascending = new long[n];
    for (int i = 0; i < n; i++) {
      long index = match.of(voters.at(i));
      int at = i;
      while (at > 0 && ascending[at - 1] > index) {
        ascending[at] = ascending[at - 1];
        at--;
      }
      ascending[at] = index;
    }
    return ascending[n - quorum()];
  }

  /** Where an election among these voters stands. */
  public VoteResult vote(Ballots ballots) {
    if (voters.isEmpty()) {
      return VoteResult.WON;
    }
    int yes = 0;
    int missing = 0;
    for (int i = 0; i < voters.size(); i++) {
      switch (ballots.of(voters.at(i))) {
        case YES -> yes++;
        case MISSING -> missing++;
        case NO -> {}
      }
    }
    if (yes >= quorum()) {
      return VoteResult.WON;
    }
    return yes + missing >= quorum() ? VoteResult.PENDING : VoteResult.LOST;
  }

  /** As {@code (1 2 3)}. */
  @Override
  public String toString() {
    return voters.toString();
  }
}
