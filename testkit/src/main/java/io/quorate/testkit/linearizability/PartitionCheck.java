package io.quorate.testkit.linearizability;

import io.quorate.testkit.linearizability.Search.Found;
import io.quorate.testkit.linearizability.Verdict.Violation;
import java.util.List;
import java.util.Optional;

/**
 * Checks one partition within a number of steps. Not thread-safe; for one use.
 *
 * <p>A tenth of the steps goes to a first search. Where it ends without an answer, another tenth
 * goes to short excerpts around the place at which it was stuck: if one of them is a violation, so
 * is the whole, and what happened long ago did not have to be unravelled. What is left goes to a
 * search of the whole.
 */
final class PartitionCheck<S> {
  private static final int SHARE = 10;

  private final Model<S> model;
  private final String partition;
  private final int configurationsMax;
  private final long stepsMax;
  private long steps;

  PartitionCheck(Model<S> model, String partition, int configurationsMax, long stepsMax) {
    this.model = model;
    this.partition = partition;
    this.configurationsMax = configurationsMax;
    this.stepsMax = stepsMax;
  }

  /** What it is. */
  sealed interface Result {
    /** Linearizable, in this order. */
    record Ordered(List<Operation> order) implements Result {}

    /** Not linearizable. */
    record Violated(Violation violation) implements Result {}

    /** Not known. */
    record Open(Verdict.Limit limit) implements Result {}
  }

  /** The steps taken so far. */
  long steps() {
    return steps;
  }

  Result run(List<Operation> operations) {
    Timeline timeline = Timeline.of(model, operations);
    Found found = search(timeline, Math.max(1, stepsMax / SHARE));
    if (found instanceof Found.Nothing stuck) {
      Optional<Violation> near = violationNear(stuck, timeline.operations());
      if (near.isPresent()) {
        return new Result.Violated(near.get());
      }
      if (stuck.limit() == Verdict.Limit.STEPS && steps < stepsMax) {
        found = search(timeline, stepsMax - steps);
      }
    }
    return switch (found) {
      case Found.Order order -> new Result.Ordered(order.operations());
      case Found.NoOrder none -> new Result.Violated(violation(timeline, none));
      case Found.Nothing nothing -> new Result.Open(nothing.limit());
    };
  }

  /** The violation that these are, if that is found by searching the whole. */
  Optional<Violation> violation(List<Operation> operations) {
    return violation(operations, stepsMax);
  }

  private Optional<Violation> violation(List<Operation> operations, long stepsMax) {
    Timeline timeline = Timeline.of(model, operations);
    return search(timeline, stepsMax) instanceof Found.NoOrder none
        ? Optional.of(violation(timeline, none))
        : Optional.empty();
  }

  private Violation violation(Timeline timeline, Found.NoOrder none) {
    return new Violation(partition, timeline.operations(), none.longest(), steps);
  }

  private Found search(Timeline timeline, long stepsMax) {
    Search<S> search = new Search<>(model, timeline, configurationsMax, stepsMax);
    Found found = search.run();
    steps += search.steps();
    return found;
  }

  private Optional<Violation> violationNear(Found.Nothing stuck, List<Operation> operations) {
    long end =
        stuck.longest().stream()
            .flatMap(prefix -> prefix.refused().stream())
            .mapToLong(Lanes::end)
            .max()
            .orElse(Long.MAX_VALUE);
    Excerpts excerpts = new Excerpts(model);
    List<Operation> before = excerpts.until(operations, end);
    List<Operation> writes = excerpts.beginnings(before);
    long budget = Math.min(stepsMax, steps + stepsMax / SHARE);
    for (int back = 1; back <= writes.size() && steps < budget; back += Math.max(1, back / 2)) {
      List<Operation> part = excerpts.from(before, writes.get(writes.size() - back));
      Optional<Violation> found = violation(part, budget - steps);
      if (found.isPresent()) {
        List<Operation> recorded = excerpts.recorded(found.get().operations());
        return violation(recorded, Math.max(1, budget - steps)).or(() -> found);
      }
    }
    return Optional.empty();
  }
}
