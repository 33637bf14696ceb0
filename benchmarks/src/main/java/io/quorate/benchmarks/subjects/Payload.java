package io.quorate.benchmarks.subjects;

import java.nio.ByteBuffer;

/** What is appended: {@value #BYTES} bytes that differ from record to record. */
public final class Payload {
  /** The size of one, in bytes. */
  public static final int BYTES = 256;

  private Payload() {}

  /** A new payload for unit {@code n}, ready to be read. */
  public static ByteBuffer of(long n) {
    ByteBuffer payload = ByteBuffer.allocate(BYTES);
    long word = n;
    while (payload.hasRemaining()) {
      word = word * 0x5851F42D4C957F2DL + 0x14057B7EF767814FL;
      payload.putLong(word);
    }
    return payload.flip();
  }
}
