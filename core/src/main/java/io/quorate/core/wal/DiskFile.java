package io.quorate.core.wal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file of a {@link Disk}, used by one thread at a time. */
public interface DiskFile extends AutoCloseable {

  /**
   * Reads into all that remains of {@code target}, or up to the end of the file.
   *
   * @param offset in bytes from the start of the file
   * @return how many bytes were read; fewer than remained only at the end of the file
   */
  int read(ByteBuffer target, long offset) throws IOException;

  /**
   * Writes all that remains of {@code source}. The file grows as needed, by zeros where nothing was
   * written.
   *
   * @param offset in bytes from the start of the file
   */
  void write(ByteBuffer source, long offset) throws IOException;

  /** Makes every byte written before this call durable, and the size needed to read them. */
  void force() throws IOException;

  /** The size in bytes. */
  long size() throws IOException;

  /** Lets go of the file. Makes nothing durable. */
  @Override
  void close() throws IOException;
}
