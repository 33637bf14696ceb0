package io.quorate.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.benchmarks.kit.Load;
import io.quorate.benchmarks.kit.Sample;
import io.quorate.benchmarks.kit.Subject;
import io.quorate.benchmarks.run.Benchmark;
import io.quorate.benchmarks.run.SideBySide;
import io.quorate.benchmarks.run.SubjectSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportTest {
  private static final Machine MACHINE =
      new Machine(2, "Some CPU", 1024, "Vendor 25", "Linux 6 amd64", "ext4", 0.5, List.of("PG 18"));

  private static final Benchmark BENCHMARK =
      new Benchmark(
          "demo",
          "two subjects",
          "sagas",
          Stream.of("fast", "slow", "broken")
              .map(name -> SubjectSpec.ours(name, Subject.class, Map.of()))
              .toList(),
          List.of(
              new Benchmark.Comparison("fast", "slow"), new Benchmark.Comparison("fast", "broken")),
          List.of("Slow is slower."));

  private static Sample sample(long operations, long serverCpuNanos) {
    return new Sample(
        Load.platform(16),
        operations,
        1_000_000_000,
        1_000,
        2_000,
        3_000,
        4_000,
        operations * 5_000,
        serverCpuNanos,
        serverCpuNanos < 0 ? Sample.NOT_MEASURED : operations * 96);
  }

  private static Report report() {
    Map<String, Map<Load, List<Sample>>> samples = new LinkedHashMap<>();
    samples.put(
        "fast",
        Map.of(
            Load.platform(16),
            List.of(sample(300, 300 * 7_000), sample(100, 100 * 7_000), sample(200, 0))));
    samples.put(
        "slow",
        Map.of(Load.platform(16), List.of(sample(100, -1), sample(100, -1), sample(50, -1))));
    return Report.of(
        BENCHMARK,
        true,
        MACHINE,
        Instant.parse("2026-11-23T00:00:00Z"),
        new SideBySide.Measured(3, samples, Map.of("broken", "exit 1")));
  }

  @Test
  void rows_hold_each_metric_with_its_load_and_unit() {
    assertThat(report().rows())
        .startsWith(
            new Row(
                "fast", "throughput@16", "sagas/s", 200, 100, 300, List.of(300.0, 100.0, 200.0)),
            new Row("fast", "p50@16", "us", 1, 1, 1, List.of(1.0, 1.0, 1.0)),
            new Row("fast", "p99@16", "us", 2, 2, 2, List.of(2.0, 2.0, 2.0)),
            new Row("fast", "p999@16", "us", 3, 3, 3, List.of(3.0, 3.0, 3.0)),
            new Row("fast", "max@16", "us", 4, 4, 4, List.of(4.0, 4.0, 4.0)),
            new Row("fast", "cpu@16", "us/saga", 5, 5, 5, List.of(5.0, 5.0, 5.0)),
            new Row("fast", "serverCpu@16", "us/saga", 7, 0, 7, List.of(7.0, 7.0, 0.0)),
            new Row("fast", "alloc@16", "B/saga", 96, 96, 96, List.of(96.0, 96.0, 96.0)));
  }

  @Test
  void figure_that_nobody_took_has_no_row() {
    assertThat(report().rows())
        .filteredOn(row -> row.subject().equals("slow"))
        .extracting(Row::metric)
        .containsExactly("throughput@16", "p50@16", "p99@16", "p999@16", "max@16", "cpu@16");
  }

  @Test
  void comparison_with_a_subject_that_failed_is_left_out() {
    assertThat(report().ratios()).containsExactly(new Ratio("fast / slow, throughput@16", 3, 1, 4));
  }

  @Test
  void file_has_the_published_format(@TempDir Path directory) throws IOException {
    Path file = ReportFile.write(directory, report());
    assertThat(file).hasFileName("demo.json");
    ResultFormat.check(Files.readString(file));
  }

  @Test
  void file_is_replaced_and_nothing_else_is_left(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("demo.json"), "old");
    ReportFile.write(directory, report());
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(directory.resolve("demo.json"));
    }
    assertThat(directory.resolve("demo.json")).content().startsWith("{").endsWith("}\n");
  }

  @Test
  void table_from_a_busy_machine_says_so() {
    Report quiet = report();
    Machine busy = new Machine(2, "Some CPU", 1024, "Vendor 25", "Linux", "ext4", 1.1, List.of());
    Report report =
        new Report(
            quiet.name(),
            quiet.title(),
            true,
            busy,
            quiet.date(),
            quiet.rows(),
            List.of(),
            List.of(),
            Map.of());
    assertThat(ReportTable.of(report)).contains("Others kept this machine busy");
    assertThat(ReportTable.of(quiet)).doesNotContain("busy");
  }

  @Test
  void table_reads_like_this() {
    assertThat(ReportTable.of(report()))
        .isEqualTo(
            """
            demo: two subjects (a quick look)
            2 × Some CPU · 1024 MiB · Vendor 25 · Linux 6 amd64 · ext4 · load before 0.5 · PG 18

            load 16  throughput sagas/s  p50 us  p99 us  p999 us  max us  cpu us/saga  serverCpu us/saga  alloc B/saga
            fast         200 (100..300)    1.00    2.00     3.00    4.00         5.00               7.00         96.00
            slow       100 (50.00..100)    1.00    2.00     3.00    4.00         5.00                  -             -

            ratios, median of rounds (min..max)
              fast / slow, throughput@16: 3.00 (1.00..4.00)

            not equal
              - Slow is slower.

            FAILED broken: exit 1
            """);
  }
}
