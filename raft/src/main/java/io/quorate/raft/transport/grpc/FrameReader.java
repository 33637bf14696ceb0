package io.quorate.raft.transport.grpc;

import io.quorate.raft.codec.CodecException;
import io.quorate.raft.codec.MessageCodec;
import io.quorate.raft.core.Message;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The messages of a frame that {@link FrameWriter} wrote, one after the other. The commands of
 * batches are slices of it, so what keeps one keeps the whole frame. Used by one thread at a time.
 */
final class FrameReader {
  private static final int MESSAGE_BYTES_MIN = Short.BYTES + MessageCodec.BYTES_MIN;

  private final ByteBuffer bytes;
  private int group;

  /**
   * @throws CodecException it is shorter than a checksum, or damaged
   */
  FrameReader(ByteBuffer frame) {
    if (frame.remaining() < Integer.BYTES) {
      throw new CodecException("frame", frame.remaining() + " bytes", ">= " + Integer.BYTES);
    }
    int expected = frame.getInt();
    CRC32C crc = new CRC32C();
    crc.update(frame.duplicate());
    if (expected != (int) crc.getValue()) {
      throw new CodecException(
          "checksum", Integer.toHexString(expected), Integer.toHexString((int) crc.getValue()));
    }
    bytes = frame;
  }

  /** Whether there is another message. */
  boolean hasNext() {
    return bytes.hasRemaining();
  }

  /**
   * The next message.
   *
   * @throws CodecException there is none that follows the format
   */
  Message next() {
    int length = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
    if (length < MESSAGE_BYTES_MIN || length > bytes.remaining()) {
      throw new CodecException(
          "length", length, "%d..%d".formatted(MESSAGE_BYTES_MIN, bytes.remaining()));
    }
    group = bytes.getShort() & 0xFFFF;
    int messageBytes = length - Short.BYTES;
    Message message = MessageCodec.decode(bytes.slice(bytes.position(), messageBytes));
    bytes.position(bytes.position() + messageBytes);
    return message;
  }

  /** The group of the message that came last. */
  int group() {
    return group;
  }
}
