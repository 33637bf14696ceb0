package io.quorate.testkit.linearizability;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.testkit.linearizability.Operation.Outcome;
import io.quorate.testkit.linearizability.Verdict.Linearizable;
import io.quorate.testkit.linearizability.Verdict.Violation;
import io.quorate.testkit.seed.SeededRandom;
import io.quorate.testkit.seed.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The verdicts are those of the definition, on histories small enough to try every order. */
final class AgainstAllOrdersTest {
  private static final int OPERATIONS_MAX = 7;

  private final Linearizability<Register.Content> checker = Linearizability.of(new Register());

  private int good;
  private int bad;

  private void agrees(List<Operation> operations) {
    Verdict verdict = checker.check(new History(operations));
    boolean expected = AllOrders.isLinearizable(operations);
    assertThat(verdict)
        .as("%s", operations)
        .isInstanceOf(expected ? Linearizable.class : Violation.class);
    switch (verdict) {
      case Linearizable found -> {
        good++;
        found.orders().values().forEach(order -> isWholeOrder(order, operations));
      }
      case Violation found -> {
        bad++;
        explains(found);
        proves(checker.shrink(found), operations);
      }
      case Verdict.Undecided undecided -> throw new AssertionError(undecided);
    }
  }

  private static void isWholeOrder(List<Operation> order, List<Operation> operations) {
    assertThat(AllOrders.isOrder(order)).as("%s", order).isTrue();
    assertThat(order)
        .containsAll(operations.stream().filter(o -> o.outcome() == Outcome.OK).toList());
  }

  private static void explains(Violation violation) {
    for (Prefix prefix : violation.longest()) {
      assertThat(AllOrders.isOrder(prefix.order())).as("%s", prefix).isTrue();
      assertThat(prefix.refused()).isNotEmpty();
      for (Operation refused : prefix.refused()) {
        List<Operation> longer = new ArrayList<>(prefix.order());
        longer.add(refused);
        assertThat(AllOrders.isOrder(longer)).as("%s", longer).isFalse();
      }
    }
  }

  private static void proves(Violation smaller, List<Operation> operations) {
    assertThat(operations).containsAll(smaller.operations());
    assertThat(AllOrders.isLinearizable(smaller.operations())).isFalse();
  }

  @Test
  void random_answers_are_judged_as_by_the_definition() {
    Seeds.check(8_000, random -> agrees(randomAnswers(random)));
    assertThat(good).isGreaterThan(1_000);
    assertThat(bad).isGreaterThan(1_000);
  }

  private static List<Operation> randomAnswers(SeededRandom random) {
    List<Operation> operations = new ArrayList<>();
    int count = random.between(1, OPERATIONS_MAX);
    int values = random.between(1, 3);
    for (int i = 0; i < count; i++) {
      long start = random.below(16);
      long end = start + random.below(10);
      String op = random.pick(List.of("put", "get", "cas"));
      Object result =
          switch (op) {
            case "get" -> valueOrNull(random, values);
            case "cas" -> random.chance(0.5);
            default -> null;
          };
      Outcome outcome =
          random.chance(0.3) ? Outcome.UNKNOWN : random.chance(0.1) ? Outcome.FAILED : Outcome.OK;
      operations.add(
          Calls.of(
              i,
              op,
              op.equals("get") ? null : valueOrNull(random, values),
              op.equals("cas") ? valueOrNull(random, values) : null,
              outcome == Outcome.OK ? result : null,
              outcome,
              start,
              outcome == Outcome.UNKNOWN ? null : (Long) end));
    }
    return operations;
  }

  private static @Nullable Object valueOrNull(SeededRandom random, int values) {
    int drawn = random.below(values + 1);
    return drawn == values ? null : (Object) drawn;
  }

  @Test
  void executions_of_a_real_register_are_accepted_and_changed_ones_judged_as_by_the_definition() {
    Seeds.check(
        2_000,
        random -> {
          List<Operation> history =
              new Executions(random, random.between(1, 4), 3, 0.25)
                  .run(random.between(2, OPERATIONS_MAX), List.of(Calls.KEY));
          assertThat(checker.check(new History(history))).isInstanceOf(Linearizable.class);
          agrees(history);
          agrees(changed(random, history));
        });
    assertThat(bad).isGreaterThan(200);
  }

  /** One read answers something else. */
  private static List<Operation> changed(SeededRandom random, List<Operation> history) {
    List<Operation> changed = new ArrayList<>(history);
    for (int i = 0; i < changed.size(); i++) {
      Operation each = changed.get(i);
      if (each.outcome() == Outcome.OK && each.op().equals("get")) {
        changed.set(
            i,
            Calls.get(
                (int) each.client(),
                random.below(4),
                each.startNanos(),
                requireNonNull(each.endNanos())));
        return changed;
      }
    }
    return changed;
  }

  @Test
  void a_large_execution_is_accepted_with_an_order_and_one_impossible_read_is_found() {
    Seeds.check(
        12,
        random -> {
          List<Operation> history =
              new Executions(random, 8, random.pick(List.of(0, 3, 30)), 0.05)
                  .run(600, List.of("a", "b"));
          Verdict verdict = checker.check(new History(history));
          assertThat(verdict).isInstanceOf(Linearizable.class);
          ((Linearizable) verdict)
              .orders()
              .values()
              .forEach(order -> assertThat(AllOrders.isOrder(order)).isTrue());
          history.add(Calls.on("b", Calls.get(1, "never written", 900, 950)));
          assertThat(checker.check(new History(history))).isInstanceOf(Violation.class);
        });
  }
}
