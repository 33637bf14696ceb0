package io.quorate.raft.storage;

import static java.util.Objects.requireNonNull;

import io.quorate.core.wal.Disk;
import io.quorate.core.wal.DiskFile;
import io.quorate.core.wal.FileSystemDisk;
import io.quorate.raft.log.SnapshotMark;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots of one group, in a directory of their own: the newest one and the one before, so
 * that damage to one leaves another.
 *
 * <p><b>Durability.</b> A snapshot is written under another name, forced, renamed, and the
 * directory synced: it is whole and durable, or not there.
 *
 * <p><b>Damage.</b> Opening reads all that is there and drops what is damaged. Reading checks each
 * piece before it hands it out, and the whole at the end.
 *
 * <p><b>Threads.</b> Safe for use by several threads; writers, readers and receivers are for one
 * each. One writer and one receiver at a time.
 */
public final class SnapshotStore {
  /** The size of a chunk unless another is asked for, in bytes. */
  public static final int CHUNK_BYTES = 1 << 20;

  /** How many snapshots are kept. */
  public static final int KEPT = 2;

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotStore.class);
  private static final String WRITING = "writing.tmp";
  private static final String PART = ".part";

  private final Disk disk;
  private final int chunkBytes;

  /** Guards the names of complete snapshots. */
  private final ReentrantLock lock = new ReentrantLock();

  /** By index; the newest last. */
  private volatile List<SnapshotMark> marks = List.of();

  private SnapshotStore(Disk disk, int chunkBytes) {
    this.disk = disk;
    this.chunkBytes = chunkBytes;
  }

  /** Opens the store in a directory of the file system; makes it if it is missing. */
  public static SnapshotStore open(Path directory) {
    return open(new FileSystemDisk(directory), CHUNK_BYTES);
  }

  /**
   * Opens the store on a disk, which is its own. Reads all snapshots, newest first, until it has
   * two that are whole; drops the others, and what a crash left unfinished.
   *
   * @param chunkBytes how large the pieces of new snapshots are; 1 to 64 MiB
   * @throws StoreFormatException a newer release wrote one
   * @throws SnapshotStorageException the disk cannot be read
   */
  public static SnapshotStore open(Disk disk, int chunkBytes) {
    requireNonNull(disk, "disk");
    if (chunkBytes < 1 || chunkBytes > SnapshotFile.CHUNK_BYTES_MAX) {
      throw new IllegalArgumentException(
          "chunkBytes: %d (expected: 1..%d)".formatted(chunkBytes, SnapshotFile.CHUNK_BYTES_MAX));
    }
    SnapshotStore store = new SnapshotStore(disk, chunkBytes);
    try {
      store.load();
    } catch (IOException e) {
      throw new SnapshotStorageException(disk.describe(), "open", e);
    }
    return store;
  }

  private void load() throws IOException {
    disk.createDirectory();
    // A name that a killed process gave must not be lost once it is relied on.
    disk.syncDirectory();
    List<SnapshotMark> whole = new ArrayList<>();
    List<String> names = disk.list().stream().sorted(Comparator.reverseOrder()).toList();
    for (String name : names) {
      if (SnapshotFile.isComplete(name)) {
        if (whole.size() < KEPT && isWhole(name, whole)) {
          LOG.debug("raft.snapshot.found disk={} file={}", disk.describe(), name);
        } else {
          disk.delete(name);
        }
      }
    }
    marks = List.copyOf(whole.reversed());
    String newest = latest().map(mark -> SnapshotFile.name(mark) + PART).orElse("");
    for (String name : names) {
      if (name.equals(WRITING) || (name.endsWith(PART) && name.compareTo(newest) <= 0)) {
        disk.delete(name);
      }
    }
  }

  private boolean isWhole(String name, List<SnapshotMark> whole) throws IOException {
    try (SnapshotReader reader = reader(name)) {
      reader.verify();
      whole.add(reader.mark());
      return true;
    } catch (SnapshotDamagedException damaged) {
      LOG.warn("raft.snapshot.damaged file={} cause={}", name, damaged.getMessage());
      return false;
    }
  }

  private SnapshotReader reader(String name) throws IOException {
    DiskFile file = disk.openForReading(name);
    try {
      return new SnapshotReader(disk.describe() + "/" + name, file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** What the newest one stands for; empty where there is none. */
  public Optional<SnapshotMark> latest() {
    List<SnapshotMark> now = marks;
    return now.isEmpty() ? Optional.empty() : Optional.of(now.getLast());
  }

  /** What there is, the newest last. */
  public List<SnapshotMark> marks() {
    return marks;
  }

  /** Whether a snapshot of this entry is there, durably. */
  public boolean holds(SnapshotMark mark) {
    return marks.stream()
        .anyMatch(each -> each.index() == mark.index() && each.term() == mark.term());
  }

  /**
   * Begins to write one.
   *
   * @throws IllegalArgumentException the mark is the beginning of a log
   * @throws SnapshotStorageException the disk cannot be written
   */
  public SnapshotWriter write(SnapshotMark mark) {
    requireEntry(mark);
    try {
      if (disk.list().contains(WRITING)) {
        disk.delete(WRITING); // An attempt before failed, and could not even remove it.
      }
      return new SnapshotWriter(this, mark, WRITING, disk.create(WRITING), chunkBytes);
    } catch (IOException e) {
      throw new SnapshotStorageException(disk.describe(), "begin a snapshot", e);
    }
  }

  /**
   * Opens one to read.
   *
   * @throws IllegalArgumentException there is none
   * @throws SnapshotDamagedException its header is damaged
   * @throws SnapshotStorageException the disk cannot be read
   */
  public SnapshotReader read(SnapshotMark mark) {
    try {
      return reader(SnapshotFile.name(mark));
    } catch (NoSuchFileException none) {
      throw new IllegalArgumentException("mark: %s (expected: one of %s)".formatted(mark, marks));
    } catch (IOException e) {
      throw new SnapshotStorageException(disk.describe(), "read a snapshot", e);
    }
  }

  /**
   * Begins to receive one, or goes on where an earlier attempt ended: what of it is whole is kept.
   *
   * @throws IllegalArgumentException the mark is the beginning of a log
   * @throws SnapshotStorageException the disk cannot be read or written
   */
  public SnapshotReceiver receive(SnapshotMark mark) {
    requireEntry(mark);
    String name = SnapshotFile.name(mark) + PART;
    try {
      List<String> names = disk.list();
      for (String other : names) {
        if (other.endsWith(PART) && !other.equals(name)) {
          disk.delete(other);
        }
      }
      if (!names.contains(name)) {
        return new SnapshotReceiver(this, mark, name, disk.create(name), 0);
      }
      return new SnapshotReceiver(this, mark, name, disk.open(name), wholePart(name, mark));
    } catch (IOException e) {
      throw new SnapshotStorageException(disk.describe(), "receive a snapshot", e);
    }
  }

  /** How much of a file, from its start, is as it was written. */
  private long wholePart(String name, SnapshotMark mark) throws IOException {
    SnapshotReader reader;
    try {
      reader = reader(name);
    } catch (SnapshotDamagedException noHeader) {
      return 0;
    }
    try (reader) {
      if (!reader.mark().equals(mark)) {
        return 0;
      }
      reader.verify();
      return reader.verifiedTo();
    } catch (SnapshotDamagedException end) {
      return reader.verifiedTo();
    }
  }

  private static void requireEntry(SnapshotMark mark) {
    if (mark.index() == 0) {
      throw new IllegalArgumentException("mark: index 0 (expected: that of an entry)");
    }
  }

  /** Fails unless a file is a whole snapshot of what it should be. */
  void requireWhole(String name, SnapshotMark mark) throws IOException {
    try (SnapshotReader reader = reader(name)) {
      SnapshotFile.require(name, "mark", reader.mark(), reader.mark().equals(mark), "" + mark);
      reader.verify();
    }
  }

  /** Gives a whole and forced file its name, durably; drops those that are too old then. */
  void publish(String name, SnapshotMark mark) throws IOException {
    lock.lock();
    try {
      disk.rename(name, SnapshotFile.name(mark));
      disk.syncDirectory();
      List<SnapshotMark> more = new ArrayList<>(marks);
      more.removeIf(each -> each.index() == mark.index() && each.term() == mark.term());
      more.add(mark);
      more.sort(Comparator.comparingLong(SnapshotMark::index));
      List<SnapshotMark> old = more.subList(0, Math.max(0, more.size() - KEPT));
      marks = List.copyOf(more.subList(old.size(), more.size()));
      for (SnapshotMark each : old) {
        delete(SnapshotFile.name(each));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Drops an unfinished file. */
  void discard(String name, DiskFile file) {
    try {
      file.close();
    } catch (IOException e) {
      LOG.warn("raft.snapshot.close.failed file={} cause={}", name, e.toString());
    }
    delete(name);
  }

  /** What cannot be deleted now is when the store is opened again. */
  private void delete(String name) {
    try {
      disk.delete(name);
    } catch (IOException e) {
      LOG.warn("raft.snapshot.delete.failed file={} cause={}", name, e.toString());
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (expected: in every JDK)", e);
    }
  }
}
