package io.quorate.raftsim.soak.node;

import io.quorate.core.wal.Disk;
import io.quorate.core.wal.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A disk whose forces can be delayed: nothing is durable before the delay is over.
 *
 * <p>Safe for use by many threads, as the disk it is made of.
 */
public final class SlowDisk implements Disk {
  private final Disk disk;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Guarded by the lock. */
  private long delayNanos;

  /** A disk that is not slow yet. */
  public SlowDisk(Disk disk) {
    this.disk = disk;
  }

  /**
   * Delays each force that begins from now on; those that wait go on at once if there is no delay
   * any more.
   *
   * @param by 0 for no delay
   */
  public void delay(Duration by) {
    lock.lock();
    try {
      delayNanos = by.toNanos();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void pause() {
    lock.lock();
    try {
      long left = delayNanos;
      while (left > 0 && delayNanos > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String describe() {
    return disk.describe();
  }

  @Override
  public void createDirectory() throws IOException {
    disk.createDirectory();
  }

  @Override
  public List<String> list() throws IOException {
    return disk.list();
  }

  @Override
  public DiskFile create(String name) throws IOException {
    return new SlowFile(disk.create(name));
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new SlowFile(disk.open(name));
  }

  @Override
  public DiskFile openForReading(String name) throws IOException {
    return disk.openForReading(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    disk.delete(name);
  }

  @Override
  public void syncDirectory() throws IOException {
    pause();
    disk.syncDirectory();
  }

  @Override
  public long usableBytes() throws IOException {
    return disk.usableBytes();
  }

  @Override
  public AutoCloseable lock(String name, String owner) throws IOException {
    return disk.lock(name, owner);
  }

  @Override
  public void requireUnowned(String name) throws IOException {
    disk.requireUnowned(name);
  }

  private final class SlowFile implements DiskFile {
    private final DiskFile file;

    SlowFile(DiskFile file) {
      this.file = file;
    }

    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
      return file.read(target, offset);
    }

    @Override
    public void write(ByteBuffer source, long offset) throws IOException {
      file.write(source, offset);
    }

    @Override
    public void force() throws IOException {
      pause();
      file.force();
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
