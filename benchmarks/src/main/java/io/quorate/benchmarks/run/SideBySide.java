package io.quorate.benchmarks.run;

import io.quorate.benchmarks.kit.ForkSpec;
import io.quorate.benchmarks.kit.Load;
import io.quorate.benchmarks.kit.Sample;
import io.quorate.core.time.Ticker;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Runs the subjects of a benchmark in turn, round by round, each time in a new process with an
 * empty directory and, where it needs one, an empty database. Neighbours' noise thereby falls on
 * all alike, and no round profits from what an earlier one left behind.
 */
public final class SideBySide {
  private final Forks forks;
  private final Ticker ticker;
  private final Path work;
  private final PrintStream progress;

  /**
   * @param work on the file system to measure
   * @param progress gets a line for each process
   */
  public SideBySide(Forks forks, Ticker ticker, Path work, PrintStream progress) {
    this.forks = forks;
    this.ticker = ticker;
    this.work = work;
    this.progress = progress;
  }

  /**
   * All that a run has measured.
   *
   * @param rounds how many were begun and ended
   * @param samples by subject's name and load, in the order of the rounds; subjects that failed are
   *     absent
   * @param failures why a subject has no figures; it is left out of all
   */
  public record Measured(
      int rounds, Map<String, Map<Load, List<Sample>>> samples, Map<String, String> failures) {}

  /**
   * Runs.
   *
   * @param server for subjects that need a database; {@code null} if none does
   */
  public Measured run(Benchmark benchmark, Schedule schedule, @Nullable PostgresServer server)
      throws IOException, InterruptedException, SQLException {
    Map<String, Map<Load, List<Sample>>> samples = new LinkedHashMap<>();
    Map<String, String> failures = new LinkedHashMap<>();
    long startedAt = ticker.nanos();
    Random random = new Random(startedAt);
    Duration longest = Duration.ZERO;
    int round = 0;
    do {
      long roundStartedAt = ticker.nanos();
      for (SubjectSpec subject : schedule.order(benchmark.subjects(), round, random)) {
        if (!failures.containsKey(subject.name())) {
          progress.printf("round %d of %d: %s%n", round + 1, schedule.rounds(), subject.name());
          runOnce(subject, schedule, server, samples, failures);
        }
      }
      Duration took = Duration.ofNanos(ticker.nanos() - roundStartedAt);
      longest = took.compareTo(longest) > 0 ? took : longest;
      round++;
    } while (round < schedule.rounds()
        && schedule.allowsAnother(Duration.ofNanos(ticker.nanos() - startedAt), longest));
    return new Measured(round, samples, failures);
  }

  private void runOnce(
      SubjectSpec subject,
      Schedule schedule,
      @Nullable PostgresServer server,
      Map<String, Map<Load, List<Sample>>> samples,
      Map<String, String> failures)
      throws IOException, InterruptedException, SQLException {
    ForkSpec.Measure task = schedule.task();
    ForkOutcome outcome;
    try (Trial trial = Trial.open(forks, subject, work, server)) {
      outcome = trial.run(List.of(), task, Forks.limit(task));
    }
    switch (outcome) {
      case ForkOutcome.Finished finished -> {
        Map<Load, List<Sample>> byLoad =
            samples.computeIfAbsent(subject.name(), name -> new LinkedHashMap<>());
        for (Sample sample : finished.samples()) {
          byLoad.computeIfAbsent(sample.load(), load -> new ArrayList<>()).add(sample);
        }
      }
      case ForkOutcome.Failed failed -> {
        progress.printf("%s failed: %s%n", subject.name(), failed.why());
        failures.put(subject.name(), failed.why());
        samples.remove(subject.name());
      }
    }
  }
}
