package io.quorate.benchmarks.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SampleTest {
  private static final Sample SAMPLE =
      new Sample(Load.virtual(256), 500, 2_000_000_000L, 1, 2, 3, 4, 6_000_000, 9_000_000, 64_000);

  @Test
  void line_round_trips_with_every_field_in_its_place() {
    assertThat(SAMPLE.encoded()).isEqualTo("256v 500 2000000000 1 2 3 4 6000000 9000000 64000");
    assertThat(Sample.decode(SAMPLE.encoded())).isEqualTo(SAMPLE);
  }

  @Test
  void derived_figures_are_per_second_and_per_unit() {
    assertThat(SAMPLE.perSecond()).isEqualTo(250);
    assertThat(SAMPLE.cpuMicrosEach()).isEqualTo(12);
    assertThat(SAMPLE.serverCpuMicrosEach()).isEqualTo(18);
    assertThat(SAMPLE.allocatedBytesEach()).isEqualTo(128);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "16 1 1 1 1 1 1 1 1",
        "16 1 1 1 1 1 1 1 1 1 1",
        "16 0 1 1 1 1 1 1 1 1",
        "16 1 0 1 1 1 1 1 1 1"
      })
  void half_a_line_and_empty_measurements_are_refused(String line) {
    assertThatThrownBy(() -> Sample.decode(line)).isInstanceOf(IllegalArgumentException.class);
  }
}
