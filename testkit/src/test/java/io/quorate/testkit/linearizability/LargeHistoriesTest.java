package io.quorate.testkit.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.testkit.linearizability.Operation.Outcome;
import io.quorate.testkit.linearizability.Verdict.Linearizable;
import io.quorate.testkit.linearizability.Verdict.Violation;
import io.quorate.testkit.seed.SeededRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Large histories are decided within few steps; the steps are counted, not the time. */
final class LargeHistoriesTest {
  private static final int CLIENTS = 10;

  private final Linearizability<Register.Content> checker = Linearizability.of(new Register());

  @Test
  void a_hundred_thousand_operations_on_a_thousand_keys_take_a_few_steps_each() {
    List<String> keys = IntStream.range(0, 1_000).mapToObj(i -> "k" + i).toList();
    List<Operation> history = new Executions(new SeededRandom(7), 50, 5, 0.03).run(100_000, keys);
    assertThat(steps(history)).isLessThan(1_000_000);
  }

  @Test
  void thousands_of_operations_on_one_key_take_few_steps_though_some_are_unknown() {
    for (int values : new int[] {0, 2, 5, 30}) {
      List<Operation> history = execution(values);
      assertThat(steps(history)).as("%d values", values).isLessThan(2_000_000);
    }
  }

  private long steps(List<Operation> history) {
    Verdict verdict = checker.check(new History(history));
    assertThat(verdict).isInstanceOf(Linearizable.class);
    return ((Linearizable) verdict).steps();
  }

  private static List<Operation> execution(int values) {
    List<Operation> history =
        new Executions(new SeededRandom(11), CLIENTS, values, 0.03).run(5_000, List.of("x"));
    history.sort(Comparator.comparingLong(Operation::startNanos));
    return history;
  }

  @Test
  void a_violation_behind_unknown_writes_of_few_values_is_proved_by_an_excerpt() {
    List<Operation> history = new ArrayList<>(execution(2));
    int at = 4_000;
    while (!history.get(at).op().equals("get") || history.get(at).outcome() != Outcome.OK) {
      at++;
    }
    Operation read = history.get(at);
    Operation stale =
        Calls.get(
            (int) read.client(), null, read.startNanos(), Objects.requireNonNull(read.endNanos()));
    history.set(at, stale);
    Verdict verdict = checker.stepsMax(5_000_000).check(new History(history));
    assertThat(verdict).isInstanceOf(Violation.class);
    Violation violation = (Violation) verdict;
    assertThat(violation.operations()).hasSizeLessThan(1_000).contains(stale);
    assertThat(history).containsAll(violation.operations());
    assertThat(checker.stepsMax(1_000_000).shrink(violation).operations())
        .hasSizeLessThan(20)
        .contains(stale);
  }

  @Test
  void the_same_history_takes_the_same_steps_whatever_the_order_of_its_lines() {
    List<Operation> history = execution(5);
    assertThat(steps(new SeededRandom(1).shuffled(history))).isEqualTo(steps(history));
  }
}
