package io.quorate.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.benchmarks.kit.Subject;
import io.quorate.benchmarks.kit.SubjectContext;
import io.quorate.benchmarks.run.Benchmark;
import io.quorate.benchmarks.run.Schedule;
import io.quorate.benchmarks.run.SubjectSpec;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CatalogTest {
  private static final Duration START = Duration.ofSeconds(2);

  @Test
  void every_subject_is_a_class_that_its_fork_can_open() throws ReflectiveOperationException {
    for (Benchmark benchmark : Catalog.all()) {
      for (SubjectSpec subject : benchmark.subjects()) {
        // Not initialized: a peer's dependencies are not on this class path.
        Class<?> found =
            Class.forName(subject.className(), false, CatalogTest.class.getClassLoader());
        assertThat(Subject.class).isAssignableFrom(found);
        if (subject.home() instanceof SubjectSpec.Ours) {
          assertThat(found.getConstructor(SubjectContext.class)).isNotNull();
        }
      }
    }
  }

  @Test
  void every_benchmark_says_what_is_not_equal_and_compares_something() {
    for (Benchmark benchmark : Catalog.all()) {
      assertThat(benchmark.notEqual()).isNotEmpty().allMatch(sentence -> sentence.endsWith("."));
      assertThat(benchmark.comparisons()).isNotEmpty();
    }
  }

  @Test
  void quick_round_of_every_benchmark_fits_its_budget() {
    for (Benchmark benchmark : Catalog.all()) {
      assertThat(round(benchmark, benchmark.quick())).isLessThan(benchmark.quick().budget());
    }
    assertThat(Schedule.QUICK.budget()).isLessThan(Duration.ofMinutes(1));
    assertThat(Schedule.PROPOSALS_QUICK.budget()).isLessThan(Duration.ofMinutes(3));
  }

  @Test
  void all_rounds_of_every_benchmark_fit_the_budget_of_a_full_run() {
    for (Benchmark benchmark : Catalog.all()) {
      Schedule full = benchmark.full();
      assertThat(full.rounds()).isGreaterThanOrEqualTo(5);
      assertThat(round(benchmark, full).multipliedBy(full.rounds())).isLessThan(full.budget());
    }
  }

  private static Duration round(Benchmark benchmark, Schedule schedule) {
    Duration load = schedule.warmup().plus(schedule.measured());
    return START
        .plus(schedule.firstWarmup())
        .plus(load.multipliedBy(schedule.loads().size()))
        .multipliedBy(benchmark.subjects().size());
  }

  @Test
  void command_line_is_understood() {
    Benchmark saga = Catalog.named("saga").orElseThrow();
    assertThat(parse()).isEqualTo(new CommandLine.Help());
    assertThat(parse("saga", "--help")).isEqualTo(new CommandLine.Help());
    assertThat(parse("saga")).isEqualTo(new CommandLine.Compare(saga, false));
    assertThat(parse("--quick", "SAGA")).isEqualTo(new CommandLine.Compare(saga, true));
    assertThat(parse("saga", "--count-forces")).isEqualTo(new CommandLine.CountForces(saga));
    assertThat(parse("jmh")).isEqualTo(new CommandLine.Jmh("", false));
    assertThat(parse("jmh", "Wal.*16", "--quick")).isEqualTo(new CommandLine.Jmh("Wal.*16", true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nothing            | nothing: no such benchmark (expected: jmh or one of [saga, wal, raft])
          saga wal           | arguments: [saga, wal] (expected: at most 1)
          jmh a b            | arguments: [jmh, a, b] (expected: at most 2)
          saga --fast        | --fast: unknown (expected: --quick, --count-forces or --help)
          jmh --count-forces | --count-forces: with jmh (expected: a benchmark)
          """)
  void wrong_argument_is_named_with_what_is_expected(String arguments, String message) {
    assertThatThrownBy(() -> parse(arguments.split(" ")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void help_lists_every_benchmark_and_subject() {
    for (Benchmark benchmark : Catalog.all()) {
      assertThat(CommandLine.help()).contains("  " + benchmark.name() + ": ");
      benchmark
          .subjects()
          .forEach(subject -> assertThat(CommandLine.help()).contains(subject.name()));
    }
  }

  private static CommandLine parse(String... arguments) {
    return CommandLine.parse(List.of(arguments));
  }
}
