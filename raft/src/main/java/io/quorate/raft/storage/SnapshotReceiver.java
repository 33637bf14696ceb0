package io.quorate.raft.storage;

import io.quorate.core.wal.DiskFile;
import io.quorate.raft.log.SnapshotMark;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Takes the file of another node's snapshot, piece by piece, in order. What has come is kept over
 * restarts, and the rest can be asked for alone: {@link #wanted}. It is there once {@link #finish}
 * has found all of it to be what was written. Used by one thread; memory: none but the caller's.
 */
public final class SnapshotReceiver implements AutoCloseable {
  private final SnapshotStore store;
  private final SnapshotMark mark;
  private final String name;
  private final DiskFile file;
  private long wanted;
  private boolean ended;

  SnapshotReceiver(
      SnapshotStore store, SnapshotMark mark, String name, DiskFile file, long wanted) {
    this.store = store;
    this.mark = mark;
    this.name = name;
    this.file = file;
    this.wanted = wanted;
  }

  /** The offset in the file from which on bytes are missing. */
  public long wanted() {
    return wanted;
  }

  /**
   * Takes a piece if it is the one that is wanted; another one is passed over.
   *
   * @param offset where in the sender's file it begins
   * @return the offset wanted next
   * @throws IllegalStateException it is finished or closed
   * @throws SnapshotStorageException the disk cannot be written; close this
   */
  public long accept(long offset, ByteBuffer bytes) {
    requireOpen();
    if (offset == wanted) {
      int length = bytes.remaining();
      try {
        file.write(bytes, offset);
      } catch (IOException e) {
        throw new SnapshotStorageException(name, "write at " + offset, e);
      }
      wanted += length;
    }
    return wanted;
  }

  /**
   * Checks all that was received, makes it durable and the newest snapshot of its store.
   *
   * @throws IllegalStateException it is finished or closed
   * @throws SnapshotDamagedException it is not what was written, or for another mark; all of it was
   *     dropped, receive it again from the start
   * @throws SnapshotStorageException the disk failed; what was received may be there
   */
  public void finish() {
    requireOpen();
    try {
      file.force();
      store.requireWhole(name, mark);
      ended = true;
      file.close();
      store.publish(name, mark);
    } catch (SnapshotDamagedException damaged) {
      ended = true;
      store.discard(name, file);
      throw damaged;
    } catch (IOException e) {
      throw new SnapshotStorageException(name, "finish", e);
    }
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("snapshot: ended (expected: neither finished nor closed)");
    }
  }

  /** Lets go of the file; what was received is kept, to be gone on with. */
  @Override
  public void close() {
    if (!ended) {
      ended = true;
      try {
        file.close();
      } catch (IOException e) {
        throw new SnapshotStorageException(name, "close", e);
      }
    }
  }
}
