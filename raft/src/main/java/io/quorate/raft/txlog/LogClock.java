package io.quorate.raft.txlog;

import io.quorate.core.time.Ticker;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One node's reading of the log's time: the wall clock once, then only what the ticker measures,
 * and forward to whatever the group's time is seen to be.
 *
 * <p>That time does not go back over a crash rests on a promise, kept by all: a reading {@code t}
 * in the replicated state allows times up to {@code t + AHEAD} to be given out, by anyone, and
 * whoever opens the log or takes it over starts behind that. So a log that is written to gives out
 * time for free, and an idle one agrees on at most one reading per {@link #AHEAD}.
 */
final class LogClock {
  /** How far the time given out may be ahead of what is agreed on. */
  static final Duration AHEAD = Duration.ofSeconds(1);

  /** How long a reading to be agreed on is waited for; after that, time stands still. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Ticker ticker;
  private final ReentrantLock lock = new ReentrantLock();
  private Instant base;
  private long baseNanos;

  /** Times up to here may be given out. */
  private Instant ceiling = Instant.MIN;

  private Instant given = Instant.MIN;

  /** A reading that is being agreed on, from when it was begun until its fate is known. */
  private @Nullable CompletableFuture<@Nullable Void> raising;

  /** Whether the last one was waited for in vain. */
  private boolean late;

  LogClock(Ticker ticker, Instant wall) {
    this.ticker = ticker;
    this.base = wall;
    this.baseNanos = ticker.nanos();
  }

  /** A time and a duration behind it, or the end of time. */
  static Instant plus(Instant time, Duration duration) {
    try {
      return time.plus(duration);
    } catch (DateTimeException | ArithmeticException beyond) {
      return Instant.MAX;
    }
  }

  /** The time of a command that is about to be proposed, and for looking at what is due. */
  Instant reading() {
    lock.lock();
    try {
      return running();
    } finally {
      lock.unlock();
    }
  }

  private Instant running() {
    return plus(base, Duration.ofNanos(ticker.nanos() - baseNanos));
  }

  /** The group's time is this: goes on from there if that is forward. */
  void moveTo(Instant time) {
    lock.lock();
    try {
      if (time.isAfter(running())) {
        base = time;
        baseNanos = ticker.nanos();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Goes on behind all that others may have given out when the group's time was this. */
  void moveBehind(Instant agreed) {
    moveTo(agreed.equals(Instant.MIN) ? agreed : plus(agreed, AHEAD));
  }

  /** This time has been agreed on. */
  void agreed(Instant time) {
    Instant allowed = plus(time, AHEAD);
    lock.lock();
    try {
      if (allowed.isAfter(ceiling)) {
        ceiling = allowed;
      }
      late = false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A time to give out. Where a reading cannot be agreed on, time stands still at the ceiling.
   *
   * @param raise begins to have a reading agreed on; {@link #agreed} is called before it completes
   */
  Instant now(Function<Instant, CompletableFuture<?>> raise) {
    CompletableFuture<@Nullable Void> wait;
    Instant reading;
    boolean mine = false;
    boolean patient;
    lock.lock();
    try {
      reading = running();
      if (!reading.isAfter(ceiling)) {
        return give();
      }
      CompletableFuture<@Nullable Void> underWay = raising;
      if (underWay == null || underWay.isDone()) {
        underWay = new CompletableFuture<>();
        raising = underWay;
        mine = true;
      }
      wait = underWay;
      patient = !late;
    } finally {
      lock.unlock();
    }
    if (mine) {
      begin(reading, raise, wait);
    }
    if (patient) {
      await(wait);
    }
    lock.lock();
    try {
      late = reading.isAfter(ceiling);
      return give();
    } finally {
      lock.unlock();
    }
  }

  private static void begin(
      Instant reading,
      Function<Instant, CompletableFuture<?>> raise,
      CompletableFuture<@Nullable Void> over) {
    CompletableFuture<?> begun;
    try {
      begun = raise.apply(reading);
    } catch (RuntimeException | Error e) {
      over.complete(null);
      throw e;
    }
    var unused = begun.whenComplete((done, failed) -> over.complete(null));
  }

  /** Keeps an interrupt for later. */
  private static void await(CompletableFuture<@Nullable Void> raising) {
    Void unused =
        raising.copy().completeOnTimeout(null, PATIENCE.toNanos(), TimeUnit.NANOSECONDS).join();
  }

  private Instant give() {
    Instant now = running();
    Instant allowed = now.isAfter(ceiling) ? ceiling : now;
    if (allowed.isAfter(given)) {
      given = allowed;
    }
    return given;
  }
}
