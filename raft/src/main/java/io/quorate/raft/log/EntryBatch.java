package io.quorate.raft.log;

import static java.util.Objects.requireNonNull;

/**
 * Consecutive entries of one term that a leader appended at once. A batch is never split or merged:
 * it is proposed, stored, sent, truncated and applied as a whole, so all nodes that have one of its
 * entries have all, and agree where it begins.
 *
 * <p>Invariant: of two batches with the same first index and the same term, in whichever logs, both
 * are the same batch.
 *
 * @param term the leader's term; at least 1
 * @param firstIndex the index of its first entry; at least 1
 * @param payload what it holds
 */
public record EntryBatch(long term, long firstIndex, Payload payload) {

  /** What is accounted for a batch on top of its payload, in bytes. */
  public static final int OVERHEAD_BYTES = 32;

  public EntryBatch {
    requireNonNull(payload, "payload");
    if (term < 1) {
      throw new IllegalArgumentException("term: " + term + " (expected: >= 1)");
    }
    if (firstIndex < 1) {
      throw new IllegalArgumentException("firstIndex: " + firstIndex + " (expected: >= 1)");
    }
  }

  /** The index of its last entry. */
  public long lastIndex() {
    return firstIndex + payload.count() - 1;
  }

  /** What it is accounted for, in bytes. */
  public int sizeBytes() {
    return payload.sizeBytes() + OVERHEAD_BYTES;
  }
}
