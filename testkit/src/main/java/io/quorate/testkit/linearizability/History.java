package io.quorate.testkit.linearizability;

import java.util.List;

/**
 * What clients did, in any order of the list: the times of the operations are what counts.
 * Immutable.
 *
 * @param operations the calls
 */
public record History(List<Operation> operations) {
  /** Takes a copy. */
  public History {
    operations = List.copyOf(operations);
  }

  /** The history of these operations. */
  public static History of(Operation... operations) {
    return new History(List.of(operations));
  }

  /** How many of the operations came out like this. */
  public long count(Operation.Outcome outcome) {
    return operations.stream().filter(each -> each.outcome() == outcome).count();
  }
}
