package io.quorate.raft.core;

/**
 * What a node must never forget, besides its log.
 *
 * @param term the latest one it has heard of; 0 at first
 * @param vote whom it voted for in that term; 0 for nobody
 */
public record HardState(long term, long vote) {

  /** That of a new node. */
  public static final HardState NONE = new HardState(0, 0);
}
