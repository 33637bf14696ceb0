package io.quorate.raft.core;

/** What a node is at the moment. */
public enum Role {
  /** Follows a leader, or waits for one; learners too. */
  FOLLOWER,
  /** Asks whether an election is worth its while. */
  PRE_CANDIDATE,
  /** Asks for votes. */
  CANDIDATE,
  /** Leads its term. */
  LEADER
}
