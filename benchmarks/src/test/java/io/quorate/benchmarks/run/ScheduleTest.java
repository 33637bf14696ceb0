package io.quorate.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.benchmarks.kit.Load;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ScheduleTest {

  @Test
  void every_subject_is_once_in_every_place() {
    List<String> subjects = List.of("a", "b", "c");
    Schedule rotating = schedule(Duration.ZERO);
    assertThat(IntStream.range(0, 4).mapToObj(r -> rotating.order(subjects, r, new Random(1))))
        .containsExactly(
            List.of("a", "b", "c"),
            List.of("b", "c", "a"),
            List.of("c", "a", "b"),
            List.of("a", "b", "c"));
    assertThat(subjects).containsExactly("a", "b", "c");
  }

  @Test
  void shuffled_rounds_hold_every_subject_once_in_orders_that_the_seed_repeats() {
    List<String> subjects = List.of("a", "b", "c", "d");
    Schedule shuffling = Schedule.PROPOSALS_FULL;
    List<List<String>> orders = orders(shuffling, subjects, new Random(7));
    assertThat(orders).allSatisfy(o -> assertThat(o).containsExactlyInAnyOrderElementsOf(subjects));
    assertThat(Set.copyOf(orders)).hasSizeGreaterThan(1);
    assertThat(orders(shuffling, subjects, new Random(7))).isEqualTo(orders);
    assertThat(subjects).containsExactly("a", "b", "c", "d");
  }

  private static List<List<String>> orders(Schedule schedule, List<String> of, Random random) {
    return IntStream.range(0, 8).mapToObj(round -> schedule.order(of, round, random)).toList();
  }

  @Test
  void process_gets_time_for_its_first_warmup_too() {
    Schedule full = Schedule.PROPOSALS_FULL;
    Duration loads = full.warmup().plus(full.measured()).multipliedBy(full.loads().size());
    assertThat(Forks.limit(full.task())).isGreaterThan(full.firstWarmup().plus(loads));
  }

  @Test
  void round_begins_only_if_one_as_long_as_the_longest_still_fits() {
    Schedule schedule = schedule(Duration.ofSeconds(50));
    assertThat(schedule.allowsAnother(Duration.ofSeconds(30), Duration.ofSeconds(20))).isTrue();
    assertThat(schedule.allowsAnother(Duration.ofSeconds(30), Duration.ofSeconds(21))).isFalse();
  }

  @Test
  void number_of_rounds_is_checked() {
    assertThatThrownBy(
            () ->
                new Schedule(
                    0, List.of(Load.platform(1)), Duration.ZERO, Duration.ZERO, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rounds: 0 (expected: >= 1)");
  }

  @Test
  void names_of_subjects_are_unique_and_comparisons_name_subjects() {
    SubjectSpec a = SubjectSpec.ours("a", Object.class, Map.of());
    assertThatThrownBy(() -> new Benchmark("x", "x", "x", List.of(a, a), List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("subjects: [a, a] (expected: unique names)");
    assertThatThrownBy(
            () ->
                new Benchmark(
                    "x",
                    "x",
                    "x",
                    List.of(a),
                    List.of(new Benchmark.Comparison("a", "b")),
                    List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("comparisons: ");
  }

  private static Schedule schedule(Duration budget) {
    return new Schedule(
        3, List.of(Load.platform(1)), Duration.ofMillis(1), Duration.ofMillis(1), budget);
  }
}
