package io.quorate.core.tx.log.file;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.wal.Room;
import io.quorate.core.wal.WalException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
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

  /** No checkpoint is due before the log has reached this position. */
  private volatile long notBefore;

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
    this.strideBytes = Math.min(STRIDE_BYTES, config.wal().queueBytesMax() / 8);
  }

  /** Something was appended: starts a checkpoint if one is due and none runs. */
  void poke(long position) {
    if (position < notBefore || stopped) {
      return;
    }
    long due = journal.first() + config.checkpointBytes() + 2 * remembered();
    if (position < due) {
      notBefore = due;
      return;
    }
    ask();
  }

  /** Room is needed now. */
  void ask() {
    if (asked.compareAndSet(false, true)) {
      background.execute(this::run);
    }
  }

  private long remembered() {
    return table.liveBytes() + table.retainedBytes();
  }

  private void run() {
    working.lock();
    try {
      if (!stopped) {
        checkpoint();
      }
    } catch (WalException | LogUnavailableException | IllegalStateException failed) {
      // Nothing is lost: the old half is still there.
      notBefore = journal.next() + config.checkpointBytes() / 4;
      if (!stopped) {
        LOGGER.warn("checkpoint failed, tried again later cause={}", failed.toString());
      }
    } finally {
      asked.set(false);
      working.unlock();
    }
  }

  private void checkpoint() {
    table.forgetEnded();
    long first = journal.first();
    // Read before the table is walked: what is appended from here on lies behind it.
    long cut = first + (journal.next() - first) / 2;
    carryBefore(cut);
    Epoch newest = epochs.newest();
    int type = newest.equals(Epoch.NONE) ? Journal.TIME : Journal.EPOCH;
    long end = journal.mark(type, newest.number(), clock.reading(), newest.owner());
    journal.requireDurable(end);
    journal.truncateBefore(cut);
    checkpoints.incrementAndGet();
    notBefore = journal.first() + config.checkpointBytes() + 2 * remembered();
  }

  private void carryBefore(long cut) {
    long unconfirmed = 0;
    for (Entry entry : table.all()) {
      if (stopped) {
        return;
      }
      long bytes = 0;
      entry.lock.lock();
      try {
        if (!entry.isEmpty() && !entry.isForgotten() && entry.oldest() < cut) {
          bytes = table.carry(entry, Room.NORMAL);
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
