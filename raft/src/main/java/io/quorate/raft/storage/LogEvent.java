package io.quorate.raft.storage;

import io.quorate.raft.log.EntryBatch;

/** What a record, or the lack of one, does to a group's log. */
sealed interface LogEvent {

  /** Where it starts in the log of the disk. */
  long start();

  /** Where it ends. */
  long end();

  /** A batch; of commands the size alone, not the bytes. */
  record Batch(long start, long end, EntryBatch batch) implements LogEvent {}

  /** A batch whose payload is lost. */
  record Lost(long start, long end, long term, long firstIndex) implements LogEvent {}

  /** Entries from {@code firstIndex} on were dropped. */
  record Truncate(long start, long end, long firstIndex) implements LogEvent {}

  /** A snapshot took the place of everything. */
  record Install(long start, long end, long index, long term) implements LogEvent {}

  /** The log begins behind {@code index}; from a checkpoint whose payload is lost. */
  record Base(long start, long end, long index, long term) implements LogEvent {}

  /** A checkpoint. */
  record Resume(long start, long end, Checkpoint checkpoint) implements LogEvent {}

  /** A stretch that may have held anything of any group. */
  record Unknown(long start, long end) implements LogEvent {
    Checkpoint.Stretch stretch() {
      return new Checkpoint.Stretch(start, end);
    }
  }
}
