package io.quorate.core.wal;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file by {@link FileChannel}. An interrupt closes such a channel under its reader; reading is
 * harmless to repeat, so it opens the file anew, goes on and keeps the flag. Writes and forces are
 * never repeated: the log does them on threads of its own, which nobody interrupts.
 */
final class FileSystemFile implements DiskFile {
  private final Path path;
  private final boolean writable;
  private FileChannel channel;

  FileSystemFile(Path path, boolean writable, boolean create) throws IOException {
    this.path = path;
    this.writable = writable;
    this.channel = create ? FileChannel.open(path, CREATE_NEW, READ, WRITE) : opened();
  }

  private FileChannel opened() throws IOException {
    return writable ? FileChannel.open(path, READ, WRITE) : FileChannel.open(path, READ);
  }

  @Override
  public int read(ByteBuffer target, long offset) throws IOException {
    int start = target.position();
    boolean interrupted = false;
    try {
      while (target.hasRemaining()) {
        try {
          if (channel.read(target, offset + target.position() - start) < 0) {
            break;
          }
        } catch (ClosedByInterruptException closed) {
          interrupted |= Thread.interrupted();
          channel = opened();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return target.position() - start;
  }

  @Override
  public void write(ByteBuffer source, long offset) throws IOException {
    int start = source.position();
    while (source.hasRemaining()) {
      channel.write(source, offset + source.position() - start);
    }
  }

  @Override
  public void force() throws IOException {
    channel.force(false);
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
