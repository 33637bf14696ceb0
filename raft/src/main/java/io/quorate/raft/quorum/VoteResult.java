package io.quorate.raft.quorum;

/** What the votes cast so far mean for an election. */
public enum VoteResult {
  /** Neither side has a majority, and both still may. */
  PENDING,
  /** No votes that are still missing can win it. */
  LOST,
  /** A majority said yes. */
  WON
}
