package io.quorate.raft.storage;

import java.util.Arrays;

/**
 * Which write lies before which position of the log, and needs which sequence of the slots, until
 * both are durable. A ring of numbers; used by the group's thread alone.
 *
 * <p>Invariant: writes and positions grow strictly, sequences never fall.
 */
final class WriteLedger {
  private long[] writes = new long[64];
  private long[] positions = new long[64];
  private long[] sequences = new long[64];
  private int from;
  private int count;
  private long lastWrite;
  private long persisted;

  /** Fails unless {@code write} comes after the one before. */
  void requireNext(long write) {
    if (write <= lastWrite) {
      throw new IllegalArgumentException(
          "write: %d (expected: > %d, the one before)".formatted(write, lastWrite));
    }
  }

  /** The write is in the log up to {@code position}, and in the slots from {@code sequence} on. */
  void add(long write, long position, long sequence) {
    if (count == writes.length) {
      grow();
    }
    int at = (from + count) & (writes.length - 1);
    writes[at] = write;
    positions[at] = position;
    sequences[at] = sequence;
    count++;
    lastWrite = write;
  }

  /** The last write up to which all are durable. */
  long persistedUpTo(long durablePosition, long durableSequence) {
    while (count > 0 && positions[from] <= durablePosition && sequences[from] <= durableSequence) {
      persisted = writes[from];
      from = (from + 1) & (writes.length - 1);
      count--;
    }
    return persisted;
  }

  private void grow() {
    int length = writes.length;
    writes = unrolled(writes, length);
    positions = unrolled(positions, length);
    sequences = unrolled(sequences, length);
    from = 0;
  }

  private long[] unrolled(long[] ring, int length) {
    long[] larger = Arrays.copyOf(Arrays.copyOfRange(ring, from, length), 2 * length);
    System.arraycopy(ring, 0, larger, length - from, from);
    return larger;
  }
}
