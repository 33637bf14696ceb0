package io.quorate.testkit.linearizability;

import static io.quorate.testkit.linearizability.Calls.cas;
import static io.quorate.testkit.linearizability.Calls.get;
import static io.quorate.testkit.linearizability.Calls.put;
import static io.quorate.testkit.linearizability.Calls.unknownPut;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.testkit.linearizability.Verdict.Linearizable;
import io.quorate.testkit.linearizability.Verdict.Violation;
import io.quorate.testkit.seed.SeededRandom;
import io.quorate.testkit.seed.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is left of a violation is needed, and proves it. */
final class ShrinkingTest {
  private static final Linearizability<Register.Content> CHECKER =
      Linearizability.of(new Register());

  private static List<Operation> shrunk(Operation... operations) {
    Violation violation = (Violation) CHECKER.check(History.of(operations));
    return CHECKER.shrink(violation).operations();
  }

  @Test
  void a_stale_read_needs_the_write_that_it_missed() {
    assertThat(
            shrunk(
                put(1, 1, 0, 1),
                get(2, 1, 2, 3),
                put(1, 2, 4, 5),
                get(3, 2, 6, 7),
                get(2, 1, 8, 9),
                put(4, 7, 10, 11)))
        .containsExactly(put(1, 2, 4, 5), get(2, 1, 8, 9));
  }

  @Test
  void a_write_that_could_be_read_is_kept() {
    // Without the first cas, the second would stand accused.
    assertThat(
            shrunk(
                put(1, 0, 0, 1),
                cas(1, 0, 1, true, 2, 3),
                cas(2, 1, 2, true, 4, 5),
                get(3, 2, 6, 7),
                get(3, 1, 8, 9)))
        .containsExactly(
            put(1, 0, 0, 1), cas(1, 0, 1, true, 2, 3), cas(2, 1, 2, true, 4, 5), get(3, 1, 8, 9));
  }

  @Test
  void an_unknown_write_that_could_excuse_a_read_is_kept() {
    assertThat(shrunk(unknownPut(4, 1, 0), get(2, 1, 1, 2), put(1, 2, 3, 4), get(2, 1, 5, 6)))
        .contains(unknownPut(4, 1, 0), get(2, 1, 1, 2), get(2, 1, 5, 6));
  }

  /** The reasons at {@link Linearizability#shrink}, tried: no excerpt accuses the innocent. */
  @Test
  void every_excerpt_of_a_linearizable_history_is_linearizable() {
    Seeds.check(
        3_000,
        random -> {
          List<Operation> whole =
              new Executions(random, random.between(2, 4), 2, 0.2)
                  .run(random.between(3, 14), List.of(Calls.KEY));
          assertThat(CHECKER.check(new History(whole))).isInstanceOf(Linearizable.class);
          Excerpts excerpts = new Excerpts(new Register());
          List<Operation> part = whole;
          for (int i = random.between(1, 3); i > 0; i--) {
            part = excerpt(random, excerpts, part);
          }
          assertThat(CHECKER.check(new History(part)))
              .as("%s of %s", part, whole)
              .isInstanceOf(Linearizable.class);
        });
  }

  private static List<Operation> excerpt(
      SeededRandom random, Excerpts excerpts, List<Operation> operations) {
    int kind = random.below(3);
    List<Operation> beginnings = excerpts.beginnings(operations);
    if (kind == 0 || beginnings.isEmpty()) {
      return excerpts.until(operations, random.below(300));
    }
    if (kind == 1) {
      return excerpts.from(operations, random.pick(beginnings));
    }
    List<Operation> some = new ArrayList<>(operations);
    some.removeIf(each -> random.chance(0.5));
    return excerpts.without(operations, some);
  }
}
