package io.quorate.raft.storage;

import io.quorate.core.wal.DiskFile;
import io.quorate.raft.log.SnapshotMark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Reads a snapshot: its contents, to be applied, or its file, to be sent. Stays readable when newer
 * snapshots have made the store drop it. Used by one thread; memory: one chunk.
 */
public final class SnapshotReader implements AutoCloseable {
  private final String name;
  private final DiskFile file;
  private final SnapshotFile.Header header;
  private final MessageDigest digest = SnapshotStore.sha256();
  private byte[] chunk = new byte[0];
  private long at;
  private long length;
  private boolean ended;

  /** Takes the file over. */
  SnapshotReader(String name, DiskFile file) throws IOException {
    this.name = name;
    this.file = file;
    ByteBuffer fixed = exactly(SnapshotFile.FIXED_BYTES, 0);
    header = SnapshotFile.header(name, exactly(SnapshotFile.headerBytes(name, fixed), 0));
    at = header.bytes();
  }

  /** What the snapshot stands for. */
  public SnapshotMark mark() {
    return header.mark();
  }

  /**
   * The next piece of the contents; null behind the last, once all of it has been found to be what
   * was written.
   *
   * @return a buffer that is good until the next call
   * @throws SnapshotDamagedException it is not; whatever was made of earlier pieces must be dropped
   * @throws SnapshotStorageException the disk cannot be read
   */
  public @Nullable ByteBuffer nextChunk() {
    try {
      return ended ? null : readChunk();
    } catch (IOException e) {
      throw new SnapshotStorageException(name, "read at " + at, e);
    }
  }

  private @Nullable ByteBuffer readChunk() throws IOException {
    ByteBuffer head = exactly(SnapshotFile.CHUNK_HEADER_BYTES, at);
    int bytes = head.getInt();
    if (bytes == 0) {
      ByteBuffer footer = exactly(SnapshotFile.FOOTER_BYTES, at);
      SnapshotFile.requireFooter(name, footer, length, digest.digest());
      at += SnapshotFile.FOOTER_BYTES;
      ended = true;
      return null;
    }
    boolean possible = bytes > 0 && bytes <= header.chunkBytes();
    SnapshotFile.require(name, "chunk length", bytes, possible, "1.." + header.chunkBytes());
    ByteBuffer contents = exactly(bytes, at + SnapshotFile.CHUNK_HEADER_BYTES);
    int crc = SnapshotFile.crc(contents);
    SnapshotFile.require(
        name, "checksum of the chunk at " + at, head.getInt(4), head.getInt(4) == crc, "" + crc);
    digest.update(contents.duplicate());
    length += bytes;
    at += SnapshotFile.CHUNK_HEADER_BYTES + bytes;
    return contents;
  }

  /** Reads on to the end, so that all is known to be as it was written. */
  void verify() {
    ByteBuffer piece = nextChunk();
    while (piece != null) {
      piece = nextChunk();
    }
  }

  /** Up to here, what was read is as it was written. */
  long verifiedTo() {
    return at;
  }

  /**
   * Reads the file as it is, for who sends it: the receiver checks it.
   *
   * @param offset in bytes from the start of the file
   * @return how many bytes were read into {@code target}; fewer than remained only at the end
   * @throws SnapshotStorageException the disk cannot be read
   */
  public int readFile(ByteBuffer target, long offset) {
    try {
      return file.read(target, offset);
    } catch (IOException e) {
      throw new SnapshotStorageException(name, "read at " + offset, e);
    }
  }

  /** How many bytes the file has. */
  public long fileBytes() {
    try {
      return file.size();
    } catch (IOException e) {
      throw new SnapshotStorageException(name, "tell the size", e);
    }
  }

  private ByteBuffer exactly(int bytes, long offset) throws IOException {
    long there = file.size() - offset;
    SnapshotFile.require(name, "bytes at " + offset, there, there >= bytes, ">= " + bytes);
    if (chunk.length < bytes) {
      chunk = new byte[bytes];
    }
    boolean isSmall = bytes <= SnapshotFile.CHUNK_HEADER_BYTES;
    ByteBuffer buffer = isSmall ? ByteBuffer.allocate(bytes) : ByteBuffer.wrap(chunk, 0, bytes);
    file.read(buffer, offset);
    return buffer.flip();
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new SnapshotStorageException(name, "close", e);
    }
  }
}
