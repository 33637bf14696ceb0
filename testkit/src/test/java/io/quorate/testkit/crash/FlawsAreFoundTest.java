package io.quorate.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.machine.Call;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each way to get it wrong is found, and named by the invariant it breaks. */
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
final class FlawsAreFoundTest {
  private static final byte[] INPUT = {};
  private static final Relay ROW = Relay.chain("a", "b");
  private static final Relay LONG_ROW = Relay.chain("a", "b", "c");
  private static final Relay RESERVING = Relay.reserving("a", "b");

  @TestFactory
  Stream<DynamicTest> every_flaw_of_a_protocol_is_found() {
    Map<Flaw, Case> cases = new EnumMap<>(Flaw.class);
    expect(cases, Flaw.BEGIN_NOT_FORCED, "INV-tx-G", ROW);
    expect(cases, Flaw.DECISION_NOT_FORCED, "INV-tx-A", RESERVING);
    expect(cases, Flaw.TOLD_BEFORE_DURABLE, "INV-tx-E", ROW);
    expect(cases, Flaw.UNDONE_IN_ORDER, "INV-tx-H", LONG_ROW);
    expect(cases, Flaw.UNKNOWN_NOT_UNDONE, "INV-tx-H", ROW);
    expect(cases, Flaw.REFUSED_NOT_CANCELLED, "INV-tx-H", ROW);
    expect(cases, Flaw.ENDS_WITHOUT_UNDOING, "INV-tx-H", ROW);
    expect(cases, Flaw.RETRY_LOST, "INV-tx-F", ROW);
    expect(cases, Flaw.ASKS_FOR_EVER, "INV-tx-F", ROW);
    expect(cases, Flaw.CANCEL_AFTER_DECISION, "INV-tx-D", RESERVING);
    expect(cases, Flaw.DECIDES_TOO_EARLY, "INV-tx-A", RESERVING);
    expect(cases, Flaw.UNKNOWN_TAKEN_AS_DONE, "INV-tx-G", RESERVING);
    expect(cases, Flaw.HAZARD_FROM_SILENCE, "INV-tx-E", ROW);
    expect(cases, Flaw.STARTS_TOO_EARLY, "INV-tx-H", ROW);
    expect(cases, Flaw.THROWS_AT_ONGOING, "INV-tx-F", ROW);
    cases.put(
        Flaw.UNDONE_PAST_NO_RETURN,
        new Case(
            CrashPoints.of(ROW.pivot("b").with(Flaw.UNDONE_PAST_NO_RETURN), INPUT), "INV-tx-H"));
    cases.put(
        Flaw.RECOVERY_FORGETS_A_BRANCH,
        new Case(
            CrashPoints.of(ROW.with(Flaw.RECOVERY_FORGETS_A_BRANCH), INPUT).faultsMax(3),
            "INV-tx-H"));
    assertThat(cases).containsOnlyKeys(Flaw.values());
    return cases.entrySet().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.getKey() + " violates " + each.getValue().invariant(),
                    () -> assertFound(each.getValue().points(), each.getValue().invariant())));
  }

  private record Case(CrashPoints points, String invariant) {}

  private static void expect(Map<Flaw, Case> cases, Flaw flaw, String invariant, Relay relay) {
    CrashPoints points =
        CrashPoints.of(relay.with(flaw), INPUT).twoPhase(relay.twoPhase()).forgettingRefusals();
    cases.put(flaw, new Case(points, invariant));
  }

  private static CrashViolation assertFound(CrashPoints points, String invariant) {
    try {
      points.exhaust();
    } catch (CrashViolation found) {
      assertThat(found.invariant()).as("%s", found).isEqualTo(invariant);
      return found;
    }
    throw new AssertionError("nothing found (expected: " + invariant + ")");
  }

  /** Participants that do something else than the barrier in one case. */
  private static CrashPoints participants(Relay relay, UnaryOperator<ParticipantRule> flaw) {
    CrashPoints points = CrashPoints.of(relay, INPUT).twoPhase(relay.twoPhase());
    Supplier<ParticipantRule> rules = () -> flaw.apply(new OneRowBarrier(false));
    return points.with(points.settings().participants(rules));
  }

  @Test
  void a_participant_without_a_barrier_is_found() {
    assertFound(participants(ROW, barrier -> (call, business) -> business.get()), "INV-tx-C");
  }

  @Test
  void a_participant_that_undoes_what_it_never_did_is_found() {
    UnaryOperator<ParticipantRule> flaw =
        barrier -> {
          Set<String> tried = new HashSet<>();
          return (call, business) -> {
            String branch = call.ref().branch();
            if (call.ref().phase() == Phase.CANCEL && tried.add(branch)) {
              return business.get();
            }
            return barrier.receive(
                call,
                () -> {
                  Verdict verdict = business.get();
                  if (verdict instanceof Verdict.Ok) {
                    tried.add(branch);
                  }
                  return verdict;
                });
          };
        };
    assertFound(participants(ROW, flaw), "INV-tx-B");
  }

  @Test
  void a_participant_that_lets_a_late_call_in_after_its_cancel_is_found() {
    UnaryOperator<ParticipantRule> flaw =
        barrier ->
            (call, business) -> {
              Verdict verdict = barrier.receive(call, business);
              return call.ref().phase() == Phase.TRY && verdict instanceof Verdict.Conflict
                  ? business.get()
                  : verdict;
            };
    assertFound(participants(ROW, flaw), "INV-tx-B");
  }

  @Test
  void a_participant_that_does_not_look_at_the_epoch_is_found() {
    UnaryOperator<ParticipantRule> flaw =
        barrier ->
            (call, business) ->
                barrier.receive(
                    new Call(
                        new io.quorate.core.tx.BranchRef(
                            call.ref().tx(),
                            call.ref().branch(),
                            call.ref().phase(),
                            call.ref().attempt(),
                            new Epoch("any", 1),
                            call.ref().startedAt()),
                        call.timeout()),
                    business);
    assertFound(participants(ROW, flaw), "INV-tx-I");
  }

  @Test
  void a_participant_that_forgets_a_refusal_lets_a_step_through_that_cannot_be_undone() {
    assertFound(CrashPoints.of(ROW.pivot("b"), INPUT).forgettingRefusals(), "INV-tx-H");
  }

  private static CrashPoints log(Relay relay, FlawedLog.Kind flaw) {
    CrashPoints points = CrashPoints.of(relay, INPUT);
    return points.with(points.settings().logView(log -> new FlawedLog(log, flaw)));
  }

  @Test
  void a_log_that_does_not_look_at_the_epoch_is_found() {
    CrashViolation found = assertFound(log(ROW, FlawedLog.Kind.IGNORES_EPOCHS), "INV-tx-I");
    assertThat(found.trace().lines()).anyMatch(line -> line.contains("PAUSE"));
  }

  @Test
  void a_log_that_calls_volatile_what_it_was_told_to_force_is_found() {
    assertFound(log(ROW, FlawedLog.Kind.NEVER_FORCES), "INV-tx-G");
  }

  @Test
  void a_log_that_finds_nothing_due_after_a_crash_is_found() {
    assertFound(log(ROW, FlawedLog.Kind.FORGETS_WHAT_IS_DUE), "INV-tx-F");
  }

  @Test
  void a_check_of_the_test_itself_is_reported_as_such() {
    CrashPoints points =
        CrashPoints.of(ROW, INPUT)
            .performing(
                () -> {},
                () -> {
                  throw new AssertionError("stock 3 (expected: 2)");
                });
    CrashViolation found = assertFound(points, "CHECK");
    assertThat(found).hasMessageContaining("stock 3");
  }

  @Test
  void a_violation_tells_what_happened_and_how_to_repeat_it() {
    CrashPoints points = CrashPoints.of(LONG_ROW.with(Flaw.UNDONE_IN_ORDER), INPUT);
    CrashViolation found = assertFound(points, "INV-tx-H");
    assertThat(found.getMessage())
        .contains(
            "Sagas, 1987",
            "a was undone before b, which came after it",
            "relay:test v1",
            "replay: CrashPoints.of(…).replay(\"" + found.replay() + "\")");
    assertThat(found.trace().lines()).anyMatch(line -> line.matches(".*net +REFUSAL +c TRY"));
    assertThatExceptionOfType(CrashViolation.class)
        .isThrownBy(() -> points.replay(found.replay()))
        .satisfies(
            again -> {
              assertThat(again.trace()).isEqualTo(found.trace());
              assertThat(again).hasMessage(found.getMessage());
            });
    assertThat(CrashPoints.of(LONG_ROW, INPUT).replay(found.replay()).lines())
        .as("the same choices, without the flaw")
        .isNotEmpty();
  }
}
