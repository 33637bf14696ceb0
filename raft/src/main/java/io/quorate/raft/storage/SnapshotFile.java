package io.quorate.raft.storage;

import io.quorate.raft.codec.CodecException;
import io.quorate.raft.codec.MembershipCodec;
import io.quorate.raft.log.SnapshotMark;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The format of a snapshot's file. Version 1, big-endian:
 *
 * <pre>
 *   header   magic 4 | version 1, four times | index 8 | term 8 | chunk size 4 | membership length 4
 *            | membership | CRC32C 4
 *   chunk    length 4, 1..chunk size | CRC32C 4 | bytes
 *   ...
 *   footer   zero 4 | length of all chunks' bytes 8 | their SHA-256 32 | CRC32C 4
 * </pre>
 *
 * <p>What follows the footer, as a shorter file received over a longer one leaves it, is no part of
 * the snapshot.
 */
final class SnapshotFile {
  static final int VERSION = 1;
  static final int SHA_BYTES = 32;

  /** The header up to the membership. */
  static final int FIXED_BYTES = 32;

  static final int CHUNK_HEADER_BYTES = 8;
  static final int FOOTER_BYTES = 4 + 8 + SHA_BYTES + 4;
  static final int CHUNK_BYTES_MAX = 64 << 20;

  private static final int MAGIC = 0x71736e70;

  /** In each of four bytes: so a flipped bit is not taken for a newer release. */
  private static final int VERSIONS = VERSION * 0x01010101;

  private static final int MEMBERSHIP_BYTES_MAX = 1 << 20;
  private static final String COMPLETE = ".snapshot";

  private SnapshotFile() {}

  /** What a header says. */
  record Header(SnapshotMark mark, int chunkBytes, int bytes) {}

  /** Names that sort by age. */
  static String name(SnapshotMark mark) {
    return "%016x-%016x%s".formatted(mark.index(), mark.term(), COMPLETE);
  }

  static boolean isComplete(String name) {
    return name.endsWith(COMPLETE);
  }

  static ByteBuffer header(SnapshotMark mark, int chunkBytes) {
    int membership = MembershipCodec.encodedBytes(mark.membership());
    ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + membership + Integer.BYTES);
    bytes.putInt(MAGIC).putInt(VERSIONS);
    bytes.putLong(mark.index()).putLong(mark.term()).putInt(chunkBytes).putInt(membership);
    MembershipCodec.encode(mark.membership(), bytes);
    return bytes.putInt(crc(bytes.slice(0, bytes.position()))).flip();
  }

  /**
   * How long a header is that begins so.
   *
   * @param fixed {@link #FIXED_BYTES} of it
   */
  static int headerBytes(String file, ByteBuffer fixed) {
    require(file, "magic", fixed.getInt(0), fixed.getInt(0) == MAGIC, "" + MAGIC);
    int versions = fixed.getInt(4);
    int version = fixed.get(4) & 0xFF;
    if (version > VERSION && versions == version * 0x01010101) {
      throw new StoreFormatException(file, "version", version, "<= " + VERSION);
    }
    require(file, "version", versions, versions == VERSIONS, "" + VERSIONS);
    int membership = fixed.getInt(28);
    boolean possible = membership >= 0 && membership <= MEMBERSHIP_BYTES_MAX;
    require(file, "membership length", membership, possible, "0.." + MEMBERSHIP_BYTES_MAX);
    return FIXED_BYTES + membership + Integer.BYTES;
  }

  static Header header(String file, ByteBuffer bytes) {
    int end = bytes.limit() - Integer.BYTES;
    int crc = bytes.getInt(end);
    require(file, "header checksum", crc, crc == crc(bytes.slice(0, end)), "its contents'");
    int chunkBytes = bytes.getInt(24);
    boolean possible = chunkBytes >= 1 && chunkBytes <= CHUNK_BYTES_MAX;
    require(file, "chunk size", chunkBytes, possible, "1.." + CHUNK_BYTES_MAX);
    try {
      ByteBuffer membership = bytes.slice(FIXED_BYTES, end - FIXED_BYTES);
      SnapshotMark mark =
          StoreRecords.mark(
              bytes.getLong(8), bytes.getLong(16), MembershipCodec.decode(membership));
      return new Header(mark, chunkBytes, bytes.limit());
    } catch (CodecException broken) {
      throw new SnapshotDamagedException(file, "header", "" + broken.getMessage(), "a header");
    }
  }

  static ByteBuffer footer(long length, byte[] sha) {
    ByteBuffer bytes = ByteBuffer.allocate(FOOTER_BYTES);
    bytes.putInt(0).putLong(length).put(sha);
    return bytes.putInt(crc(bytes.slice(0, bytes.position()))).flip();
  }

  /** Checks a footer against what came before it. */
  static void requireFooter(String file, ByteBuffer footer, long length, byte[] sha) {
    ByteBuffer expected = footer(length, sha);
    require(file, "footer", "another one", footer.equals(expected), "that of its contents");
  }

  /** The CRC32C of what remains; the position stays. */
  static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }

  static void require(
      String file, String field, @Nullable Object value, boolean holds, String rule) {
    if (!holds) {
      throw new SnapshotDamagedException(file, field, "" + value, rule);
    }
  }
}
