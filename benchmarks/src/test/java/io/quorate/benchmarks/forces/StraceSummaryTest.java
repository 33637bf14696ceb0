package io.quorate.benchmarks.forces;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class StraceSummaryTest {

  @Test
  void calls_are_read_with_and_without_errors() {
    StraceSummary summary =
        StraceSummary.parse(
            """
            % time     seconds  usecs/call     calls    errors syscall
            ------ ----------- ----------- --------- --------- ----------------
             81.29    0.012345          12      1000           fdatasync
             10.00    0.001000           5       200         3 fsync
              8.71    0.001111           1      1205           pwrite64
            ------ ----------- ----------- --------- --------- ----------------
            100.00    0.014456           6      2405         3 total
            """
                .lines()
                .toList());
    assertThat(summary.forces()).isEqualTo(1200);
    assertThat(summary.writes()).isEqualTo(1205);
  }

  @Test
  void no_table_means_no_calls() {
    assertThat(StraceSummary.parse(List.of()).forces()).isZero();
    assertThat(StraceSummary.parse(List.of("", "strace: something 1 2 3")).forces()).isZero();
  }
}
