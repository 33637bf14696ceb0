package io.quorate.raft;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

// #region counter-machine
/** Adds numbers up. Called by one thread at a time, so it needs no lock. */
final class Counter implements StateMachine {
  private long total;

  @Override
  public byte[] apply(long index, ByteBuffer command) {
    total += command.remaining() == Long.BYTES ? command.getLong() : 0;
    return bytes(total);
  }

  @Override
  public View snapshot() {
    long now = total;
    return out -> out.write(bytes(now));
  }

  @Override
  public void restore(InputStream in) throws IOException {
    total = ByteBuffer.wrap(in.readAllBytes()).getLong();
  }

  long total() {
    return total;
  }

  static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }
}
// #endregion
