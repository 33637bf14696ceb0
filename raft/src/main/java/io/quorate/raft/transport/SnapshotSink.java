package io.quorate.raft.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Where the bytes of a snapshot that is being received go; used by one thread at a time. May block.
 */
public interface SnapshotSink {

  /** How many of its bytes are here already, from an earlier attempt: go on from there. */
  long resumeAt() throws IOException;

  /** Takes the next bytes; those of {@code offset} and on. */
  void write(ByteBuffer bytes, long offset) throws IOException;

  /**
   * All bytes were taken: checks them and makes them durable. The receiver then hands the {@code
   * InstallSnapshot} to its group by itself.
   *
   * @throws IOException they are damaged, or could not be stored
   */
  void complete() throws IOException;

  /** No more bytes will come now; what is here may be resumed from. */
  void abort();
}
