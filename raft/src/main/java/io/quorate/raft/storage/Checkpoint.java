package io.quorate.raft.storage;

import io.quorate.raft.log.SnapshotMark;
import java.util.List;

/**
 * All there is to know of a group besides its batches, in one record. Whatever lies before {@code
 * neededFrom} in the log says nothing about the group any more, readable or not.
 *
 * @param baseIndex the last entry that is gone from the group's log
 * @param baseTerm its term
 * @param state the numbers
 * @param neededFrom the position of the oldest batch that is needed, or of the record itself
 * @param snapshot the snapshot the group rests on
 * @param lastIndex the last entry of the group's log at this point: what lies before the record and
 *     behind this entry is dropped
 * @param repaired the stretches of the log that could not be read, and are dealt with by that
 */
record Checkpoint(
    long baseIndex,
    long baseTerm,
    GroupState state,
    long neededFrom,
    SnapshotMark snapshot,
    long lastIndex,
    List<Stretch> repaired) {

  /** How many stretches one may name. */
  static final int STRETCHES_MAX = 64;

  /** Positions from {@code start} to {@code end} that nothing is known of. */
  record Stretch(long start, long end) {
    boolean contains(Stretch other) {
      return start <= other.start && other.end <= end;
    }
  }

  Checkpoint {
    repaired = List.copyOf(repaired);
  }

  boolean repairs(Stretch stretch) {
    return repaired.stream().anyMatch(each -> each.contains(stretch));
  }
}
