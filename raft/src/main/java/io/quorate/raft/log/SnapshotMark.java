package io.quorate.raft.log;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.membership.Membership;

/**
 * What a snapshot stands for: everything up to an entry, the last of its batch.
 *
 * @param index the last entry it contains; 0 for the empty beginning of a log
 * @param term the term of that entry; 0 for the beginning
 * @param membership who belonged to the group at that entry
 */
public record SnapshotMark(long index, long term, Membership membership) {
  public SnapshotMark {
    requireNonNull(membership, "membership");
    if (index < 0) {
      throw new IllegalArgumentException("index: " + index + " (expected: >= 0)");
    }
    if (term < 0 || (index == 0) != (term == 0)) {
      throw new IllegalArgumentException(
          "term: %d (expected: >= 1, or 0 at index 0; the index is %d)".formatted(term, index));
    }
  }

  /** The beginning of a group's log. */
  public static SnapshotMark beginning(Membership membership) {
    return new SnapshotMark(0, 0, membership);
  }
}
