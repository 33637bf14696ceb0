package io.quorate.raft.quorum;

/** Who has voted for what. */
@FunctionalInterface
public interface Ballots {

  /** One voter's vote. */
  enum Ballot {
    /** Not heard of. */
    MISSING,
    /** Refused. */
    NO,
    /** Granted. */
    YES
  }

  /** What {@code node} voted. */
  Ballot of(long node);
}
