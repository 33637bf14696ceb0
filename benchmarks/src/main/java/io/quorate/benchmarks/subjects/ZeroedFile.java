package io.quorate.benchmarks.subjects;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file filled with zeros and forced before use, so that later forces write data and no metadata.
 * Written from its start again when it is full. For one thread at a time.
 */
final class ZeroedFile implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 20;

  private final FileChannel file;
  private final int bytes;
  private int position;

  /**
   * @param bytes a multiple of 1 MiB
   */
  ZeroedFile(Path path, int bytes) throws IOException {
    this.bytes = bytes;
    file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    for (int from = 0; from < bytes; from += CHUNK_BYTES) {
      writeFully(ByteBuffer.allocateDirect(CHUNK_BYTES), from);
    }
    file.force(true);
  }

  /** Writes behind the last record, and returns when it is on disk. */
  void appendForced(ByteBuffer record) throws IOException {
    if (position + record.remaining() > bytes) {
      position = 0;
    }
    int from = position;
    position += record.remaining();
    writeFully(record, from);
    file.force(false);
  }

  private void writeFully(ByteBuffer source, int from) throws IOException {
    int at = from;
    while (source.hasRemaining()) {
      at += file.write(source, at);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
