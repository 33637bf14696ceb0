package io.quorate.testkit.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SeedsTest {

  @Test
  void a_property_is_checked_once_for_each_seed_with_numbers_of_its_own() {
    List<Long> drawn = new ArrayList<>();
    Seeds.check(100, random -> drawn.add(random.nextLong()));
    assertThat(drawn).hasSize(100).doesNotHaveDuplicates();
    List<Long> again = new ArrayList<>();
    Seeds.check(100, random -> again.add(random.nextLong()));
    assertThat(again).isEqualTo(drawn);
    assertThatIllegalArgumentException().isThrownBy(() -> Seeds.check(0, random -> {}));
  }

  @Test
  void a_failure_names_the_seed_that_repeats_it() {
    Seeds.Property property = random -> assertThat(random.below(10)).isNotEqualTo(3);
    AssertionError failure = failureOf(() -> Seeds.check(1_000, property));
    String line =
        messageOf(failure).lines().filter(l -> l.startsWith("replay: ")).findFirst().get();
    String seed = line.substring(line.indexOf('=') + 1);
    System.setProperty(Seeds.SEED_PROPERTY, seed);
    try {
      assertThat(failureOf(() -> Seeds.check(1, property)).getMessage())
          .isEqualTo(failure.getMessage());
    } finally {
      System.clearProperty(Seeds.SEED_PROPERTY);
    }
    assertThat(failure).hasCauseInstanceOf(AssertionError.class);
  }

  @Test
  void more_seeds_can_be_asked_for_from_outside() {
    System.setProperty(Seeds.SEEDS_PROPERTY, "25");
    try {
      List<Long> drawn = new ArrayList<>();
      Seeds.check(3, random -> drawn.add(random.nextLong()));
      assertThat(drawn).hasSize(25);
    } finally {
      System.clearProperty(Seeds.SEEDS_PROPERTY);
    }
  }

  @Test
  void a_failing_list_of_events_is_cut_down_to_those_that_are_needed() {
    AssertionError failure =
        failureOf(
            () ->
                Seeds.checkEvents(
                    50,
                    random -> random.shuffled(numbers(200)),
                    events ->
                        assertThat(events.contains(17) && events.contains(42))
                            .as("17 and 42")
                            .isFalse()));
    assertThat(failure.getMessage()).contains("seed 1:", "2 of 200 events are needed:");
    assertThat(messageOf(failure).lines().map(String::strip)).contains("17", "42");
  }

  @Test
  void events_a_property_holds_for_are_left_alone() {
    List<Integer> sizes = new ArrayList<>();
    Seeds.checkEvents(5, random -> numbers(10), events -> sizes.add(events.size()));
    assertThat(sizes).containsExactly(10, 10, 10, 10, 10);
  }

  private static List<Integer> numbers(int count) {
    return java.util.stream.IntStream.range(0, count).boxed().toList();
  }

  private static AssertionError failureOf(Runnable check) {
    try {
      check.run();
    } catch (AssertionError failure) {
      return failure;
    }
    throw new IllegalStateException("held for every seed (expected: a failure)");
  }

  private static String messageOf(AssertionError failure) {
    return String.valueOf(failure.getMessage());
  }

  @Test
  void random_numbers_are_the_same_on_every_jdk() {
    SeededRandom random = new SeededRandom(1234567);
    // The first numbers of SplitMix64 for this seed, as published with its reference code.
    assertThat(List.of(random.nextLong(), random.nextLong(), random.nextLong()))
        .containsExactly(6457827717110365317L, 3203168211198807973L, -8629252141511181193L);
  }

  @Test
  void bounds_are_kept_and_every_value_comes() {
    SeededRandom random = new SeededRandom(5);
    int[] seen = new int[7];
    for (int i = 0; i < 7_000; i++) {
      seen[random.between(10, 16) - 10]++;
    }
    for (int count : seen) {
      assertThat(count).isBetween(800, 1_200);
    }
    assertThat(random.chance(0)).isFalse();
    assertThat(random.chance(1)).isTrue();
    assertThatThrownBy(() -> random.below(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_shuffle_keeps_the_values_and_a_split_goes_its_own_way() {
    SeededRandom random = new SeededRandom(5);
    List<Integer> shuffled = random.shuffled(numbers(50));
    assertThat(shuffled).containsExactlyInAnyOrderElementsOf(numbers(50)).isNotEqualTo(numbers(50));
    SeededRandom child = random.split();
    assertThat(child.nextLong()).isNotEqualTo(random.nextLong());
    assertThat(random.bytes(5)).hasSize(5);
    assertThat(numbers(3)).contains(random.pick(numbers(3)));
  }
}
