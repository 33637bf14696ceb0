package io.quorate.testkit.linearizability;

import static io.quorate.testkit.linearizability.Calls.cas;
import static io.quorate.testkit.linearizability.Calls.get;
import static io.quorate.testkit.linearizability.Calls.on;
import static io.quorate.testkit.linearizability.Calls.put;
import static io.quorate.testkit.linearizability.Calls.unknownCas;
import static io.quorate.testkit.linearizability.Calls.unknownGet;
import static io.quorate.testkit.linearizability.Calls.unknownPut;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.testkit.linearizability.Operation.Outcome;
import io.quorate.testkit.linearizability.Verdict.Limit;
import io.quorate.testkit.linearizability.Verdict.Linearizable;
import io.quorate.testkit.linearizability.Verdict.Undecided;
import io.quorate.testkit.linearizability.Verdict.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Histories whose verdict a person can see. Times are written after each call: start, end. */
final class HandWrittenHistoriesTest {
  private static final Linearizability<Register.Content> CHECKER =
      Linearizability.of(new Register());

  private static void good(Operation... operations) {
    assertThat(CHECKER.check(History.of(operations))).isInstanceOf(Linearizable.class);
  }

  private static Violation bad(Operation... operations) {
    Verdict verdict = CHECKER.check(History.of(operations));
    assertThat(verdict).isInstanceOf(Violation.class);
    return (Violation) verdict;
  }

  @Test
  void an_empty_history_is_linearizable() {
    good();
  }

  @Test
  void a_key_reads_null_before_the_first_put() {
    good(get(1, null, 0, 1), put(1, 5, 2, 3), get(1, 5, 4, 5));
    bad(put(1, 5, 2, 3), get(1, null, 4, 5));
  }

  @Test
  void a_stale_read_is_a_violation() {
    bad(put(1, 1, 0, 1), put(1, 2, 2, 3), get(2, 1, 4, 5));
    good(put(1, 1, 0, 1), put(1, 2, 2, 4), get(2, 1, 3, 5));
  }

  @Test
  void an_operation_that_ends_as_another_begins_overlaps_it() {
    good(put(1, 1, 0, 1), put(1, 2, 2, 4), get(2, 1, 4, 5));
  }

  @Test
  void a_read_of_a_value_never_written_is_a_violation() {
    Violation violation = bad(put(1, 1, 0, 10), get(2, 7, 3, 4));
    assertThat(violation.partition()).isEqualTo("x");
    assertThat(violation.longest().getFirst().refused()).contains(get(2, 7, 3, 4));
    assertThat(violation.toString())
        .contains("at \"x\"")
        .contains("client 2: \"x\" get = 7 [3, 4]");
  }

  @Test
  void reads_do_not_go_back_in_time() {
    bad(put(1, 1, 0, 1), put(2, 2, 2, 20), get(3, 2, 3, 4), get(4, 1, 5, 6));
    good(put(1, 1, 0, 1), put(2, 2, 2, 20), get(3, 1, 3, 4), get(4, 2, 5, 6));
  }

  @Test
  void a_lost_update_is_a_violation() {
    bad(cas(1, null, 1, true, 0, 9), cas(2, null, 2, true, 1, 8));
    good(cas(1, null, 1, true, 0, 9), cas(2, null, 2, false, 1, 8));
    bad(cas(1, null, 1, false, 0, 9), cas(2, null, 2, false, 1, 8));
  }

  @Test
  void a_chain_of_cas_has_one_order() {
    good(
        cas(3, 2, 3, true, 0, 9),
        cas(2, 1, 2, true, 0, 9),
        cas(1, null, 1, true, 0, 9),
        get(4, 3, 10, 11));
    bad(
        cas(3, 2, 3, true, 0, 3),
        cas(2, 1, 2, true, 4, 9),
        cas(1, null, 1, true, 0, 9),
        get(4, 3, 10, 11));
  }

  @Test
  void concurrent_writes_stand_in_either_order_but_in_one() {
    good(put(1, 1, 0, 5), put(2, 2, 0, 5), get(3, 1, 6, 7));
    good(put(1, 1, 0, 5), put(2, 2, 0, 5), get(3, 2, 6, 7));
    bad(put(1, 1, 0, 5), put(2, 2, 0, 5), get(3, 1, 6, 7), get(3, 2, 8, 9));
  }

  @Test
  void an_unknown_put_may_take_effect_late_or_never_but_once() {
    good(unknownPut(1, 1, 0), put(2, 2, 1, 2), get(2, 2, 3, 4), get(2, 1, 5, 6));
    good(unknownPut(1, 1, 0), put(2, 2, 1, 2), get(2, 2, 3, 4), get(2, 2, 5, 6));
    bad(unknownPut(1, 1, 0), get(2, 1, 1, 2), put(2, 2, 3, 4), get(2, 1, 5, 6));
    bad(get(2, 1, 0, 1), unknownPut(1, 1, 2));
  }

  @Test
  void an_unknown_cas_may_have_matched_or_not() {
    good(put(1, 1, 0, 1), unknownCas(2, 1, 2, 2), get(1, 2, 3, 4));
    good(put(1, 1, 0, 1), unknownCas(2, 1, 2, 2), get(1, 1, 3, 4));
    bad(put(1, 1, 0, 1), unknownCas(2, 3, 2, 2), get(1, 2, 3, 4));
    good(unknownPut(1, 1, 0), unknownCas(2, 1, 2, 0), get(3, 2, 5, 6));
  }

  @Test
  void an_unknown_put_that_nobody_reads_can_make_a_cas_fail() {
    good(put(1, 1, 0, 1), unknownPut(2, 9, 2), cas(1, 1, 5, false, 3, 4), get(1, 9, 5, 6));
    good(put(1, 1, 0, 1), unknownPut(2, 9, 2), cas(1, 1, 5, false, 3, 4));
    bad(put(1, 1, 0, 1), cas(1, 1, 5, false, 3, 4));
  }

  @Test
  void equal_unknown_puts_count_as_often_as_they_were_called() {
    List<Operation> history = new ArrayList<>();
    history.add(unknownPut(1, 1, 0));
    history.add(unknownPut(1, 1, 0));
    for (int i = 0; i < 2; i++) {
      history.add(put(2, 2, 10L * i + 1, 10L * i + 2));
      history.add(get(2, 1, 10L * i + 3, 10L * i + 4));
    }
    good(history.toArray(Operation[]::new));
    history.add(put(2, 2, 31, 32));
    history.add(get(2, 1, 33, 34));
    bad(history.toArray(Operation[]::new));
  }

  @Test
  void an_unknown_read_and_a_failed_operation_say_nothing() {
    good(unknownGet(1, 0), put(2, 1, 1, 2), get(2, 1, 3, 4));
    Operation failed = Calls.of(1, "put", 7, null, null, Outcome.FAILED, 0, 1L);
    good(failed, get(2, null, 3, 4));
    bad(failed, get(2, 7, 3, 4));
  }

  @Test
  void keys_are_independent() {
    good(put(1, 1, 0, 1), on("y", get(1, null, 2, 3)), get(1, 1, 4, 5));
    Violation violation = bad(put(1, 1, 0, 1), on("y", get(1, 1, 2, 3)), get(1, 1, 4, 5));
    assertThat(violation.partition()).isEqualTo("y");
  }

  @Test
  void the_order_found_is_given() {
    Verdict verdict =
        CHECKER.check(History.of(get(2, 1, 1, 9), put(1, 1, 0, 8), unknownPut(3, 5, 0)));
    assertThat(((Linearizable) verdict).orders())
        .containsExactly(Map.entry("x", List.of(put(1, 1, 0, 8), get(2, 1, 1, 9))));
  }

  @Test
  void a_limit_reached_is_not_a_verdict() {
    List<Operation> history = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      history.add(put(i, i, 0, 100));
    }
    history.add(get(50, "never", 50, 60));
    History all = new History(history);
    assertThat(CHECKER.stepsMax(1_000).check(all))
        .isInstanceOfSatisfying(
            Undecided.class, u -> assertThat(u.reached()).containsEntry("x", Limit.STEPS));
    assertThat(CHECKER.configurationsMax(100).check(all))
        .isInstanceOfSatisfying(
            Undecided.class, u -> assertThat(u.reached()).containsEntry("x", Limit.CONFIGURATIONS));
    assertThat(CHECKER.check(all)).isInstanceOf(Violation.class);
  }

  @Test
  void limits_and_operations_out_of_bounds_are_refused() {
    assertThatThrownBy(() -> CHECKER.stepsMax(0)).hasMessage("stepsMax: 0 (expected: >= 1)");
    assertThatThrownBy(() -> CHECKER.configurationsMax(0))
        .hasMessage("configurationsMax: 0 (expected: >= 1)");
    assertThatThrownBy(() -> put(1, 1, 5, 4)).hasMessage("start: 5 (expected: <= end, which is 4)");
    assertThatThrownBy(() -> put(1, List.of(), 0, 1)).hasMessageContaining("arg: ");
    Operation other = Calls.of(1, "add", 1, null, null, Outcome.OK, 0, 1L);
    assertThatThrownBy(() -> good(other))
        .hasMessageContaining("op: \"add\" (expected: put, get or cas)");
  }

  /** Adds, and reads the sum: none of the hints that make a search shorter. */
  private record Sum() implements Model<Long> {
    @Override
    public Long initial() {
      return 0L;
    }

    @Override
    public Optional<Objection> objection(Operation operation) {
      return Optional.empty();
    }

    @Override
    public Optional<Long> step(Long sum, Operation operation) {
      if (operation.op().equals("add")) {
        return Optional.of(sum + 1);
      }
      return operation.isUnknown() || sum.equals(operation.result())
          ? Optional.of(sum)
          : Optional.empty();
    }
  }

  @Test
  void any_model_will_do() {
    Operation add = Calls.of(1, "add", 1, null, null, Outcome.OK, 0, 9L);
    Operation maybe = Calls.of(2, "add", 1, null, null, Outcome.UNKNOWN, 0, null);
    Linearizability<Long> checker = Linearizability.of(new Sum());
    assertThat(checker.check(History.of(add, add, get(3, 2, 10, 11))))
        .isInstanceOf(Linearizable.class);
    assertThat(checker.check(History.of(add, maybe, get(3, 2, 10, 11))))
        .isInstanceOf(Linearizable.class);
    assertThat(checker.check(History.of(add, maybe, get(3, 1, 10, 11))))
        .isInstanceOf(Linearizable.class);
    assertThat(checker.check(History.of(add, maybe, get(3, 3, 10, 11))))
        .isInstanceOf(Violation.class);
    assertThat(checker.check(History.of(add, get(3, 0, 10, 11)))).isInstanceOf(Violation.class);
  }
}
