package io.quorate.raft.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A snapshot in memory, read from and written to. */
public final class MemorySnapshot {
  /** Something that happens before bytes are stored. */
  public interface Before {
    /** Bytes of this offset are about to be stored. */
    void store(long offset) throws IOException;
  }

  private final byte[] stored;
  private volatile int size;

  /** The offsets that were written at, in order. */
  public final List<Long> offsets = new ArrayList<>();

  /** Done once the source was closed. */
  public final CountDownLatch closed = new CountDownLatch(1);

  /** Done once the sink was told that no more comes. */
  public final CountDownLatch aborted = new CountDownLatch(1);

  /** Whether it was completed. */
  public volatile boolean completed;

  /**
   * @param capacity how many bytes it has room for
   */
  public MemorySnapshot(int capacity) {
    stored = new byte[capacity];
  }

  /** One that holds these bytes. */
  public static MemorySnapshot of(byte[] bytes) {
    MemorySnapshot snapshot = new MemorySnapshot(bytes.length);
    System.arraycopy(bytes, 0, snapshot.stored, 0, bytes.length);
    snapshot.size = bytes.length;
    return snapshot;
  }

  /** What it holds. */
  public byte[] bytes() {
    return Arrays.copyOf(stored, size);
  }

  /** To be sent from. */
  public SnapshotBytes source() {
    return new SnapshotBytes() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public int read(ByteBuffer target, long offset) {
        int length = (int) Math.min(target.remaining(), size - offset);
        target.put(stored, (int) offset, length);
        return length;
      }

      @Override
      public void close() {
        closed.countDown();
      }
    };
  }

  /** To be received into; what is there already is resumed from. */
  public SnapshotSink sink(Before before) {
    return new SnapshotSink() {
      @Override
      public long resumeAt() {
        return size;
      }

      @Override
      public void write(ByteBuffer bytes, long offset) throws IOException {
        before.store(offset);
        offsets.add(offset);
        int length = bytes.remaining();
        bytes.get(stored, (int) offset, length);
        size = (int) offset + length;
      }

      @Override
      public void complete() {
        completed = true;
      }

      @Override
      public void abort() {
        aborted.countDown();
      }
    };
  }
}
