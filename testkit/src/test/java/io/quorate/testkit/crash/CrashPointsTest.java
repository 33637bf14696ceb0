package io.quorate.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.quorate.core.tx.Phase;
import io.quorate.core.tx.Refusal;
import io.quorate.core.tx.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The face of the engine. */
final class CrashPointsTest {
  private static final byte[] INPUT = {};
  private static final Relay ROW = Relay.chain("a", "b");

  @TestFactory
  Stream<DynamicTest> a_row_survives_each_fault() {
    return CrashPointTests.of(CrashPoints.of(ROW, INPUT).without(Fault.SLOW, Fault.PUT_ASIDE));
  }

  @Test
  void a_dynamic_test_of_a_fault_fails_where_the_fault_is_not_survived() {
    List<String> failed = new ArrayList<>();
    CrashPointTests.of(CrashPoints.of(ROW.with(Flaw.THROWS_AT_ONGOING), INPUT))
        .forEach(
            test -> {
              try {
                test.getExecutable().execute();
              } catch (Throwable thrown) {
                assertThat(thrown).isInstanceOf(CrashViolation.class);
                failed.add(test.getDisplayName());
              }
            });
    assertThat(failed).containsExactly("ongoing");
  }

  @Test
  void without_faults_there_is_one_run() {
    CrashReport report = CrashPoints.of(ROW, INPUT).faultsMax(0).exhaust();
    assertThat(report.runs()).isOne();
    assertThat(report.ends()).containsExactly(Map.entry("done", 1L));
    assertThat(report.faults()).isEmpty();
    assertThat(report).asString().contains("relay:test v1: 1 runs", "ends {done=1}");
  }

  @Test
  void every_place_of_one_crash_is_tried_once() {
    CrashReport report =
        CrashPoints.of(Relay.chain("a"), INPUT).only(Set.of(Fault.CRASH)).crashesMax(1).exhaust();
    // None; before and after BEGIN, where the call is lost or late, which then arrives before the
    // next call or at the end; before and after END.
    assertThat(report.crashPoints()).isEqualTo(4);
    assertThat(report.faults()).containsExactly(Map.entry(Fault.CRASH, report.runs() - 1));
    assertThat(report.ends())
        .containsOnly(Map.entry("done", report.runs() - 1), Map.entry("never begun", 1L));
  }

  @Test
  void sampling_finds_a_flaw_and_leaves_out_what_it_does_not_need() {
    CrashPoints points =
        CrashPoints.of(Relay.chain("a", "b", "c", "d", "e").with(Flaw.UNDONE_IN_ORDER), INPUT)
            .mishapsMax(5)
            .faultsMax(8);
    assertThatExceptionOfType(CrashViolation.class)
        .isThrownBy(() -> points.sample(2_000))
        .satisfies(
            found -> {
              assertThat(found.invariant()).isEqualTo("INV-tx-H");
              assertThat(found.replay().split(",")).as("faults needed: %s", found).hasSize(1);
              assertThatExceptionOfType(CrashViolation.class)
                  .isThrownBy(() -> points.replay(found.replay()))
                  .satisfies(again -> assertThat(again.trace()).isEqualTo(found.trace()));
            });
  }

  @Test
  void sampling_a_right_protocol_finds_nothing_and_is_the_same_each_time() {
    CrashPoints points =
        CrashPoints.of(Relay.chain("a", "b", "c", "d", "e"), INPUT)
            .and(INPUT)
            .mishapsMax(4)
            .faultsMax(6);
    CrashReport report = points.sample(1_000);
    assertThat(report.runs()).isEqualTo(1_000);
    assertThat(report.ends()).containsKeys("done", "undone");
    assertThat(points.sample(1_000).hash()).isEqualTo(report.hash());
  }

  @Test
  void a_protocol_that_is_not_a_function_is_found() {
    int[] calls = new int[1];
    Relay drifting =
        ROW.work(
            (state, call) -> {
              calls[0]++;
              return calls[0] % 7 == 0 ? new Verdict.No("in a bad mood") : new Verdict.Ok(INPUT);
            });
    assertThatExceptionOfType(NotDeterministicException.class)
        .isThrownBy(() -> CrashPoints.of(drifting, INPUT).performing(() -> {}, () -> {}).exhaust())
        .withMessageContaining("not a pure function");
  }

  /** Money in two accounts: what the performed code works on. */
  private static final class Bank {
    final Map<String, Integer> balances = new HashMap<>();
    final Set<String> seen = new HashSet<>();
    final boolean idempotent;

    Bank(boolean idempotent) {
      this.idempotent = idempotent;
    }

    void reset() {
      balances.clear();
      balances.putAll(Map.of("a", 10, "b", 10));
      seen.clear();
    }

    Verdict work(String account, Phase phase, String key) {
      String other = key.replace(phase.name(), phase == Phase.TRY ? "CANCEL" : "TRY");
      if (idempotent && !seen.add(key)) {
        return new Verdict.Ok(INPUT);
      }
      if (idempotent && phase == Phase.TRY && seen.contains(other)) {
        seen.remove(key);
        return new Verdict.Conflict("cancelled before it came");
      }
      if (idempotent && phase == Phase.CANCEL && !seen.contains(other)) {
        return new Verdict.Ok(INPUT);
      }
      int sign = account.equals("a") ? -1 : 1;
      balances.merge(account, phase == Phase.TRY ? sign : -sign, Integer::sum);
      return new Verdict.Ok(INPUT);
    }

    void check() {
      if (balances.values().stream().mapToInt(Integer::intValue).sum() != 20) {
        throw new AssertionError("sum of " + balances + " (expected: 20)");
      }
    }

    Relay relay() {
      return ROW.work(
          (state, call) -> work(call.ref().branch(), call.ref().phase(), call.ref().key()));
    }
  }

  @Test
  void own_code_is_performed_behind_a_barrier() {
    Bank bank = new Bank(false);
    CrashReport report =
        CrashPoints.of(bank.relay(), INPUT).performing(bank::reset, bank::check).exhaust();
    assertThat(report.ends()).containsOnlyKeys("done", "undone", "never begun");
  }

  @Test
  void own_code_without_a_barrier_must_be_idempotent() {
    Bank bank = new Bank(false);
    CrashPoints points =
        CrashPoints.of(bank.relay(), INPUT).performingUnguarded(bank::reset, bank::check);
    assertThatExceptionOfType(CrashViolation.class)
        .isThrownBy(points.only(Set.of(Fault.DUPLICATE))::exhaust)
        .satisfies(
            found -> {
              assertThat(found.invariant()).isEqualTo("CHECK");
              assertThat(found).hasMessageContaining("expected: 20");
            });
    Bank careful = new Bank(true);
    CrashReport report =
        CrashPoints.of(careful.relay(), INPUT)
            .performingUnguarded(careful::reset, careful::check)
            .exhaust();
    assertThat(report.runs()).isGreaterThan(1_000);
  }

  @Test
  void what_own_code_throws_is_an_unknown_answer() {
    Relay throwing =
        ROW.work(
            (state, call) -> {
              if (call.ref().branch().equals("b") && call.ref().phase() == Phase.TRY) {
                throw new Refusal("not a verdict here");
              }
              return new Verdict.Ok(INPUT);
            });
    CrashReport report =
        CrashPoints.of(throwing, INPUT).performing(() -> {}, () -> {}).faultsMax(0).exhaust();
    assertThat(report.ends()).containsExactly(Map.entry("undone", 1L));
  }

  @Test
  void what_cannot_be_meant_is_refused() {
    CrashPoints points = CrashPoints.of(ROW, INPUT);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> points.crashesMax(-1))
        .withMessage("crashesMax: -1 (expected: >= 0)");
    assertThatIllegalArgumentException().isThrownBy(() -> points.turnsMax(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> points.mishapsMax(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> points.faultsMax(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> points.runsMax(0));
    assertThatIllegalArgumentException().isThrownBy(() -> points.sample(0));
    for (String script : List.of("", "v2:1=1", "v1:1", "v1:1=1,", "v1:1=x", "v1:-1=1")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> points.replay(script))
          .withMessageContaining("as a violation prints it");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> points.replay("v1:0=99"))
        .withMessageContaining("no such way");
  }

  @Test
  void an_exploration_that_is_too_large_says_so_and_does_not_pretend() {
    assertThatIllegalStateException()
        .isThrownBy(() -> CrashPoints.of(ROW, INPUT).runsMax(100).exhaust())
        .withMessageContaining("more than 100 runs");
  }

  @Test
  void a_replay_of_nothing_is_the_undisturbed_run() {
    CrashTrace trace = CrashPoints.of(ROW, INPUT).replay("v1:");
    assertThat(trace.lines()).anyMatch(line -> line.matches(".*caller +told +tx-1: Done"));
    assertThat(trace.hash()).hasSize(16);
  }

  @Test
  void codes_of_faults_are_their_places() {
    for (int i = 0; i < Fault.values().length; i++) {
      assertThat(Fault.values()[i].code()).isEqualTo(i + 1);
    }
  }

  @Test
  void invariants_have_ids_in_order() {
    assertThat(Invariants.all())
        .extracting(Invariants.Statement::id)
        .containsExactly(
            "INV-tx-A",
            "INV-tx-B",
            "INV-tx-C",
            "INV-tx-D",
            "INV-tx-E",
            "INV-tx-F",
            "INV-tx-G",
            "INV-tx-H",
            "INV-tx-I");
    assertThat(Invariants.forOneRun())
        .extracting(Invariant::statement)
        .containsExactlyInAnyOrderElementsOf(Invariants.all());
  }
}
