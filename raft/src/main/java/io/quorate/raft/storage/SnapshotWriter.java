package io.quorate.raft.storage;

import io.quorate.core.wal.DiskFile;
import io.quorate.raft.log.SnapshotMark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * Writes a snapshot piece by piece. It is there once {@link #finish} has returned, whole and
 * durable, and not before: closing without that leaves nothing. Used by one thread; memory: one
 * chunk.
 */
public final class SnapshotWriter implements AutoCloseable {
  private final SnapshotStore store;
  private final SnapshotMark mark;
  private final String name;
  private final DiskFile file;
  private final ByteBuffer chunk;
  private final MessageDigest digest = SnapshotStore.sha256();
  private long at;
  private long length;
  private boolean ended;

  SnapshotWriter(SnapshotStore store, SnapshotMark mark, String name, DiskFile file, int chunkBytes)
      throws IOException {
    this.store = store;
    this.mark = mark;
    this.name = name;
    this.file = file;
    chunk = ByteBuffer.allocate(SnapshotFile.CHUNK_HEADER_BYTES + chunkBytes);
    chunk.position(SnapshotFile.CHUNK_HEADER_BYTES);
    put(SnapshotFile.header(mark, chunkBytes));
  }

  /**
   * Adds contents; what remains of {@code bytes} is taken.
   *
   * @throws IllegalStateException it is finished or closed
   * @throws SnapshotStorageException the disk cannot be written; close this
   */
  public void write(ByteBuffer bytes) {
    requireOpen();
    try {
      while (bytes.hasRemaining()) {
        int part = Math.min(bytes.remaining(), chunk.remaining());
        chunk.put(bytes.slice(bytes.position(), part));
        bytes.position(bytes.position() + part);
        if (!chunk.hasRemaining()) {
          putChunk();
        }
      }
    } catch (IOException e) {
      throw new SnapshotStorageException(name, "write at " + at, e);
    }
  }

  private void putChunk() throws IOException {
    int bytes = chunk.position() - SnapshotFile.CHUNK_HEADER_BYTES;
    if (bytes > 0) {
      ByteBuffer contents = chunk.slice(SnapshotFile.CHUNK_HEADER_BYTES, bytes);
      int crc = SnapshotFile.crc(contents);
      digest.update(contents);
      length += bytes;
      put(chunk.putInt(0, bytes).putInt(4, crc).flip());
      chunk.clear().position(SnapshotFile.CHUNK_HEADER_BYTES);
    }
  }

  private void put(ByteBuffer bytes) throws IOException {
    int length = bytes.remaining();
    file.write(bytes, at);
    at += length;
  }

  /**
   * Makes the snapshot durable and the newest of its store.
   *
   * @throws IllegalStateException it is finished or closed
   * @throws SnapshotStorageException the disk cannot be written; the snapshot is not there
   */
  public void finish() {
    requireOpen();
    ended = true;
    try (file) {
      putChunk();
      put(SnapshotFile.footer(length, digest.digest()));
      file.force();
      store.publish(name, mark);
    } catch (IOException e) {
      throw new SnapshotStorageException(name, "finish", e);
    }
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("snapshot: ended (expected: neither finished nor closed)");
    }
  }

  /** Drops what was written, unless it is finished. */
  @Override
  public void close() {
    if (!ended) {
      ended = true;
      store.discard(name, file);
    }
  }
}
