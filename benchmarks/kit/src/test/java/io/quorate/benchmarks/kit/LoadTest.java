package io.quorate.benchmarks.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LoadTest {

  @Test
  void text_round_trips() {
    assertThat(Load.platform(16).toString()).isEqualTo("16");
    assertThat(Load.virtual(256).toString()).isEqualTo("256v");
    assertThat(Load.parse("16")).isEqualTo(Load.platform(16));
    assertThat(Load.parse("256v")).isEqualTo(Load.virtual(256));
  }

  @Test
  void threads_are_of_the_kind_asked_for() {
    assertThat(Load.platform(1).threadFactory().newThread(() -> {}).isVirtual()).isFalse();
    assertThat(Load.virtual(1).threadFactory().newThread(() -> {}).isVirtual()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "v", "x", "1.5", "16V", "16 v"})
  void what_is_no_load_is_refused_by_name(String text) {
    assertThatThrownBy(() -> Load.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + text + "\"");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, Load.THREADS_MAX + 1})
  void number_of_threads_is_bounded(int threads) {
    assertThatThrownBy(() -> Load.platform(threads))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("threads: " + threads + " (expected: 1..4096)");
  }
}
