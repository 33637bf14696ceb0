package io.quorate.raft.membership;

import io.quorate.raft.quorum.NodeIds;

/** One wish about one node. Granting it twice is granting it once. */
public sealed interface MembershipChange {

  /** The node it is about. */
  long node();

  /**
   * Makes a node a voter, also one that has been a learner.
   *
   * @param node not 0
   */
  record AddVoter(long node) implements MembershipChange {
    public AddVoter {
      NodeIds.requireNode(node);
    }
  }

  /**
   * Makes a node a learner, which gets the log and has no vote; also one that has been a voter.
   *
   * @param node not 0
   */
  record AddLearner(long node) implements MembershipChange {
    public AddLearner {
      NodeIds.requireNode(node);
    }
  }

  /**
   * Makes a node a learner whom the leader makes a voter as soon as it has caught up with the log;
   * one that has a vote keeps it. How a new node should come in: it never stands in the way of a
   * majority while it is still empty.
   *
   * @param node not 0
   */
  record Join(long node) implements MembershipChange {
    public Join {
      NodeIds.requireNode(node);
    }
  }

  /**
   * Takes a node out, whatever it is; one that is not a member stays none.
   *
   * @param node not 0
   */
  record Remove(long node) implements MembershipChange {
    public Remove {
      NodeIds.requireNode(node);
    }
  }
}
