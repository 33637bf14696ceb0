package io.quorate.benchmarks.forces;

import io.quorate.benchmarks.kit.ForkSpec;
import io.quorate.benchmarks.report.Machine;
import io.quorate.benchmarks.report.Report;
import io.quorate.benchmarks.report.Row;
import io.quorate.benchmarks.run.Benchmark;
import io.quorate.benchmarks.run.ForkOutcome;
import io.quorate.benchmarks.run.Forks;
import io.quorate.benchmarks.run.PostgresServer;
import io.quorate.benchmarks.run.SubjectSpec;
import io.quorate.benchmarks.run.Trial;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts forces per unit of work, one caller at a time.
 *
 * <p>A subject on files is traced by {@code strace}: its process's calls of fsync, fdatasync,
 * sync_file_range and msync count. A subject on a database is asked of the server: what its
 * connections' processes have forced of the write-ahead log, and how many transactions ended in a
 * commit, read-only ones included. The server's own background work is not counted in either.
 */
public final class ForceCount {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static final List<String> NOT_EQUAL =
      List.of(
          "Forces of subjects on files are system calls of their own process; forces of subjects on"
              + " a database are the server's, counted by the server.",
          "One caller at a time: under more, whatever batches shares its forces, and makes fewer"
              + " than these.");

  private final Forks forks;
  private final long few;
  private final long many;
  private final Path work;
  private final PrintStream progress;

  /**
   * @param few units of work of the first run
   * @param many units of work of the second run; more than {@code few}
   * @param work on the file system to measure
   * @param progress gets a line for each subject
   */
  public ForceCount(Forks forks, long few, long many, Path work, PrintStream progress) {
    if (few < 1 || many <= few) {
      throw new IllegalArgumentException(
          "few, many: %d, %d (expected: 1 <= few < many)".formatted(few, many));
    }
    this.forks = forks;
    this.few = few;
    this.many = many;
    this.work = work;
    this.progress = progress;
  }

  /** Whether {@code strace} can be run here. */
  public static boolean canTrace() {
    try {
      Process process =
          new ProcessBuilder("strace", "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Counts for every subject.
   *
   * @param server for subjects that need a database; {@code null} if none does
   */
  public Report run(
      Benchmark benchmark, Machine machine, Instant date, @Nullable PostgresServer server)
      throws IOException, InterruptedException, SQLException {
    boolean canTrace = canTrace();
    List<Row> rows = new ArrayList<>();
    Map<String, String> failures = new LinkedHashMap<>();
    for (SubjectSpec subject : benchmark.subjects()) {
      if (!subject.database() && !canTrace) {
        failures.put(
            subject.name(), "strace: not installed, forces of a process cannot be counted");
        continue;
      }
      progress.printf("counting forces: %s%n", subject.name());
      try {
        Map<String, Long> atFew = counts(subject, few, server);
        Map<String, Long> atMany = counts(subject, many, server);
        atMany.forEach(
            (metric, count) ->
                rows.add(
                    Row.of(
                        subject.name(),
                        metric + "@1",
                        "per " + benchmark.unitSingular(),
                        List.of(
                            (count - atFew.getOrDefault(metric, 0L)) / (double) (many - few)))));
      } catch (CountFailed failed) {
        failures.put(subject.name(), failed.getMessage());
      }
    }
    return new Report(
        benchmark.name() + "-forces",
        "forces per " + benchmark.unitSingular() + ", " + benchmark.title(),
        false,
        machine,
        date,
        rows,
        List.of(),
        NOT_EQUAL,
        failures);
  }

  private Map<String, Long> counts(
      SubjectSpec subject, long operations, @Nullable PostgresServer server)
      throws IOException, InterruptedException, SQLException, CountFailed {
    ForkSpec.Count task = new ForkSpec.Count(operations);
    Map<String, Long> counts = new LinkedHashMap<>();
    try (Trial trial = Trial.open(forks, subject, work, server)) {
      if (subject.database()) {
        PostgresServer.Counters before = trial.counters();
        requireFinished(trial.run(List.of(), task, LIMIT));
        PostgresServer.Counters after = trial.counters();
        counts.put("forces", after.logForces() - before.logForces());
        counts.put("commits", after.commits() - before.commits());
      } else {
        Path table = work.resolve("strace.txt");
        requireFinished(trial.run(StraceSummary.command(table.toString()), task, LIMIT));
        StraceSummary summary = StraceSummary.parse(Files.readAllLines(table));
        Files.delete(table);
        counts.put("forces", summary.forces());
        counts.put("writes", summary.writes());
      }
    }
    return counts;
  }

  private static void requireFinished(ForkOutcome outcome) throws CountFailed {
    if (outcome instanceof ForkOutcome.Failed failed) {
      throw new CountFailed(failed.why());
    }
  }

  private static final class CountFailed extends Exception {
    private static final long serialVersionUID = 1;

    CountFailed(String why) {
      super(why);
    }
  }
}
