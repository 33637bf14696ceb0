package io.quorate.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A protocol that keeps the rules survives everything, and everything really happened to it. */
@Verifies({
  "INV-tx-A",
  "INV-tx-B",
  "INV-tx-C",
  "INV-tx-D",
  "INV-tx-E",
  "INV-tx-F",
  "INV-tx-G",
  "INV-tx-H",
  "INV-tx-I"
})
final class HonestRelayTest {
  private static final byte[] INPUT = {};

  /** What may be late is worst where a refusal is forgotten. */
  private static CrashPoints of(Relay relay) {
    return CrashPoints.of(relay, INPUT).forgettingRefusals();
  }

  @Test
  void three_branches_in_a_row_survive_every_pair_of_faults() {
    CrashReport report = of(Relay.chain("a", "b", "c")).exhaust();
    assertThat(report.runs()).isGreaterThan(3_000);
    assertThat(report.crashPoints()).isGreaterThan(30);
    assertThat(report.ends()).containsOnlyKeys("done", "undone", "never begun");
    assertThat(report.faults().keySet())
        .as("without a timer nothing is slow or put aside")
        .isEqualTo(allBut(Fault.SLOW, Fault.PUT_ASIDE));
  }

  @Test
  void two_branches_in_a_row_survive_every_triple_of_faults() {
    CrashReport report = of(Relay.chain("a", "b")).faultsMax(3).exhaust();
    assertThat(report.runs()).isGreaterThan(20_000);
    assertThat(report.ends()).containsOnlyKeys("done", "undone", "never begun");
  }

  @Test
  void branches_at_once_survive_in_every_order() {
    CrashReport report = of(Relay.fan("a", "b")).exhaust();
    assertThat(report.ends()).containsOnlyKeys("done", "undone", "never begun");
    assertThat(report.runs()).isGreaterThan(5_000);
  }

  @Test
  void two_phases_survive() {
    CrashReport report = of(Relay.reserving("a", "b")).twoPhase(true).crashesMax(1).exhaust();
    assertThat(report.ends()).containsOnlyKeys("done", "undone", "never begun");
    assertThat(report.runs()).isGreaterThan(5_000);
  }

  @Test
  void a_point_of_no_return_survives_where_refusals_are_remembered() {
    CrashReport report = CrashPoints.of(Relay.chain("a", "b").pivot("b"), INPUT).exhaust();
    assertThat(report.ends()).containsOnlyKeys("done", "undone", "never begun");
  }

  @Test
  void a_deadline_races_with_answers_and_outages() {
    CrashReport report = of(Relay.chain("a", "b").deadline(Duration.ofMillis(70))).exhaust();
    assertThat(report.ends()).containsOnlyKeys("done", "undone", "never begun");
    assertThat(report.faults()).containsKey(Fault.SLOW);
    assertThat(report.ends().get("undone")).isGreaterThan(report.ends().get("done"));
  }

  @Test
  void two_transactions_that_want_one_lock_both_end() {
    CrashReport report = of(Relay.chain("a", "b").lock("sku:1")).and(INPUT).faultsMax(1).exhaust();
    assertThat(report.ends()).containsOnlyKeys("done", "undone", "never begun");
    assertThat(report.faults()).containsKey(Fault.PUT_ASIDE);
    assertThat(report.ends().values().stream().mapToLong(Long::longValue).sum())
        .as("each of both transactions, in each run that was played to its end")
        .isEqualTo(2 * (report.runs() - report.faults().getOrDefault(Fault.PAUSE, 0L)));
  }

  @Test
  void the_same_exploration_has_the_same_hash() {
    CrashPoints points = of(Relay.chain("a", "b"));
    CrashReport first = points.exhaust();
    CrashReport second = points.exhaust();
    assertThat(second.hash()).isEqualTo(first.hash());
    assertThat(second.faults()).isEqualTo(first.faults());
    assertThat(points.without(Fault.DUPLICATE).exhaust().hash()).isNotEqualTo(first.hash());
  }

  private static Set<Fault> allBut(Fault first, Fault... more) {
    return EnumSet.complementOf(EnumSet.of(first, more));
  }
}
