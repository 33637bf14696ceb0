package io.quorate.core.wal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first block of a segment file: two copies of the same 48 bytes, half a block apart, because
 * without the salt no record of the segment can be read. A file gets its {@code .wal} name only
 * after its header is durable, so a damaged copy is always rot.
 */
final class SegmentHeader {
  /** The block that holds both copies; records start behind it. */
  static final int BYTES = 4096;

  static final int VERSION = 1;

  /** "QWAL", then bytes that text modes mangle. */
  static final long MAGIC = 0x5157414C_0D0A1A0AL;

  private static final int COPY_BYTES = 48;
  private static final int COPY_DISTANCE = BYTES / 2;
  private static final int CRC_OFFSET = COPY_BYTES - Integer.BYTES;

  private SegmentHeader() {}

  /** The header block of {@code segment}. */
  static ByteBuffer encode(Segment segment) {
    ByteBuffer block = ByteBuffer.allocate(BYTES);
    for (int at = 0; at < BYTES; at += COPY_DISTANCE) {
      block.position(at);
      block.putLong(MAGIC).putInt(VERSION).putInt(segment.bytes());
      block.putLong(segment.first()).putLong(segment.salt());
      block.putInt(at + CRC_OFFSET, crc(block, at));
    }
    return block.clear();
  }

  /**
   * Reads a header block.
   *
   * @return the segment, or null when neither copy can be read
   * @throws NewerVersion when an intact copy has a version this code does not know
   */
  static @Nullable Segment decode(ByteBuffer block, String name) throws NewerVersion {
    for (int at = 0; at + COPY_BYTES <= block.limit(); at += COPY_DISTANCE) {
      if (block.getLong(at) != MAGIC || block.getInt(at + CRC_OFFSET) != crc(block, at)) {
        continue;
      }
      int version = block.getInt(at + 8);
      if (version > VERSION) {
        throw new NewerVersion(version);
      }
      return new Segment(
          name, block.getLong(at + 16), block.getInt(at + 12), block.getLong(at + 24));
    }
    return null;
  }

  private static int crc(ByteBuffer block, int at) {
    CRC32C crc = new CRC32C();
    crc.update(block.slice(at, CRC_OFFSET));
    return (int) crc.getValue();
  }

  /** A version this code does not know. */
  static final class NewerVersion extends Exception {
    private static final long serialVersionUID = 1;
    final int version;

    NewerVersion(int version) {
      super("version " + version, null, false, false);
      this.version = version;
    }
  }
}
