package io.quorate.benchmarks.jmh;

import static java.util.Objects.requireNonNull;

import io.quorate.benchmarks.report.Machine;
import io.quorate.benchmarks.report.Report;
import io.quorate.benchmarks.report.Row;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs JMH. Its forks use the JDK that runs this. */
public final class JmhRuns {
  /** Tells a fork where to write: a system property. */
  private static final String WORK_PROPERTY = "quorate.benchmarks.work";

  private JmhRuns() {}

  /** In a fork: where to write. */
  static Path work() {
    return Path.of(
        requireNonNull(System.getProperty(WORK_PROPERTY), WORK_PROPERTY + " (set by bench jmh)"));
  }

  /**
   * Runs the benchmarks whose name {@code pattern} matches.
   *
   * @param pattern a regular expression, found anywhere in {@code package.Class.method}; empty
   *     matches all
   * @param quick one fork, three iterations of a second
   * @param work on the file system to measure
   * @throws RunnerException when none matches, or one fails
   */
  public static Report run(String pattern, boolean quick, Path work, Machine machine, Instant date)
      throws RunnerException {
    // JMH ends with its forks on a failure, but not on a signal.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly),
                "kill-forks"));
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(pattern)
            .shouldFailOnError(true)
            .jvmArgsAppend("-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-D" + WORK_PROPERTY + "=" + work)
            .forks(quick ? 1 : 3)
            .warmupIterations(quick ? 1 : 3)
            .measurementIterations(quick ? 3 : 5)
            .warmupTime(TimeValue.seconds(1))
            .measurementTime(TimeValue.seconds(quick ? 1 : 2))
            .timeout(TimeValue.minutes(1));
    Collection<RunResult> results = new Runner(options.build()).run();
    return new Report(
        "jmh",
        "JMH of the hot paths",
        quick,
        machine,
        date,
        results.stream().map(JmhRuns::row).toList(),
        List.of(),
        List.of(),
        Map.of());
  }

  /** The score of each iteration of each fork is one raw figure. */
  private static Row row(RunResult result) {
    BenchmarkParams params = result.getParams();
    List<Double> figures = new ArrayList<>();
    for (BenchmarkResult fork : result.getBenchmarkResults()) {
      for (IterationResult iteration : fork.getIterationResults()) {
        figures.add(iteration.getPrimaryResult().getScore());
      }
    }
    return Row.of(
        subject(params),
        params.getMode().shortLabel() + "@" + params.getThreads(),
        result.getPrimaryResult().getScoreUnit(),
        figures);
  }

  /** {@code Class.method}, with its parameters if it has any. */
  private static String subject(BenchmarkParams params) {
    String[] parts = params.getBenchmark().split("\\.");
    String name = parts[parts.length - 2] + "." + parts[parts.length - 1];
    List<String> settings =
        params.getParamsKeys().stream().map(key -> key + "=" + params.getParam(key)).toList();
    return settings.isEmpty() ? name : name + " " + String.join(",", settings);
  }
}
