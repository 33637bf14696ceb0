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
    assertThat(Load.window(64, 1024).toString()).isEqualTo("64x1024B");
    assertThat(Load.parse("64x1024B")).isEqualTo(Load.window(64, 1024));
    assertThat(Load.parse("16")).isEqualTo(Load.platform(16));
    assertThat(Load.parse("256v")).isEqualTo(Load.virtual(256));
  }

  @Test
  void threads_are_of_the_kind_asked_for() {
    assertThat(new Load.Callers(1, false).threadFactory().newThread(() -> {}).isVirtual())
        .isFalse();
    assertThat(new Load.Callers(1, true).threadFactory().newThread(() -> {}).isVirtual()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "v", "x", "1.5", "16V", "16 v", "16x", "x16B", "1x16", "-1x16B"})
  void what_is_no_load_is_refused_by_name(String text) {
    assertThatThrownBy(() -> Load.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + text + "\"");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, Load.IN_FLIGHT_MAX + 1})
  void number_of_threads_is_bounded(int threads) {
    assertThatThrownBy(() -> Load.platform(threads))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("threads: " + threads + " (expected: 1..4096)");
    assertThatThrownBy(() -> Load.window(threads, 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("inFlight: " + threads + " (expected: 1..4096)");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 7, 65_537})
  void size_of_a_payload_is_bounded(int bytes) {
    assertThatThrownBy(() -> Load.window(1, bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("payloadBytes: " + bytes + " (expected: 8..65536)");
  }
}
