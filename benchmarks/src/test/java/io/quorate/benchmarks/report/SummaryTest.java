package io.quorate.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SummaryTest {

  @Test
  void median_of_an_odd_number_is_the_middle_one_in_any_order() {
    assertThat(Summary.of(List.of(9.0, 1.0, 5.0))).isEqualTo(new Summary(5, 1, 9));
    assertThat(Summary.of(List.of(7.0))).isEqualTo(new Summary(7, 7, 7));
  }

  @Test
  void median_of_an_even_number_is_the_mean_of_the_middle_two() {
    assertThat(Summary.of(List.of(10.0, 1.0, 4.0, 2.0))).isEqualTo(new Summary(3, 1, 10));
  }

  @Test
  void outlier_moves_the_maximum_and_not_the_median() {
    assertThat(Summary.of(List.of(1.0, 2.0, 1e12))).isEqualTo(new Summary(2, 1, 1e12));
  }

  @Test
  void nothing_and_figures_that_are_not_finite_are_refused() {
    assertThatThrownBy(() -> Summary.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    for (double figure : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Summary.of(List.of(1.0, figure)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("all finite");
    }
  }

  @Test
  void rows_keep_raw_figures_in_the_order_they_were_taken_with_three_decimals() {
    assertThat(Row.of("s", "throughput@1", "x/s", List.of(3.00049, 1.0, 2.0006)))
        .isEqualTo(new Row("s", "throughput@1", "x/s", 2.001, 1, 3, List.of(3.0, 1.0, 2.001)));
  }

  @Test
  void ratio_is_the_median_of_rounds_not_the_ratio_of_medians() {
    // Round 2 was slow for both: divided by itself it says 2 like the others.
    List<Double> subject = List.of(200.0, 20.0, 210.0);
    List<Double> baseline = List.of(100.0, 10.0, 70.0);
    assertThat(Ratio.of("r", subject, baseline)).isEqualTo(new Ratio("r", 2, 2, 3));
    assertThat(Summary.of(subject).median() / Summary.of(baseline).median()).isNotEqualTo(2);
  }

  @Test
  void rounds_of_a_ratio_must_pair_up() {
    assertThatThrownBy(() -> Ratio.of("a / b", List.of(1.0), List.of(1.0, 2.0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a / b: 1 and 2 rounds (expected: the same number)");
  }
}
