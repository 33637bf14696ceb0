package io.quorate.core.tx.log.file;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.wal.Room;
import io.quorate.core.wal.WalException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the write-ahead log short. Once more than {@link FileLogConfig#checkpointBytes} of it are
 * of no use, it writes again what is still needed from the older half, waits until that is durable,
 * and gives the older half back.
 *
 * <p>With {@code K} bytes of transactions remembered and {@code T = checkpointBytes}, it starts at
 * a length of {@code T + 2K}: what is rewritten, at most {@code K}, is always less than the {@code
 * T/2 + K} given back, so it ends, and no byte is written more than twice per lap.
 *
 * <p>A crash at any point leaves the older half, or a carried copy of all that was needed of it.
 */
final class Checkpointer {
  private static final Logger LOGGER = LoggerFactory.getLogger(Checkpointer.class);

  /** So much is carried before waiting for the disk: no append waits behind more than this. */
  private static final int STRIDE_BYTES = 1 << 20;

  private static final Duration RELIEF_INTERVAL = Duration.ofSeconds(1);

  private final Journal journal;
  private final Table table;
  private final EpochGate epochs;
  private final LogClock clock;
  private final FileLogConfig config;
  private final Executor background;
  private final int strideBytes;
  private final AtomicBoolean asked = new AtomicBoolean();
  private final ReentrantLock working = new ReentrantLock();
  private final AtomicLong checkpoints = new AtomicLong();
  private final AtomicLong carriedBytes = new AtomicLong();

  /** One has failed: no other before the log has reached this position. */
  private volatile long notBefore;

  private final AtomicReference<Instant> relieved = new AtomicReference<>(Instant.MIN);
  private volatile boolean roomWanted;
  private volatile boolean stopped;

  Checkpointer(
      Journal journal,
      Table table,
      EpochGate epochs,
      LogClock clock,
      FileLogConfig config,
      Executor background) {
    this.journal = journal;
    this.table = table;
    this.epochs = epochs;
    this.clock = clock;
    this.config = config;
    this.background = background;
    this.strideBytes = Math.min(STRIDE_BYTES, config.wal().queueBytesMax());
  }

  /** Something was appended: starts a checkpoint if one is due and none runs. */
  void poke(long position) {
    long due = journal.first() + config.checkpointBytes() + 2 * remembered();
    if (position >= due && position >= notBefore && !stopped) {
      start();
    }
  }

  /**
   * The disk is full: gives the oldest segment back, if little of it is still needed. What that
   * takes comes out of the reserve, which is there for open transactions, so it must be little.
   */
  void askForRoom() {
    Instant now = clock.reading();
    Instant last = relieved.get();
    if (!now.isBefore(last.plus(RELIEF_INTERVAL)) && relieved.compareAndSet(last, now)) {
      roomWanted = true;
      start();
    }
  }

  private void start() {
    if (asked.compareAndSet(false, true)) {
      try {
        background.execute(this::run);
      } catch (RuntimeException | Error e) {
        if (!asked.compareAndSet(true, false)) {
          throw e; // It ran, here and now, and is broken.
        }
        // It was not taken: no reason to fail the append that asked, which has been written.
        later();
        LOGGER.warn("checkpoint not started, tried again later cause={}", e.toString());
      }
    }
  }

  private long remembered() {
    return table.liveBytes() + table.retainedBytes();
  }

  private void run() {
    working.lock();
    try {
      asked.set(false);
      if (!stopped) {
        table.forgetEnded();
        if (roomWanted) {
          roomWanted = false;
          relieve();
        } else {
          halve();
        }
      }
    } catch (WalException | LogUnavailableException failed) {
      // Nothing is lost: the older half is still there.
      later();
      LOGGER.warn("checkpoint failed, tried again later cause={}", failed.toString());
    } catch (RuntimeException broken) {
      later();
      throw broken;
    } finally {
      working.unlock();
    }
  }

  private void later() {
    notBefore = journal.next() + config.checkpointBytes() / 4;
  }

  private void halve() {
    long first = journal.first();
    // Read before the table is walked: what is appended from here on lies behind it.
    long cut = first + (journal.next() - first) / 2;
    checkpoint(cut, Room.NORMAL);
  }

  private void relieve() {
    int segmentBytes = config.wal().segmentBytes();
    long cut = Math.min(journal.next(), journal.first() + segmentBytes);
    long needed = 0;
    for (Entry entry : table.all()) {
      entry.lock.lock();
      try {
        needed += isNeededFrom(entry, cut) ? entry.bytes() : 0;
      } finally {
        entry.lock.unlock();
      }
    }
    if (needed > segmentBytes / 8) {
      LOGGER.warn("log full and nothing to give back needed={} of={}", needed, segmentBytes);
      return;
    }
    checkpoint(cut, Room.RESERVE);
  }

  /** Carries what is needed from before {@code cut}, then gives that back. */
  private void checkpoint(long cut, Room room) {
    carryBefore(cut, room);
    if (stopped) {
      return;
    }
    Epoch newest = epochs.newest();
    int type = newest.equals(Epoch.NONE) ? Journal.TIME : Journal.EPOCH;
    long end = journal.mark(type, newest.number(), clock.reading(), newest.owner());
    // Behind all that was carried: once it is durable, so are they.
    journal.requireDurable(end);
    journal.truncateBefore(cut);
    checkpoints.incrementAndGet();
  }

  private void carryBefore(long cut, Room room) {
    long unconfirmed = 0;
    for (Entry entry : table.all()) {
      if (stopped) {
        return;
      }
      long bytes = 0;
      entry.lock.lock();
      try {
        if (isNeededFrom(entry, cut)) {
          bytes = table.carry(entry, room);
        }
      } finally {
        entry.lock.unlock();
      }
      carriedBytes.addAndGet(bytes);
      unconfirmed += bytes;
      if (unconfirmed > strideBytes) {
        journal.requireDurable(journal.next());
        unconfirmed = 0;
      }
    }
  }

  private static boolean isNeededFrom(Entry entry, long cut) {
    return !entry.isEmpty() && !entry.isForgotten() && entry.oldest() < cut;
  }

  /** Starts no more; returns once none runs. */
  void stop() {
    stopped = true;
    working.lock();
    try {
      asked.set(true);
    } finally {
      working.unlock();
    }
  }

  long checkpoints() {
    return checkpoints.get();
  }

  long carriedBytes() {
    return carriedBytes.get();
  }
}
