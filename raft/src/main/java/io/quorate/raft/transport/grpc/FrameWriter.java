package io.quorate.raft.transport.grpc;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.quorate.raft.codec.MessageCodec;
import io.quorate.raft.core.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Many messages of all groups as one gRPC message, in version 1 of the wire format, all numbers
 * big-endian:
 *
 * <pre>
 *   offset  bytes
 *        0      4  CRC-32C of all that follows
 *        4      .  for each message:
 *        0      4    length of the rest of it, >= 14
 *        4      2    group
 *        6      .    the message, as {@link MessageCodec} has it
 * </pre>
 *
 * <p>Used again for each frame of a stream: gRPC takes its bytes while it is handed over. Small
 * parts are encoded into one array that stays; the commands of batches are taken from where they
 * are. Used by one thread.
 */
final class FrameWriter extends InputStream implements Drainable, KnownLength {
  /** What each message has in front of it. */
  static final int MESSAGE_HEAD_BYTES = 6;

  private static final int FRAME_HEAD_BYTES = 4;
  private static final int SMALL_BYTES = 4 << 10;

  /** An array larger than this is not kept for the next frame. */
  private static final int SMALL_BYTES_KEPT = 1 << 20;

  private final CRC32C crc = new CRC32C();
  private final List<ByteBuffer> parts = new ArrayList<>();

  /** How many bytes of {@code small} are before the part of the same position. */
  private int[] smallBefore = new int[16];

  private ByteBuffer small = ByteBuffer.allocate(SMALL_BYTES);
  private int partsBytes;

  FrameWriter() {
    clear();
  }

  /** Begins a new frame. */
  void clear() {
    parts.clear();
    partsBytes = 0;
    if (small.capacity() > SMALL_BYTES_KEPT) {
      small = ByteBuffer.allocate(SMALL_BYTES);
    }
    small.clear().position(FRAME_HEAD_BYTES);
  }

  /** How many bytes a message takes in a frame. */
  static int bytesOf(Message message) {
    return MESSAGE_HEAD_BYTES + MessageCodec.encodedBytes(message);
  }

  /**
   * Adds a message.
   *
   * @param bytes what {@link #bytesOf} says of it
   */
  void add(int group, Message message, int bytes) {
    room(MESSAGE_HEAD_BYTES + MessageCodec.smallBytes(message));
    small.putInt(bytes - Integer.BYTES).putShort((short) group);
    MessageCodec.encode(message, small, this::part);
  }

  private void part(ByteBuffer part) {
    if (parts.size() == smallBefore.length) {
      smallBefore = Arrays.copyOf(smallBefore, smallBefore.length * 2);
    }
    smallBefore[parts.size()] = small.position();
    parts.add(part);
    partsBytes += part.remaining();
  }

  private void room(int bytes) {
    if (small.remaining() < bytes) {
      int needed = small.position() + bytes;
      ByteBuffer larger = ByteBuffer.allocate(Math.max(needed, small.capacity() * 2));
      small = larger.put(small.flip());
    }
  }

  /** How many bytes the frame has. */
  @Override
  public int available() {
    return small.position() + partsBytes;
  }

  /** Closes the frame: from here on it can be sent. */
  FrameWriter seal() {
    crc.reset();
    int from = FRAME_HEAD_BYTES;
    for (int i = 0; i < parts.size(); i++) {
      crc.update(small.array(), from, smallBefore[i] - from);
      crc.update(parts.get(i).duplicate());
      from = smallBefore[i];
    }
    crc.update(small.array(), from, small.position() - from);
    small.putInt(0, (int) crc.getValue());
    return this;
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    int drained = available();
    int from = 0;
    for (int i = 0; i < parts.size(); i++) {
      target.write(small.array(), from, smallBefore[i] - from);
      Outgoing.write(parts.get(i), target);
      from = smallBefore[i];
    }
    target.write(small.array(), from, small.position() - from);
    return drained;
  }

  /** Never asked for: gRPC drains. */
  @Override
  public int read(byte[] target, int offset, int length) {
    throw new UnsupportedOperationException("a frame is drained");
  }

  /** Never asked for: gRPC drains. */
  @Override
  public int read() {
    throw new UnsupportedOperationException("a frame is drained");
  }
}
