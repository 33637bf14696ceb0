package io.quorate.core.tx.log.file;

import io.quorate.core.time.Ticker;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.wal.WalException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The log's time: the wall clock read once, then only monotonic time.
 *
 * <p>That it does not go back over a crash although the wall clock may be set back in between rests
 * on a promise: a durable record of time {@code t} allows times up to {@code t + AHEAD} to be given
 * out, and whoever opens the log again starts behind that. So a log that is written to gives out
 * time for free, and an idle one writes at most one mark per {@link #AHEAD}.
 */
final class LogClock {
  /** How far the time given out may be ahead of the last durable record. */
  static final Duration AHEAD = Duration.ofSeconds(1);

  /** Writes a durable mark. */
  interface Mark {
    void write(Instant time);
  }

  private final Ticker ticker;
  private final Mark mark;
  private final Instant base;
  private final long baseNanos;
  private final ReentrantLock extending = new ReentrantLock();

  /** What the records found at the start allow. */
  private final Instant floor;

  /** Times up to here may be given out. Never below {@link #floor}. */
  private volatile Instant ceiling;

  /**
   * @param floor nothing later was given out before; {@link Instant#MIN} for a new log
   * @param wall what the wall clock says
   */
  LogClock(Ticker ticker, Instant floor, Instant wall, Mark mark) {
    this.ticker = ticker;
    this.floor = floor;
    this.ceiling = floor;
    this.base = wall.isAfter(floor) ? wall : floor;
    this.baseNanos = ticker.nanos();
    this.mark = mark;
  }

  /** The time of a record that is about to be written, and for looking at what is due. */
  Instant reading() {
    return base.plusNanos(ticker.nanos() - baseNanos);
  }

  /** A record with this time has become durable. */
  void recorded(Instant time) {
    Instant allowed = time.plus(AHEAD);
    // Moved in steps, so that appenders do not all write the same field.
    if (allowed.minus(AHEAD.dividedBy(4)).isAfter(ceiling)) {
      raise(allowed);
    }
  }

  private void raise(Instant allowed) {
    extending.lock();
    try {
      if (allowed.isAfter(ceiling)) {
        ceiling = allowed;
      }
    } finally {
      extending.unlock();
    }
  }

  /** A time to give out. Where the promise cannot be extended, time stands still at its end. */
  Instant now() {
    Instant now = reading();
    if (!now.isAfter(ceiling)) {
      return now;
    }
    extending.lock();
    try {
      if (now.isAfter(ceiling)) {
        mark.write(now);
        ceiling = now.plus(AHEAD);
      }
      return now;
    } catch (WalException | LogUnavailableException notNow) {
      return ceiling.equals(Instant.MIN) ? base : ceiling;
    } finally {
      extending.unlock();
    }
  }

  /** Whether more was promised since the log was opened. */
  boolean wasUsed() {
    return ceiling.isAfter(floor);
  }
}
