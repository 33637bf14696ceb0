package io.quorate.testkit.sim;

import io.quorate.testkit.seed.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What happened, in order. Always hashed; kept as text only where somebody will read it, because
 * most of many thousand runs are not read. Not thread-safe.
 *
 * <p>The hash covers time, actor, kind and key of every event, not its text: two runs with the same
 * hash did the same.
 */
public final class SimTrace {

  /** A bound on the lines kept, so that a run without end is reported and not suffered. */
  public static final int LINES_MAX = 10_000;

  private final List<String> lines = new ArrayList<>();
  private final boolean kept;
  private long hash;
  private int events;

  private SimTrace(boolean kept) {
    this.kept = kept;
  }

  /** A trace that keeps its lines. */
  public static SimTrace kept() {
    return new SimTrace(true);
  }

  /** A trace that keeps its hash only. */
  public static SimTrace hashed() {
    return new SimTrace(false);
  }

  /**
   * Notes an event.
   *
   * @param atNanos the simulated time
   * @param actor who did it
   * @param kind what it was; one of few words
   * @param key what tells it from others of its kind, the same in every run: no identity hash
   * @param text for people; asked for only where lines are kept
   */
  public void event(long atNanos, String actor, String kind, long key, Supplier<String> text) {
    events++;
    hash = SeededRandom.mix(hash + atNanos);
    hash = SeededRandom.mix(hash + ((long) actor.hashCode() << 32) + kind.hashCode());
    hash = SeededRandom.mix(hash + key);
    if (kept && lines.size() < LINES_MAX) {
      Duration at = Duration.ofNanos(atNanos);
      lines.add(
          String.format(
                  Locale.ROOT,
                  "%6d.%03ds  %-10s %-10s %s",
                  at.toSeconds(),
                  at.toMillisPart(),
                  actor,
                  kind,
                  text.get())
              .stripTrailing());
    }
  }

  /** One line for each event, at most {@value #LINES_MAX}; empty where lines are not kept. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** How many events there were. */
  public int events() {
    return events;
  }

  /** The same for the same events, on every machine. */
  public long hash() {
    return hash;
  }

  /** The hash as 16 hexadecimal digits. */
  public String hashText() {
    return String.format(Locale.ROOT, "%016x", hash);
  }
}
