package io.quorate.benchmarks.forces;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.quorate.benchmarks.report.Machine;
import io.quorate.benchmarks.report.Report;
import io.quorate.benchmarks.report.Row;
import io.quorate.benchmarks.run.Benchmark;
import io.quorate.benchmarks.run.ClassPaths;
import io.quorate.benchmarks.run.Forks;
import io.quorate.benchmarks.run.LiveProcesses;
import io.quorate.benchmarks.run.SubjectSpec;
import io.quorate.benchmarks.run.TrialSubjects;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class ForceCountTest {
  private static final Benchmark BENCHMARK =
      new Benchmark(
          "smoke",
          "x",
          "units",
          List.of(SubjectSpec.ours("three", TrialSubjects.ThreeForces.class, Map.of())),
          List.of(),
          List.of());

  @Test
  void forces_of_a_unit_are_counted_and_those_of_opening_and_closing_are_not(@TempDir Path work)
      throws Exception {
    assumeThat(ForceCount.canTrace()).as("strace is installed").isTrue();
    try (LiveProcesses processes = LiveProcesses.guarded()) {
      Forks forks = new Forks(new ClassPaths(work), processes);
      Report report =
          new ForceCount(forks, 10, 60, work, new PrintStream(OutputStream.nullOutputStream()))
              .run(BENCHMARK, Machine.here(work), Instant.EPOCH, null);
      assertThat(report.failures()).isEmpty();
      assertThat(report.rows())
          .containsExactly(
              new Row("three", "forces@1", "per unit", 3, 3, 3, List.of(3.0)),
              new Row("three", "writes@1", "per unit", 3, 3, 3, List.of(3.0)));
    }
  }
}
