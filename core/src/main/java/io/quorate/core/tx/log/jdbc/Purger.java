package io.quorate.core.tx.log.jdbc;

import io.quorate.core.tx.log.LogUnavailableException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets ended transactions from time to time, on a thread of its own. A turn is one database
 * transaction that forgets at most {@value #TURN_MAX}; after a full one the next follows soon, but
 * not before three times as long as it took, so that a backlog is worked off beside the appends.
 */
final class Purger implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Purger.class);

  /** How many transactions one turn forgets. */
  static final int TURN_MAX = 500;

  private static final long PAUSE_LEAST_NANOS = Duration.ofMillis(10).toNanos();

  private final String shard;
  private final long everyNanos;
  private final IntUnaryOperator forget;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closed = lock.newCondition();
  private @Nullable Thread thread;
  private boolean closing;
  private boolean failing;

  /**
   * @param forget forgets at most so many and says how many it found
   */
  Purger(JdbcLogConfig config, IntUnaryOperator forget) {
    this.shard = config.shard();
    this.everyNanos = config.purgeEvery().toNanos();
    this.forget = forget;
  }

  /** Starts the thread, unless the log was told to leave purging to its user. */
  void start() {
    if (everyNanos > 0) {
      thread = Thread.ofVirtual().name("quorate-jdbc-purge-" + shard).start(this);
    }
  }

  /** Ends the thread after the turn that is under way. */
  void close() {
    lock.lock();
    try {
      closing = true;
      closed.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread != null && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException keptForLater) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void run() {
    long pauseNanos = everyNanos;
    while (pause(pauseNanos)) {
      pauseNanos = turn();
    }
  }

  /** False when there is to be no other turn. */
  private boolean pause(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (!closing && left > 0) {
        left = closed.awaitNanos(left);
      }
      return !closing;
    } catch (InterruptedException nobodyInterruptsThis) {
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Says how long to pause after it. */
  private long turn() {
    long startNanos = Database.nanos();
    try {
      int gone = forget.applyAsInt(TURN_MAX);
      failing = false;
      if (gone < TURN_MAX) {
        return everyNanos;
      }
    } catch (LogUnavailableException away) {
      if (!failing) {
        LOG.warn("nothing is forgotten: shard={} cause={}", shard, away.toString());
      }
      failing = true;
      return everyNanos;
    } catch (RuntimeException broken) {
      LOG.error("nothing is forgotten: shard={}", shard, broken);
      return everyNanos;
    }
    long tookNanos = Database.nanos() - startNanos;
    return Math.min(everyNanos, Math.max(PAUSE_LEAST_NANOS, 3 * tookNanos));
  }
}
