package io.quorate.core.wal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The header of a record on disk; the table is in the module's README, "File format".
 *
 * <p>Invariants of a header that verifies: {@code start} is where it lies, {@code end > start},
 * both multiples of {@link #ALIGN}, {@code 0 <= sinceDurable <= start}.
 *
 * @param start the record's position
 * @param payloadBytes how long its payload is
 * @param word0 the caller's
 * @param word1 the caller's
 * @param payloadCrc CRC32C of the payload
 * @param sinceDurable how far before {@code start} the log was durable when this was written: each
 *     record testifies for everything before its batch
 * @param stream the caller's
 * @param type the caller's
 * @param flags see the constants
 * @param zeroSectors how many 512-byte sectors of the file lie inside the payload and are zero by
 *     right: one more, and the disk has not written it
 */
record Frame(
    long start,
    int payloadBytes,
    long word0,
    long word1,
    int payloadCrc,
    int sinceDurable,
    int stream,
    int type,
    int flags,
    int zeroSectors) {

  static final int HEADER_BYTES = 48;
  static final int ALIGN = 8;
  static final int SECTOR_BYTES = 512;

  /** The last byte of each header and of each payload's padding: proof that the end was written. */
  static final int MARK = 0xA7;

  static final int FORCED = 1;

  /** The next record belongs to the same append. */
  static final int CONTINUES = 2;

  /** The previous record belongs to the same append. */
  static final int CONTINUED = 4;

  /** Not a record: only testifies that all before it is durable. */
  static final int SEAL = 8;

  private static final int CRC_START = 4;

  /** How long a record with such a payload is on disk. */
  static int bytes(int payloadBytes) {
    int padded = payloadBytes == 0 ? 0 : payloadBytes + ALIGN & -ALIGN;
    return HEADER_BYTES + padded;
  }

  long end() {
    return start + bytes(payloadBytes);
  }

  /** Everything before it was durable when this was written. */
  long provenPosition() {
    return start - sinceDurable;
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Writes the header at {@code at}; position and limit of {@code target} are left as found. */
  void encode(ByteBuffer target, int at, long salt, CRC32C crc) {
    target.putInt(at + 4, payloadBytes).putLong(at + 8, start);
    target.putLong(at + 16, word0).putLong(at + 24, word1);
    target.putInt(at + 32, payloadCrc).putInt(at + 36, sinceDurable);
    target.putShort(at + 40, (short) stream).put(at + 42, (byte) type).put(at + 43, (byte) flags);
    target.putInt(at + 44, zeroSectors << 8 | MARK);
    target.putInt(at, headerCrc(target, at, salt, crc));
  }

  /**
   * Reads the header at {@code at}.
   *
   * @param start the position that {@code at} stands for
   * @return null when the bytes are no header of that position and salt
   */
  static @Nullable Frame decode(ByteBuffer source, int at, long start, long salt, CRC32C crc) {
    if (source.getLong(at + 8) != start || source.getInt(at) != headerCrc(source, at, salt, crc)) {
      return null;
    }
    Frame frame =
        new Frame(
            start,
            source.getInt(at + 4),
            source.getLong(at + 16),
            source.getLong(at + 24),
            source.getInt(at + 32),
            source.getInt(at + 36),
            source.getShort(at + 40) & 0xFFFF,
            source.get(at + 42) & 0xFF,
            source.get(at + 43) & 0xFF,
            source.getInt(at + 44) >>> 8);
    return frame.payloadBytes >= 0 ? frame : null;
  }

  private static int headerCrc(ByteBuffer buffer, int at, long salt, CRC32C crc) {
    crc.reset();
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      crc.update((int) (salt >>> shift));
    }
    int position = buffer.position();
    int limit = buffer.limit();
    buffer.limit(at + HEADER_BYTES).position(at + CRC_START);
    crc.update(buffer);
    buffer.limit(limit).position(position);
    return (int) crc.getValue();
  }

  static int payloadCrc(ByteBuffer buffer, int at, int length, CRC32C crc) {
    crc.reset();
    crc.update(buffer.slice(at, length));
    return (int) crc.getValue();
  }

  /** Ends a payload of {@code payloadBytes} bytes that starts at {@code at}. */
  static void pad(ByteBuffer target, int at, int payloadBytes) {
    int end = at - HEADER_BYTES + bytes(payloadBytes);
    for (int i = at + payloadBytes; i < end - 1; i++) {
      target.put(i, (byte) 0);
    }
    if (payloadBytes > 0) {
      target.put(end - 1, (byte) MARK);
    }
  }

  /**
   * How many whole sectors of the file lie inside {@code bytes} and hold only zeros.
   *
   * @param offset where in the file {@code bytes} starts
   */
  static int zeroSectors(ByteBuffer bytes, int at, int length, long offset) {
    int count = 0;
    int sector = at + (int) (-offset & SECTOR_BYTES - 1);
    for (; sector + SECTOR_BYTES <= at + length; sector += SECTOR_BYTES) {
      count += isZero(bytes, sector, sector + SECTOR_BYTES) ? 1 : 0;
    }
    return count;
  }

  static boolean isZero(ByteBuffer bytes, int from, int to) {
    int i = from;
    for (; i + Long.BYTES <= to; i += Long.BYTES) {
      if (bytes.getLong(i) != 0) {
        return false;
      }
    }
    for (; i < to; i++) {
      if (bytes.get(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
