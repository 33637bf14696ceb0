package io.quorate.benchmarks.run;

import static java.util.Objects.requireNonNull;

import io.quorate.benchmarks.kit.ForkSpec;
import io.quorate.benchmarks.kit.Load;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How long a side-by-side run takes.
 *
 * @param rounds how often each subject runs at most; at least 1
 * @param loads what is put on it each time
 * @param warmup before each load, under that load
 * @param measured how long each load lasts
 * @param budget no round begins that would probably end later than this; the first always does
 */
public record Schedule(
    int rounds, List<Load> loads, Duration warmup, Duration measured, Duration budget) {

  /** Figures to publish: five rounds of four loads. */
  public static final Schedule FULL =
      new Schedule(
          5,
          List.of(Load.platform(1), Load.platform(16), Load.platform(64), Load.virtual(256)),
          Duration.ofSeconds(2),
          Duration.ofSeconds(3),
          Duration.ofMinutes(30));

  /** A look, in less than a minute. */
  public static final Schedule QUICK =
      new Schedule(
          3,
          List.of(Load.platform(1), Load.platform(16)),
          Duration.ofMillis(400),
          Duration.ofMillis(800),
          Duration.ofSeconds(50));

  public Schedule {
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds: " + rounds + " (expected: >= 1)");
    }
    loads = List.copyOf(loads);
    requireNonNull(warmup, "warmup");
    requireNonNull(measured, "measured");
    requireNonNull(budget, "budget");
  }

  /** What each process is asked to do. */
  ForkSpec.Measure task() {
    return new ForkSpec.Measure(loads, warmup, measured);
  }

  /**
   * The order of one round: each round begins one subject further, so that none always follows the
   * same neighbour's heat.
   */
  static <T> List<T> order(List<T> subjects, int round) {
    List<T> order = new ArrayList<>(subjects);
    Collections.rotate(order, -(round % subjects.size()));
    return order;
  }

  /**
   * Whether there is time for another round.
   *
   * @param spent since the start
   * @param longestRound so far
   */
  boolean allowsAnother(Duration spent, Duration longestRound) {
    return spent.plus(longestRound).compareTo(budget) <= 0;
  }
}
