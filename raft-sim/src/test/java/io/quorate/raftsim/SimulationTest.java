package io.quorate.raftsim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raftsim.disk.DiskHabits;
import io.quorate.raftsim.fault.Faults;
import io.quorate.raftsim.net.NetworkHabits;
import io.quorate.raftsim.node.NodeHabits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whole groups, by seed. */
final class SimulationTest {
  private static RaftSimulation mixed(long seed) {
    return RaftSimulation.ofRegisters()
        .seed(seed)
        .nodes(seed % 4 == 0 ? 5 : 3)
        .realStores(seed % 6 == 5);
  }

  @Test
  void nothing_is_violated_whatever_goes_wrong() {
    Totals totals = Seeds.run(1, 160, 2, SimulationTest::mixed);

    assertThat(totals.violations()).isEmpty();
    assertThat(totals.seeds()).isEqualTo(160);
  }

  @Test
  void the_same_seed_is_the_same_run() {
    for (long seed : new long[] {3, 4, 5}) {
      SimulationReport first = mixed(seed).run();

      assertThat(mixed(seed).run()).isEqualTo(first);
      assertThat(mixed(seed + 100).run().traceHash()).isNotEqualTo(first.traceHash());
    }
  }

  @Test
  void a_reader_and_the_number_of_threads_change_nothing() {
    List<String> words = new ArrayList<>();
    SimulationReport read = mixed(7).trace(words::add).run();

    assertThat(read).isEqualTo(mixed(7).run());
    assertThat(words).hasSizeGreaterThan(1_000);
    assertThat(Seeds.run(1, 12, 1, SimulationTest::mixed).hash())
        .isEqualTo(Seeds.run(1, 12, 3, SimulationTest::mixed).hash());
  }

  @Test
  void without_faults_clients_get_done_what_they_ask() {
    SimulationReport report = RaftSimulation.ofRegisters().faults(Faults.none()).run();

    assertThat(report.requireSound().crashes()).isZero();
    assertThat(report.elections()).isEqualTo(1);
    assertThat(report.operations()).isGreaterThan(100);
  }

  @Test
  void a_disk_that_lies_is_found() {
    Faults crashes =
        new Faults(
            NetworkHabits.calm(), DiskHabits.calm(), NodeHabits.calm(), 0, 8, 0, 0, 0, 0, 0, 0);
    Totals totals =
        Seeds.run(
            1, 40, 2, seed -> RaftSimulation.ofRegisters().seed(seed).faults(crashes).lyingDisks());

    assertThat(totals.violations()).extracting(Violation::invariant).contains("promises-kept");
  }

  @Test
  void faults_of_all_kinds_strike() {
    Totals totals = Seeds.run(1_000, 24, 2, SimulationTest::mixed);

    assertThat(totals.toString())
        .doesNotContain("crashes 0,")
        .doesNotContain("membership changes 0,")
        .doesNotContain("snapshots installed 0,")
        .doesNotContain("doubts 0\n");
  }
}
