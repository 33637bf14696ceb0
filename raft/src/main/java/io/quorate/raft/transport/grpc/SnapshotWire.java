package io.quorate.raft.transport.grpc;

import io.quorate.raft.codec.CodecException;
import io.quorate.raft.codec.MessageCodec;
import io.quorate.raft.core.Message;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What a stream that carries one snapshot consists of, in version 1 of the wire format, all numbers
 * big-endian. Each begins with the CRC-32C of the rest, in 4 bytes.
 *
 * <pre>
 *   sender     begin    group 2, size of the snapshot 8, InstallSnapshot as {@link MessageCodec} has it
 *   receiver   offset   8: go on from here
 *   sender     chunk    offset 8, bytes; as many as it takes, in order, without gaps
 *   sender     (ends its half of the stream)
 *   receiver   offset   8: the size, all of it is durable
 * </pre>
 */
final class SnapshotWire {
  /** What a chunk has in front of its bytes. */
  static final int CHUNK_HEAD_BYTES = Integer.BYTES + Long.BYTES;

  private static final int BEGIN_HEAD_BYTES = Integer.BYTES + Short.BYTES + Long.BYTES;

  /** The first message of a stream. */
  record Begin(int group, long size, Message.InstallSnapshot install) {}

  private SnapshotWire() {}

  static Outgoing begin(Begin begin) {
    int length = BEGIN_HEAD_BYTES + MessageCodec.encodedBytes(begin.install);
    ByteBuffer bytes = ByteBuffer.allocate(length);
    bytes.position(Integer.BYTES).putShort((short) begin.group).putLong(begin.size);
    MessageCodec.encode(begin.install, bytes);
    return Outgoing.of(sealed(bytes.flip()));
  }

  static Begin readBegin(ByteBuffer bytes) {
    ByteBuffer content = opened(bytes, BEGIN_HEAD_BYTES);
    int group = content.getShort() & 0xFFFF;
    long size = content.getLong();
    if (size < 0) {
      throw new CodecException("size", size, ">= 0");
    }
    Message message = MessageCodec.decode(content);
    if (!(message instanceof Message.InstallSnapshot install)) {
      throw new CodecException("message", message.getClass().getSimpleName(), "InstallSnapshot");
    }
    return new Begin(group, size, install);
  }

  static Outgoing offset(long offset) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + Long.BYTES);
    bytes.putInt(0).putLong(offset);
    return Outgoing.of(sealed(bytes.flip()));
  }

  static long readOffset(ByteBuffer bytes) {
    ByteBuffer content = opened(bytes, Integer.BYTES + Long.BYTES);
    long offset = content.getLong();
    if (offset < 0 || content.hasRemaining()) {
      throw new CodecException("offset", offset, ">= 0, and nothing behind it");
    }
    return offset;
  }

  /**
   * A chunk.
   *
   * @param bytes {@link #CHUNK_HEAD_BYTES} that are free, then those of the snapshot
   */
  static Outgoing chunk(long offset, ByteBuffer bytes) {
    bytes.putLong(bytes.position() + Integer.BYTES, offset);
    return Outgoing.of(sealed(bytes));
  }

  /** A chunk, with its offset yet to be read, then its bytes. */
  static ByteBuffer readChunk(ByteBuffer bytes) {
    return opened(bytes, CHUNK_HEAD_BYTES);
  }

  private static ByteBuffer sealed(ByteBuffer bytes) {
    int start = bytes.position();
    return bytes.putInt(start, checksum(bytes, start + Integer.BYTES));
  }

  private static ByteBuffer opened(ByteBuffer bytes, int least) {
    if (bytes.remaining() < least) {
      throw new CodecException("message", bytes.remaining() + " bytes", ">= " + least);
    }
    int actual = checksum(bytes, bytes.position() + Integer.BYTES);
    int expected = bytes.getInt();
    if (actual != expected) {
      throw new CodecException(
          "checksum", Integer.toHexString(expected), Integer.toHexString(actual));
    }
    return bytes;
  }

  private static int checksum(ByteBuffer bytes, int from) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate().position(from));
    return (int) crc.getValue();
  }
}
