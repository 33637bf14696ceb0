package io.quorate.testkit.linearizability;

import io.quorate.testkit.linearizability.Verdict.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes a violation smaller by {@link Excerpts}. For one use.
 *
 * <p>The beginning is cut at a write that hides what was before, the end where the violation is
 * complete; then ever smaller runs of operations are kept alone or left out (ddmin: Zeller,
 * Hildebrandt, <i>Simplifying and isolating failure-inducing input</i>, 2002), first of reads, then
 * of writes.
 */
final class Shrinking<S> {
  /** How many smaller histories are tried. */
  private static final int CHECKS_MAX = 1_000;

  /** How many steps are spent on one that may be smaller, for each of the given violation. */
  private static final long EFFORT = 10;

  private static final long SHARE = 10;

  private final Linearizability<S> linearizability;
  private final Model<S> model;
  private final Violation given;
  private final Excerpts excerpts;
  private int checks;
  private long steps;
  private List<Operation> left;

  /** Hides what was cut before it, so it stays. */
  private @Nullable Operation beginning;

  Shrinking(Linearizability<S> linearizability, Violation given) {
    this.linearizability = linearizability;
    this.model = linearizability.model();
    this.given = given;
    this.excerpts = new Excerpts(model);
    this.left = given.operations();
  }

  Violation run() {
    cutBeginning();
    cutEnd();
    cutBeginning();
    leaveOut(model::isReadOnly);
    cutBeginning();
    leaveOut(each -> !model.isReadOnly(each));
    leaveOut(each -> true);
    List<Operation> recorded = excerpts.recorded(left);
    return recorded.size() < given.operations().size()
            && linearizability.check(new History(recorded)) instanceof Violation smaller
        ? smaller
        : given;
  }

  /** Ends with the first return of an operation by which it is a violation. */
  private void cutEnd() {
    long begun = beginning == null ? Long.MIN_VALUE : Lanes.end(beginning);
    long[] ends =
        left.stream()
            .filter(each -> !each.isUnknown())
            .mapToLong(Lanes::end)
            .filter(end -> end >= begun)
            .sorted()
            .distinct()
            .toArray();
    int low = 0;
    int high = ends.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (violation(excerpts.until(left, ends[middle])).isPresent()) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    take(excerpts.until(left, ends[high]));
  }

  /** Begins at the latest write at which it can, looking back ever farther. */
  private void cutBeginning() {
    List<Operation> writes = excerpts.beginnings(left);
    for (int back = 1; back <= writes.size(); back += Math.max(1, back / 2)) {
      Operation write = writes.get(writes.size() - back);
      if (take(excerpts.from(left, write))) {
        beginning = write;
        return;
      }
    }
  }

  private void leaveOut(Predicate<Operation> kind) {
    boolean shorter;
    int chunk = (int) left.stream().filter(kind).count();
    do {
      chunk = Math.max(1, (chunk + 1) / 2);
      shorter = false;
      List<Operation> ofKind =
          left.stream().filter(kind).filter(each -> !each.equals(beginning)).toList();
      for (int at = 0; at < ofKind.size(); at += chunk) {
        int end = Math.min(ofKind.size(), at + chunk);
        List<Operation> others = new ArrayList<>(ofKind.subList(0, at));
        others.addAll(ofKind.subList(end, ofKind.size()));
        shorter |=
            take(excerpts.without(left, others))
                || take(excerpts.without(left, ofKind.subList(at, end)));
      }
    } while (chunk > 1 || shorter);
  }

  /** Goes on with these, if they are fewer and a violation. */
  private boolean take(List<Operation> operations) {
    Optional<Violation> found = violation(operations);
    if (found.isEmpty() || found.get().operations().size() >= left.size()) {
      return false;
    }
    left = found.get().operations();
    return true;
  }

  private Optional<Violation> violation(List<Operation> operations) {
    long stepsLeft = linearizability.stepsMax() - steps;
    if (checks == CHECKS_MAX || stepsLeft < 1) {
      return Optional.empty();
    }
    checks++;
    // A share of what is left, so that one hard part does not take it all.
    long stepsMax = Math.min(1 + stepsLeft / SHARE, EFFORT * (given.steps() + operations.size()));
    PartitionCheck<S> check = linearizability.stepsMax(stepsMax).partition(given.partition());
    Optional<Violation> found = check.violation(operations);
    steps += check.steps();
    return found;
  }
}
