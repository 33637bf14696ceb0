package io.quorate.raft.core;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.log.LogIndex;
import io.quorate.raft.log.SnapshotMark;

/**
 * What a node finds on its disk when it starts.
 *
 * @param hardState the last durable one
 * @param log the batches that are durable; the core owns it from here on
 * @param snapshot the latest durable snapshot; committed and applied up to there
 * @param boot how many times the node was started, this time included; durable before the core is
 *     made. An acknowledgement given by an earlier start is not believed any more
 * @param inDoubt whether entries that were acknowledged may be missing from the log. Such a node
 *     gives no vote and asks for none until a leader has filled it up to what is committed
 */
public record Restored(
    HardState hardState, LogIndex log, SnapshotMark snapshot, long boot, boolean inDoubt) {
  public Restored {
    requireNonNull(hardState, "hardState");
    requireNonNull(log, "log");
    requireNonNull(snapshot, "snapshot");
    if (log.lastIndex() < snapshot.index()) {
      throw new IllegalArgumentException(
          "log: ends at %d (expected: >= %d, the snapshot)"
              .formatted(log.lastIndex(), snapshot.index()));
    }
    if (hardState.term() < log.lastTerm()) {
      throw new IllegalArgumentException(
          "hardState: term %d (expected: >= %d, the last entry's)"
              .formatted(hardState.term(), log.lastTerm()));
    }
    if (boot < 1) {
      throw new IllegalArgumentException("boot: " + boot + " (expected: >= 1)");
    }
  }

  /** That of a new node whose group begins with this snapshot, usually an empty one. */
  public static Restored beginning(SnapshotMark snapshot) {
    return new Restored(
        new HardState(snapshot.term(), 0),
        new LogIndex(snapshot.index(), snapshot.term(), snapshot),
        snapshot,
        1,
        false);
  }
}
