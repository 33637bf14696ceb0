package io.quorate.benchmarks.run;

import static java.util.Objects.requireNonNull;

import io.quorate.benchmarks.kit.ForkSpec;
import io.quorate.benchmarks.kit.Load;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * How long a side-by-side run takes.
 *
 * @param rounds how often each subject runs at most; at least 1
 * @param loads what is put on it each time
 * @param turns who follows whom
 * @param firstWarmup before all loads, under the one with the most in flight
 * @param warmup before each load, under that load
 * @param measured how long each load lasts
 * @param budget no round begins that would probably end later than this; the first always does
 */
public record Schedule(
    int rounds,
    List<Load> loads,
    Turns turns,
    Duration firstWarmup,
    Duration warmup,
    Duration measured,
    Duration budget) {

  /** How the order of subjects differs between rounds. */
  public enum Turns {
    /** Each round begins one subject further: in as many rounds, each is once in every place. */
    ROTATED,
    /** Each round is in an order of its own, so that nobody keeps the same neighbour. */
    SHUFFLED
  }

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

  /** Figures to publish: five rounds of four windows with small and with larger payloads. */
  public static final Schedule PROPOSALS_FULL =
      new Schedule(
          5,
          Stream.of(16, 1024)
              .flatMap(
                  bytes -> Stream.of(1, 64, 256, 1024).map(window -> Load.window(window, bytes)))
              .toList(),
          Turns.SHUFFLED,
          Duration.ofSeconds(14),
          Duration.ofMillis(500),
          Duration.ofSeconds(2),
          Duration.ofMinutes(20));

  /** A look, in less than three minutes. */
  public static final Schedule PROPOSALS_QUICK =
      new Schedule(
          3,
          List.of(
              Load.window(1, 16),
              Load.window(64, 16),
              Load.window(1024, 16),
              Load.window(64, 1024)),
          Turns.SHUFFLED,
          Duration.ofSeconds(3),
          Duration.ofMillis(400),
          Duration.ofMillis(800),
          Duration.ofSeconds(150));

  public Schedule {
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds: " + rounds + " (expected: >= 1)");
    }
    loads = List.copyOf(loads);
    requireNonNull(turns, "turns");
    requireNonNull(firstWarmup, "firstWarmup");
    requireNonNull(warmup, "warmup");
    requireNonNull(measured, "measured");
    requireNonNull(budget, "budget");
  }

  /** A schedule that rotates and warms each load up by itself only. */
  public Schedule(
      int rounds, List<Load> loads, Duration warmup, Duration measured, Duration budget) {
    this(rounds, loads, Turns.ROTATED, Duration.ZERO, warmup, measured, budget);
  }

  /** What each process is asked to do. */
  ForkSpec.Measure task() {
    return new ForkSpec.Measure(loads, firstWarmup, warmup, measured);
  }

  /**
   * The order of one round.
   *
   * @param random for orders that are drawn; one for all rounds
   */
  <T> List<T> order(List<T> subjects, int round, Random random) {
    List<T> order = new ArrayList<>(subjects);
    switch (turns) {
      case ROTATED -> Collections.rotate(order, -(round % subjects.size()));
      case SHUFFLED -> Collections.shuffle(order, random);
    }
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
