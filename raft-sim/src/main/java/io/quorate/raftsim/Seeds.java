package io.quorate.raftsim;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;

/** Runs many seeds, each on one thread of a small pool; ends early after some violations. */
final class Seeds {
  private static final int VIOLATIONS_MAX = 10;

  private Seeds() {}

  /**
   * Runs seeds {@code first} to {@code first + many - 1}.
   *
   * @param plan what a seed's run is
   */
  static Totals run(long first, long many, int threads, LongFunction<RaftSimulation> plan) {
    Totals totals = new Totals();
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<SimulationReport>> batch = new ArrayList<>();
      for (long at = 0; at < many && totals.violations().size() < VIOLATIONS_MAX; ) {
        batch.clear();
        for (int i = 0; i < 32 * threads && at < many; i++, at++) {
          long seed = first + at;
          batch.add(pool.submit(() -> plan.apply(seed).run()));
        }
        for (Future<SimulationReport> each : batch) {
          totals.add(each.get());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted (expected: to run to the end)", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a run failed by itself: " + e.getCause(), e.getCause());
    }
    return totals;
  }
}
