package io.quorate.testkit.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ConfigurationsTest {
  private final Configurations configurations = new Configurations();

  private boolean add(String state, long used) {
    return configurations.add(
        new Configurations.Key(3, new long[] {0b10111}, state), new long[] {used});
  }

  @Test
  void one_that_used_more_is_given_up_for_one_that_used_less() {
    assertThat(add("s", 0b011)).isTrue();
    assertThat(add("s", 0b011)).isFalse();
    assertThat(add("s", 0b111)).isFalse();
    assertThat(add("s", 0b101)).isTrue();
    assertThat(configurations.size()).isEqualTo(2);
    assertThat(add("s", 0b001)).isTrue();
    assertThat(configurations.size()).as("both others can do less").isEqualTo(1);
    assertThat(add("t", 0b111)).as("another state").isTrue();
  }
}
