package io.quorate.raftsim.world;

import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time: what is to happen, in the order of its time, and of being asked for where the times
 * are equal. All of it follows from the seed.
 *
 * <p><b>Threads.</b> For one thread.
 */
public final class World {
  private record Event(long at, long number, Runnable task) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
    }
  }

  private final long seed;
  private final PriorityQueue<Event> queue = new PriorityQueue<>();
  private final Trace trace;
  private long nowNanos;
  private long asked;
  private long done;
  private @Nullable Found found;

  /**
   * A world at its beginning.
   *
   * @param seed decides everything
   * @param reader told of every event in words; null for nobody, which is much faster
   */
  public World(long seed, @Nullable Consumer<String> reader) {
    this.seed = seed;
    trace = new Trace(reader);
  }

  /** What decides everything. */
  public long seed() {
    return seed;
  }

  /** The time, in nanoseconds since the beginning. */
  public long nowNanos() {
    return nowNanos;
  }

  /** How many events have happened. */
  public long events() {
    return done;
  }

  /**
   * Random numbers for one concern: how many of them are drawn changes nothing for any other.
   *
   * @param concern its name
   */
  public SplittableRandom stream(String concern) {
    long mixed = seed * 0x9E3779B97F4A7C15L;
    for (int i = 0; i < concern.length(); i++) {
      mixed = (mixed ^ concern.charAt(i)) * 0x100000001B3L;
      mixed ^= mixed >>> 29;
    }
    return new SplittableRandom(mixed);
  }

  /** Does something later; 0 for as soon as what is due now is done. */
  public void after(long delayNanos, Runnable task) {
    queue.add(new Event(nowNanos + Math.max(0, delayNanos), asked++, task));
  }

  /** Lets the next thing happen; returns whether there was one. */
  public boolean step() {
    Event next = queue.poll();
    if (next == null) {
      return false;
    }
    nowNanos = next.at;
    done++;
    next.task.run();
    return true;
  }

  /** Lets all happen up to a time, unless a rule is broken first. */
  public void runUntil(long atNanos) {
    while (found == null && !queue.isEmpty() && queue.peek().at <= atNanos) {
      step();
    }
    if (found == null) {
      nowNanos = Math.max(nowNanos, atNanos);
    }
  }

  /** What has happened so far. */
  public Trace trace() {
    return trace;
  }

  /** Notes what has just happened. */
  public void note(String kind, long a, long b, long c) {
    trace.add(nowNanos, kind, a, b, c);
  }

  /** A rule is broken: nothing happens any more. The first one counts. */
  public void violate(String invariant, String what) {
    if (found == null) {
      found = new Found(invariant, what, nowNanos);
      trace.say(nowNanos, "VIOLATION " + invariant + ": " + what);
    }
  }

  /** The first rule that was broken. */
  public Optional<Found> found() {
    return Optional.ofNullable(found);
  }
}
