package io.quorate.raft.transport.grpc;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** Buffers that gRPC takes one after the other, as one message. Their contents are copied once. */
final class Outgoing extends InputStream implements Drainable, KnownLength {
  private static final int SCRATCH_BYTES = 8 << 10;

  private final List<ByteBuffer> parts;

  /** What remains of each part; their positions move. */
  Outgoing(List<ByteBuffer> parts) {
    this.parts = parts;
  }

  static Outgoing of(ByteBuffer... parts) {
    return new Outgoing(List.of(parts));
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    int drained = available();
    for (ByteBuffer part : parts) {
      write(part, target);
    }
    return drained;
  }

  /** Writes all that remains of a buffer, without copying it first where it has an array. */
  static void write(ByteBuffer part, OutputStream target) throws IOException {
    if (part.hasArray()) {
      target.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
      part.position(part.limit());
      return;
    }
    byte[] scratch = new byte[Math.min(SCRATCH_BYTES, part.remaining())];
    while (part.hasRemaining()) {
      int length = Math.min(scratch.length, part.remaining());
      part.get(scratch, 0, length);
      target.write(scratch, 0, length);
    }
  }

  @Override
  public int available() {
    long bytes = 0;
    for (ByteBuffer part : parts) {
      bytes += part.remaining();
    }
    return Math.toIntExact(bytes);
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    for (ByteBuffer part : parts) {
      if (part.hasRemaining()) {
        int read = Math.min(length, part.remaining());
        part.get(target, offset, read);
        return read;
      }
    }
    return length == 0 ? 0 : -1;
  }

  @Override
  public int read() {
    for (ByteBuffer part : parts) {
      if (part.hasRemaining()) {
        return part.get() & 0xFF;
      }
    }
    return -1;
  }
}
