package io.quorate.testkit.sim;

import io.quorate.core.time.Ticker;
import io.quorate.core.time.Timers;
import io.quorate.testkit.seed.SeededRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.PriorityQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time, a queue of events, a seeded random and a trace. Time stands still while an event
 * runs and jumps from one event to the next; events of the same time run in the order in which they
 * were scheduled. Everything happens on the thread that calls {@link #step}; not thread-safe.
 *
 * <p>Nothing in a world reads a clock, a random or an identity hash of the JVM: the same seed and
 * the same code give the same {@link SimTrace#hash()}.
 */
public final class SimWorld {

  /** The wall clock at the origin of simulated time. */
  public static final Instant ORIGIN = Instant.parse("2026-01-01T00:00:00Z");

  private final PriorityQueue<SimEvent> queue = new PriorityQueue<>(SimEvent::inOrder);
  private final SeededRandom random;
  private final SimTrace trace;
  private long nowNanos;
  private long scheduled;

  /** A world that keeps its trace as text. */
  public SimWorld(long seed) {
    this(seed, SimTrace.kept());
  }

  /** A world with this trace. */
  public SimWorld(long seed, SimTrace trace) {
    this.random = new SeededRandom(seed);
    this.trace = trace;
  }

  /** Nanoseconds since the world began. */
  public long nanos() {
    return nowNanos;
  }

  /** {@link #ORIGIN} and the time since. */
  public Instant now() {
    return ORIGIN.plusNanos(nowNanos);
  }

  /** This world's monotonic clock. */
  public Ticker ticker() {
    return this::nanos;
  }

  /** This world's wall clock, which never jumps. */
  public InstantSource clock() {
    return this::now;
  }

  /** Timers on this world's time; their tasks run as events. Closing drops those not yet run. */
  public Timers timers() {
    return new SimTimers(this);
  }

  /** The world's random numbers; {@link SeededRandom#split} one for each actor. */
  public SeededRandom random() {
    return random;
  }

  /** What happened so far. */
  public SimTrace trace() {
    return trace;
  }

  /** Notes an event now; see {@link SimTrace#event}. */
  public void note(String actor, String kind, long key, Supplier<String> text) {
    trace.event(nowNanos, actor, kind, key, text);
  }

  /** Runs {@code action} once {@code delay} has passed; zero or less means next. */
  public SimEvent after(Duration delay, Runnable action) {
    SimEvent event = new SimEvent(saturatedSum(nowNanos, delay), scheduled++, action);
    queue.add(event);
    return event;
  }

  /** Runs {@code action} at a time of {@link #now}; a time that is past means next. */
  public SimEvent at(Instant at, Runnable action) {
    return after(Duration.between(now(), at), action);
  }

  private static long saturatedSum(long nanos, Duration delay) {
    if (delay.isNegative()) {
      return nanos;
    }
    return delay.compareTo(Duration.ofNanos(Long.MAX_VALUE - nanos)) >= 0
        ? Long.MAX_VALUE
        : nanos + delay.toNanos();
  }

  /** When the next event runs; {@code null} where none is scheduled. */
  public @Nullable Instant nextAt() {
    dropCancelled();
    SimEvent next = queue.peek();
    return next == null ? null : ORIGIN.plusNanos(next.atNanos());
  }

  /** Moves time to the next event and runs it; false where none is scheduled. */
  public boolean step() {
    dropCancelled();
    SimEvent next = queue.poll();
    if (next == null) {
      return false;
    }
    nowNanos = next.atNanos();
    next.run();
    return true;
  }

  private void dropCancelled() {
    for (SimEvent next = queue.peek(); next != null && next.isCancelled(); next = queue.peek()) {
      queue.remove();
    }
  }

  /** Lets this much time pass and runs what falls into it. Not negative. */
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("by: " + by + " (expected: >= 0)");
    }
    long until = saturatedSum(nowNanos, by);
    for (Instant next = nextAt();
        next != null && !next.isAfter(ORIGIN.plusNanos(until));
        next = nextAt()) {
      step();
    }
    nowNanos = until;
  }

  /**
   * Runs events until none is left.
   *
   * @param eventsMax how many at most; at least 1
   * @throws AssertionError when more are needed: something goes on for ever
   */
  public void runUntilIdle(int eventsMax) {
    for (int ran = 0; step(); ran++) {
      if (ran >= eventsMax) {
        throw new AssertionError("not idle after %d events, at %s".formatted(eventsMax, now()));
      }
    }
  }
}
