package io.quorate.testkit.seed;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Checks properties for many seeds.
 *
 * <pre>{@code
 * @Test
 * void a_queue_gives_back_what_it_was_given() {
 *   Seeds.check(1_000, random -> {
 *     List<Integer> values = …random…;
 *     assertThat(throughQueue(values)).isEqualTo(values);
 *   });
 * }
 * }</pre>
 *
 * <p>The seeds are 1, 2, 3, …: the same in every run, so that a green build stays green. A failure
 * names its seed; {@code -Dquorate.seed=S} runs that seed alone, {@code -Dquorate.seeds=N} runs the
 * first N seeds instead of as many as the test asks for, for a long night.
 */
public final class Seeds {

  /** The system property that names the one seed to run. */
  public static final String SEED_PROPERTY = "quorate.seed";

  /** The system property that says how many seeds every property is checked for. */
  public static final String SEEDS_PROPERTY = "quorate.seeds";

  /** A bound on how often a failing list of events is run again to make it shorter. */
  private static final int SHRINKS_MAX = 2_000;

  private Seeds() {}

  /** What must hold for every seed: throws where it does not. */
  @FunctionalInterface
  public interface Property {
    /** Checks it for what {@code random} draws. */
    void check(SeededRandom random) throws Exception;
  }

  /** What must hold for every list of events: throws where it does not. */
  @FunctionalInterface
  public interface EventsProperty<T> {
    /** Checks it for these events. */
    void check(List<T> events) throws Exception;
  }

  /**
   * Checks {@code property} once for each of {@code seeds} seeds.
   *
   * @param seeds at least 1
   * @throws AssertionError for the first seed it does not hold for; its cause is what was thrown
   */
  public static void check(int seeds, Property property) {
    for (long seed : seeds(seeds)) {
      Throwable thrown = thrownBy(() -> property.check(new SeededRandom(seed)));
      if (thrown != null) {
        throw new AssertionError(failure(seed, thrown), thrown);
      }
    }
  }

  /**
   * Checks {@code property} for one generated list of events per seed. A list it does not hold for
   * is made shorter, by leaving events out, as long as it still fails.
   *
   * @param seeds at least 1
   * @param generator makes the events of a seed
   * @param property does the same for the same events
   * @throws AssertionError for the first seed it does not hold for, with the events that are left;
   *     its cause is what the shorter list made it throw
   */
  public static <T> void checkEvents(
      int seeds, Function<SeededRandom, List<T>> generator, EventsProperty<T> property) {
    for (long seed : seeds(seeds)) {
      List<T> events = List.copyOf(generator.apply(new SeededRandom(seed)));
      Throwable thrown = thrownBy(() -> property.check(events));
      if (thrown != null) {
        List<T> left = shrink(events, property);
        Throwable shortest = thrownBy(() -> property.check(left));
        throw new AssertionError(
            failure(seed, shortest == null ? thrown : shortest) + listed(events, left),
            shortest == null ? thrown : shortest);
      }
    }
  }

  private static long[] seeds(int asked) {
    if (asked < 1) {
      throw new IllegalArgumentException("seeds: " + asked + " (expected: >= 1)");
    }
    Long only = Long.getLong(SEED_PROPERTY);
    if (only != null) {
      return new long[] {only};
    }
    long[] seeds = new long[Integer.getInteger(SEEDS_PROPERTY, asked)];
    for (int i = 0; i < seeds.length; i++) {
      seeds[i] = 1L + i;
    }
    return seeds;
  }

  private static String failure(long seed, Throwable thrown) {
    return "seed %d: %s%nreplay: -D%s=%d".formatted(seed, thrown, SEED_PROPERTY, seed);
  }

  private static String listed(List<?> events, List<?> left) {
    StringBuilder text = new StringBuilder();
    text.append("%n%d of %d events are needed:".formatted(left.size(), events.size()));
    for (Object event : left) {
      text.append(System.lineSeparator()).append("  ").append(event);
    }
    return text.toString();
  }

  /** Leaves out ever smaller runs of events (Zeller's ddmin, without its complements). */
  private static <T> List<T> shrink(List<T> events, EventsProperty<T> property) {
    List<T> left = events;
    int tries = 0;
    for (int chunk = Math.max(1, left.size() / 2); ; chunk = chunk / 2) {
      int at = 0;
      while (at < left.size() && tries < SHRINKS_MAX) {
        List<T> shorter = new ArrayList<>(left.subList(0, at));
        shorter.addAll(left.subList(Math.min(left.size(), at + chunk), left.size()));
        tries++;
        if (thrownBy(() -> property.check(List.copyOf(shorter))) != null) {
          left = shorter;
        } else {
          at += chunk;
        }
      }
      if (chunk <= 1 || tries >= SHRINKS_MAX) {
        return List.copyOf(left);
      }
    }
  }

  private interface Attempt {
    void run() throws Exception;
  }

  private static @Nullable Throwable thrownBy(Attempt attempt) {
    try {
      attempt.run();
      return null;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return interrupted;
    } catch (Exception | AssertionError failed) {
      return failed;
    }
  }
}
