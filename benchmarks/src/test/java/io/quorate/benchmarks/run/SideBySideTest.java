package io.quorate.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.benchmarks.kit.ForkMain;
import io.quorate.benchmarks.kit.ForkSpec;
import io.quorate.benchmarks.kit.Load;
import io.quorate.benchmarks.report.Machine;
import io.quorate.benchmarks.report.Report;
import io.quorate.benchmarks.report.ReportFile;
import io.quorate.benchmarks.report.ResultFormat;
import io.quorate.core.time.Ticker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The whole way, with real processes and subjects whose behaviour is known. */
@Timeout(120)
final class SideBySideTest {
  private static final SubjectSpec SHORT =
      SubjectSpec.ours("short", TrialSubjects.Pause.class, Map.of("micros", "500"));
  private static final SubjectSpec LONG =
      SubjectSpec.ours("long", TrialSubjects.Pause.class, Map.of("micros", "5000"));
  private static final SubjectSpec FAILING =
      SubjectSpec.ours("failing", TrialSubjects.Failing.class, Map.of());
  private static final SubjectSpec STUCK =
      SubjectSpec.ours("stuck", TrialSubjects.Stuck.class, Map.of());

  private static final Schedule SCHEDULE =
      new Schedule(
          2,
          List.of(Load.platform(1), Load.virtual(4)),
          Duration.ofMillis(50),
          Duration.ofMillis(150),
          Duration.ofMinutes(1));

  @TempDir Path work;

  private final ByteArrayOutputStream progress = new ByteArrayOutputStream();

  @Test
  void subjects_run_in_turn_and_one_that_fails_does_not_stop_the_others() throws Exception {
    Benchmark benchmark =
        new Benchmark(
            "smoke",
            "subjects whose behaviour is known",
            "pauses",
            List.of(SHORT, FAILING, LONG),
            List.of(new Benchmark.Comparison("short", "long")),
            List.of("Nothing is equal."));
    SideBySide.Measured measured;
    try (LiveProcesses processes = LiveProcesses.guarded()) {
      SideBySide run =
          new SideBySide(forks(processes), Ticker.system(), work, new PrintStream(progress, true));
      measured = run.run(benchmark, SCHEDULE, null);
      assertThat(processes.count()).isZero();
    }
    assertThat(progress.toString(StandardCharsets.UTF_8).lines().filter(l -> l.startsWith("round")))
        .containsExactly(
            "round 1 of 2: short",
            "round 1 of 2: failing",
            "round 1 of 2: long",
            "round 2 of 2: long",
            "round 2 of 2: short");
    assertThat(measured.failures()).containsOnlyKeys("failing");
    assertThat(measured.failures().get("failing")).contains("exit 1", "third unit");
    assertThat(work.resolve("trial")).doesNotExist();
    checkFile(
        Report.of(
            benchmark, true, Machine.here(work), Instant.parse("2026-11-23T00:00:00Z"), measured));
  }

  private void checkFile(Report report) throws IOException {
    Path file = ReportFile.write(work, report);
    JsonNode result = ResultFormat.check(Files.readString(file));
    List<String> figures = new ArrayList<>();
    for (JsonNode row : result.get("rows")) {
      String metric = row.get("metric").asString();
      assertThat(row.get("runs").size()).isEqualTo(SCHEDULE.rounds());
      if (metric.startsWith("throughput")) {
        figures.add(row.get("subject").asString() + " " + metric);
      }
      if (metric.startsWith("p50")) {
        double pauseMicros = row.get("subject").asString().equals("short") ? 500 : 5_000;
        assertThat(row.get("min").asDouble()).isGreaterThan(pauseMicros * 0.99);
      }
    }
    assertThat(figures)
        .containsExactlyInAnyOrder(
            "short throughput@1", "short throughput@4v", "long throughput@1", "long throughput@4v");
    assertThat(result.get("ratios").size()).isEqualTo(2);
  }

  @Test
  void group_has_figures_for_each_window_and_one_whose_nodes_differ_has_none() throws Exception {
    Benchmark benchmark =
        new Benchmark(
            "groups",
            "groups whose behaviour is known",
            "commits",
            List.of(
                SubjectSpec.ours("counters", TrialSubjects.Counters.class, Map.of()),
                SubjectSpec.ours("straggler", TrialSubjects.Straggler.class, Map.of())),
            List.of(),
            List.of());
    Schedule windows =
        new Schedule(
            1,
            List.of(Load.window(1, 16), Load.window(64, 1024)),
            Schedule.Turns.SHUFFLED,
            Duration.ofMillis(50),
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofMinutes(1));
    try (LiveProcesses processes = LiveProcesses.guarded()) {
      SideBySide run =
          new SideBySide(forks(processes), Ticker.system(), work, new PrintStream(progress, true));
      SideBySide.Measured measured = run.run(benchmark, windows, null);
      assertThat(measured.failures()).containsOnlyKeys("straggler");
      assertThat(measured.failures().get("straggler")).contains("third node: 0 of ");
      Report report =
          Report.of(
              benchmark, true, Machine.here(work), Instant.parse("2026-11-23T00:00:00Z"), measured);
      JsonNode result = ResultFormat.check(Files.readString(ReportFile.write(work, report)));
      List<String> metrics = new ArrayList<>();
      result.get("rows").forEach(row -> metrics.add(row.get("metric").asString()));
      assertThat(metrics)
          .contains("throughput@1x16B", "throughput@64x1024B", "cpu@64x1024B", "alloc@64x1024B");
    }
  }

  @Test
  void no_round_begins_after_the_budget_but_the_first_is_always_whole() throws Exception {
    Benchmark benchmark =
        new Benchmark("smoke", "x", "pauses", List.of(SHORT), List.of(), List.of());
    Schedule noTime =
        new Schedule(
            9,
            List.of(Load.platform(1)),
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            Duration.ZERO);
    try (LiveProcesses processes = LiveProcesses.guarded()) {
      SideBySide run =
          new SideBySide(forks(processes), Ticker.system(), work, new PrintStream(progress, true));
      SideBySide.Measured measured = run.run(benchmark, noTime, null);
      assertThat(measured.rounds()).isEqualTo(1);
      assertThat(measured.samples().getOrDefault("short", Map.of()).get(Load.platform(1)))
          .hasSize(1);
    }
  }

  @Test
  void process_that_does_not_end_in_time_is_killed() throws Exception {
    try (LiveProcesses processes = LiveProcesses.guarded();
        Trial trial = Trial.open(forks(processes), STUCK, work, null)) {
      ForkOutcome outcome = trial.run(List.of(), new ForkSpec.Count(1), Duration.ofMillis(1500));
      assertThat(outcome)
          .isInstanceOfSatisfying(
              ForkOutcome.Failed.class,
              failed -> assertThat(failed.why()).startsWith("no end after PT1.5S"));
      assertThat(processes.count()).isZero();
    }
    assertThat(descendants()).isEmpty();
  }

  @Test
  void process_that_ends_before_its_task_is_done_has_failed_whatever_its_exit_says()
      throws Exception {
    SubjectSpec quitting = SubjectSpec.ours("quitting", TrialSubjects.Quitting.class, Map.of());
    try (LiveProcesses processes = LiveProcesses.guarded();
        Trial trial = Trial.open(forks(processes), quitting, work, null)) {
      assertThat(trial.run(List.of(), new ForkSpec.Count(1), Duration.ofMinutes(1)))
          .isInstanceOfSatisfying(
              ForkOutcome.Failed.class, failed -> assertThat(failed.why()).startsWith("exit 0"));
    }
  }

  @Test
  void closing_kills_what_still_runs() throws Exception {
    Process orphan;
    try (LiveProcesses processes = LiveProcesses.guarded()) {
      orphan = stuckProcess();
      processes.add(orphan);
    }
    assertThat(orphan.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void process_ends_by_itself_when_its_parent_is_gone() throws Exception {
    Process orphan = stuckProcess();
    try {
      // What the kernel does when the parent dies, however it dies.
      orphan.getOutputStream().close();
      assertThat(orphan.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(orphan.exitValue()).isEqualTo(3);
    } finally {
      orphan.destroyForcibly();
    }
  }

  @Test
  void peer_that_is_not_built_is_named_with_the_command_that_builds_it() {
    ClassPaths nowhere = new ClassPaths(work);
    assertThatThrownBy(() -> nowhere.of(new SubjectSpec.Peer("seata")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("seata")
        .hasMessageContaining("./mvnw");
  }

  private Forks forks(LiveProcesses processes) {
    return new Forks(new ClassPaths(work), processes);
  }

  private Process stuckProcess() throws IOException {
    ForkSpec spec = new ForkSpec(STUCK.className(), Map.of(), work, null, new ForkSpec.Count(1));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ForkMain.class.getName()));
    command.addAll(spec.arguments());
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static List<ProcessHandle> descendants() {
    try (Stream<ProcessHandle> descendants = ProcessHandle.current().descendants()) {
      return descendants.filter(ProcessHandle::isAlive).toList();
    }
  }
}
