package io.quorate.core.wal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Encoded records that wait to be written and forced together. */
final class Batch {
  private static final int BYTES_INITIAL = 256 << 10;

  /** From here on the records belong to another segment. */
  record Roll(int at, Segment segment) {}

  private final int bytesMax;
  private ByteBuffer bytes;
  private int used;
  private long start;
  private long openedNanos;
  private boolean hurried;
  private final List<Roll> rolls = new ArrayList<>(2);

  Batch(int bytesMax) {
    this.bytesMax = bytesMax;
    this.bytes = ByteBuffer.allocateDirect(Math.min(BYTES_INITIAL, bytesMax));
  }

  /** Empties it, for records from {@code start} on. */
  void reset(long start) {
    this.start = start;
    used = 0;
    hurried = false;
    rolls.clear();
  }

  /**
   * Makes sure that {@code length} more bytes can be written and taken without asking for memory.
   */
  void ensure(int length) {
    int needed = used + length;
    if (needed > bytes.capacity()) {
      int capacity = Math.clamp(2L * bytes.capacity(), needed, Math.max(needed, bytesMax));
      ByteBuffer larger = ByteBuffer.allocateDirect(capacity);
      larger.put(0, bytes, 0, used);
      bytes = larger;
    }
  }

  /** The first {@code length} bytes behind what is used are records now. Cannot fail. */
  void take(int length, long nowNanos) {
    if (used == 0) {
      openedNanos = nowNanos;
    }
    used += length;
  }

  void roll(Segment segment) {
    rolls.add(new Roll(used, segment));
  }

  void hurry() {
    hurried = true;
  }

  boolean isHurried() {
    return hurried;
  }

  boolean isEmpty() {
    return used == 0;
  }

  int used() {
    return used;
  }

  /** The position of the first byte; what lies before it was, or is being, made durable. */
  long start() {
    return start;
  }

  /** The position behind the last byte. */
  long end() {
    return start + used;
  }

  long openedNanos() {
    return openedNanos;
  }

  List<Roll> rolls() {
    return rolls;
  }

  ByteBuffer bytes() {
    return bytes;
  }

  /**
   * The position everything before which is durable when the bytes at the end are written: the
   * batch before, and the segment before, are forced first.
   */
  long provenPosition() {
    return rolls.isEmpty() ? start : rolls.getLast().segment().first();
  }
}
