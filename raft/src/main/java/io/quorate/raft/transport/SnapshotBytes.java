package io.quorate.raft.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of a stored snapshot, read from any offset; used by one thread at a time. */
public interface SnapshotBytes extends AutoCloseable {

  /** How many there are. */
  long size();

  /**
   * Reads into all that remains of {@code target}, or up to the end.
   *
   * @return how many bytes were read
   */
  int read(ByteBuffer target, long offset) throws IOException;

  @Override
  void close() throws IOException;
}
