package io.quorate.raft.storage;

import static java.util.Objects.requireNonNull;

import io.quorate.core.wal.Disk;
import io.quorate.core.wal.FileSystemDisk;
import io.quorate.core.wal.Recovery;
import io.quorate.core.wal.Room;
import io.quorate.core.wal.WalClosedException;
import io.quorate.core.wal.WalEntry;
import io.quorate.core.wal.WalException;
import io.quorate.core.wal.WalFullException;
import io.quorate.core.wal.WalPoisonedException;
import io.quorate.core.wal.WalRuntime;
import io.quorate.core.wal.WriteAheadLog;
import io.quorate.raft.log.SnapshotMark;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable state of the groups of one node, on one disk: one log that all groups share, so that
 * one force serves them all, and two small files for each group's hard state.
 *
 * <p><b>Durability.</b> Writes are appended without a force; {@link GroupStore#flush}, called once
 * a turn, asks for one for all that came before it. Nothing counts before {@link
 * GroupStore#persistedUpTo} says so.
 *
 * <p><b>Damage.</b> The log is opened whatever it looks like. A group that may have lost entries
 * that were acknowledged starts in doubt ({@link io.quorate.raft.core.Restored#inDoubt}); the
 * others start as if nothing had been.
 *
 * <p><b>Room.</b> The log drops its oldest segments once no group needs them. A group that is known
 * to the log and was not opened holds it back: open all of {@link #groups}.
 *
 * <p><b>Threads.</b> All methods may be called by any thread, unless the runtime is inline: then
 * all of this store, its groups included, is used by one thread at a time, and works inside {@link
 * #pump} only.
 */
public final class RaftStore implements AutoCloseable {
  /** The largest number of a group. */
  public static final int GROUP_MAX = WalEntry.STREAM_MAX;

  private static final Logger LOG = LoggerFactory.getLogger(RaftStore.class);

  private final Disk disk;
  private final RaftStoreConfig config;
  private final WriteAheadLog wal;
  private final StoreReplay found;
  private final Background background;
  private final ReentrantLock lock = new ReentrantLock();
  private final TreeMap<Integer, GroupStore> open = new TreeMap<>();
  private final AtomicReference<@Nullable StorageFailedException> failure = new AtomicReference<>();
  private final AtomicBoolean reclaiming = new AtomicBoolean();

  /** Of each open group; grows only. */
  private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** Where the record of the format lies; guarded by the lock. */
  private long storePosition;

  private RaftStore(
      Disk disk, RaftStoreConfig config, WriteAheadLog wal, StoreReplay found, boolean inline) {
    this.disk = disk;
    this.config = config;
    this.wal = wal;
    this.found = found;
    background = new Background(inline);
    storePosition = found.storePosition();
  }

  /** Opens the store in a directory of the file system; makes the directory if it is missing. */
  public static RaftStore open(Path directory, RaftStoreConfig config) {
    return open(new FileSystemDisk(directory), config, WalRuntime.threads());
  }

  /**
   * Opens the store on a disk. Reads all of its log.
   *
   * @throws StoreFormatException a newer release wrote it; nothing was changed
   * @throws WalException it cannot be opened: owned by another process, unreadable, of a newer
   *     format, or without room for a first segment
   */
  public static RaftStore open(Disk disk, RaftStoreConfig config, WalRuntime runtime) {
    requireNonNull(disk, "disk");
    requireNonNull(config, "config");
    StoreReplay replay = new StoreReplay(disk.describe());
    WriteAheadLog wal = WriteAheadLog.open(disk, config.wal(), runtime, replay);
    RaftStore store = new RaftStore(disk, config, wal, replay, runtime.inline());
    try {
      if (store.storePosition < 0) {
        wal.awaitDurable(store.writeFormat());
      }
      return store;
    } catch (RuntimeException e) {
      store.release(e);
      throw e;
    }
  }

  private void release(RuntimeException why) {
    try {
      close();
    } catch (RuntimeException e) {
      why.addSuppressed(e);
    }
  }

  private long writeFormat() {
    ByteBuffer payload = StoreRecords.version();
    long end =
        append(
            StoreRecords.STORE, 0, StoreRecords.MAGIC, StoreRecords.VERSION, payload, Room.RESERVE);
    storePosition = end - WriteAheadLog.encodedBytes(payload.remaining());
    return end;
  }

  /** The numbers of the groups that the log knows or that are open. */
  public Set<Integer> groups() {
    lock.lock();
    try {
      Set<Integer> numbers = new TreeSet<>(open.keySet());
      found
          .groups()
          .forEach(
              (number, events) -> {
                if (events.isKnown()) {
                  numbers.add(number);
                }
              });
      return numbers;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Opens a group; begins it where there is none. Its number of starts has grown, durably, when
   * this returns. Blocks for two forces.
   *
   * @param group its number, 0 to {@link #GROUP_MAX}
   * @param beginning what the log of a new group begins with, at index 0; of a known one it is used
   *     only where all else is lost
   * @param snapshots the group's own; it is not closed with the group
   * @param changed called when {@link GroupStore#persistedUpTo} may have grown or the store has
   *     failed, by a thread of this store, or by one whose write has just failed. Must only hand
   *     that over, and not throw
   * @throws IllegalStateException it is open already
   * @throws StorageFailedException the disk failed
   * @throws StoreFullException there is no room for one record
   */
  public GroupStore open(
      int group, SnapshotMark beginning, SnapshotStore snapshots, Runnable changed) {
    requireGroup(group);
    requireNonNull(snapshots, "snapshots");
    requireNonNull(changed, "changed");
    if (beginning.index() != 0) {
      throw new IllegalArgumentException(
          "beginning: index %d (expected: 0)".formatted(beginning.index()));
    }
    lock.lock();
    try {
      if (open.containsKey(group)) {
        throw new IllegalStateException("group: %d is open (expected: once)".formatted(group));
      }
      GroupOpening opening = new GroupOpening(this, group, beginning, snapshots, changed);
      GroupStore store = opening.open(found.group(group));
      found.remove(group);
      open.put(group, store);
      listeners.add(changed);
      return store;
    } finally {
      lock.unlock();
    }
  }

  private static void requireGroup(int group) {
    if (group < 0 || group > GROUP_MAX) {
      throw new IllegalArgumentException("group: %d (expected: 0..%d)".formatted(group, GROUP_MAX));
    }
  }

  /**
   * Whether there is room for entries. While there is none, refuse proposals and let the entries of
   * leaders pass unread: what the core has taken, it counts on.
   */
  public boolean hasRoom() {
    return wal.hasRoom();
  }

  /** Why nothing is written any more, if so. */
  public Optional<StorageFailedException> failure() {
    return Optional.ofNullable(failure.get());
  }

  /** What opening the log found. */
  public Recovery recovery() {
    return wal.recovery();
  }

  /** How many times the log was forced since it was opened. */
  public long forces() {
    return wal.forces();
  }

  /**
   * Drops the oldest part of the log if no group needs it any more. Called by {@link
   * GroupStore#compact} in the background; blocks.
   *
   * @throws StorageFailedException the disk failed
   * @throws StoreFullException there is no room for a record of each group
   */
  public void reclaim() {
    lock.lock();
    try {
      long needed = wal.durablePosition();
      for (GroupStore group : open.values()) {
        needed = Math.min(needed, group.neededFrom());
      }
      for (GroupEvents group : found.groups().values()) {
        needed = Math.min(needed, group.neededFrom());
      }
      if (needed - wal.firstPosition() >= config.wal().segmentBytes()) {
        carryForward(needed);
        wal.truncateBefore(needed);
      }
    } catch (WalPoisonedException | WalClosedException e) {
      throw fail(e);
    } catch (WalException e) {
      LOG.warn("raft.reclaim.failed disk={} cause={}", disk.describe(), e.toString());
    } finally {
      lock.unlock();
    }
  }

  /** Writes again, durably, what lies before {@code position} and is still needed. */
  private void carryForward(long position) {
    if (storePosition < position) {
      writeFormat();
    }
    for (GroupStore group : open.values()) {
      group.carryForward(position);
    }
    wal.awaitDurable(wal.nextPosition());
  }

  /** Reclaims in the background, once however often it is asked for meanwhile. */
  void reclaimSoon() {
    if (reclaiming.compareAndSet(false, true)) {
      background.execute(
          () -> {
            reclaiming.set(false);
            try {
              reclaim();
            } catch (StorageException e) {
              LOG.warn("raft.reclaim.failed disk={} cause={}", disk.describe(), e.toString());
            }
          });
    }
  }

  /**
   * Inline stores only: does what was asked for: slots, reclaiming, and the writes of the log that
   * are due.
   *
   * @throws IllegalStateException the store has threads for that
   */
  public void pump() {
    background.pump();
    wal.pump();
  }

  /** Appends to the log, lazily; what it throws is of this package. */
  long append(int type, int group, long word0, long word1, ByteBuffer payload, Room room) {
    requireWorking();
    try {
      return wal.append(type, group, word0, word1, payload, false, room);
    } catch (WalFullException full) {
      throw new StoreFullException(disk.describe(), full);
    } catch (WalPoisonedException | WalClosedException e) {
      throw fail(e);
    }
  }

  private void requireWorking() {
    StorageFailedException failed = failure.get();
    if (failed != null) {
      throw new StorageFailedException(disk.describe(), failed);
    }
  }

  /** Nothing is written from now on, and all groups hear of it. */
  StorageFailedException fail(Throwable cause) {
    StorageFailedException failed = new StorageFailedException(disk.describe(), cause);
    if (failure.compareAndSet(null, failed)) {
      LOG.error("raft.storage.failed disk={} cause={}", disk.describe(), cause.toString());
      listeners.forEach(Runnable::run);
    }
    return failed;
  }

  WriteAheadLog wal() {
    return wal;
  }

  Disk disk() {
    return disk;
  }

  RaftStoreConfig config() {
    return config;
  }

  Background background() {
    return background;
  }

  /**
   * Makes all that was written durable, and gives the disk up. Idempotent.
   *
   * @throws StorageFailedException what was written last is not known to be durable; the disk was
   *     given up all the same
   */
  @Override
  public void close() {
    background.close();
    try {
      wal.close();
    } catch (WalPoisonedException e) {
      throw fail(e);
    }
  }
}
