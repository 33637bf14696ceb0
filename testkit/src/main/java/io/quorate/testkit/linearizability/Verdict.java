package io.quorate.testkit.linearizability;

import static java.util.stream.Collectors.joining;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/** What is known of a history after a search. Immutable. */
public sealed interface Verdict {

  /**
   * There is an order.
   *
   * @param orders for each partition, in the order in which they were first called upon, an order
   *     that the model accepts and that agrees with real time. It holds every operation whose
   *     outcome is OK, and those unknown ones that must have taken effect
   * @param steps how often the model was asked, a measure of the work
   */
  record Linearizable(SequencedMap<String, List<Operation>> orders, long steps) implements Verdict {
    /** Takes copies. */
    public Linearizable {
      SequencedMap<String, List<Operation>> copy = new LinkedHashMap<>();
      orders.forEach((partition, order) -> copy.put(partition, List.copyOf(order)));
      orders = Collections.unmodifiableSequencedMap(copy);
    }
  }

  /**
   * There is no order; proved by looking at all.
   *
   * @param partition the part of the world that misbehaved
   * @param operations its operations that prove it, by call: without failed ones, without unknown
   *     ones that cannot matter, and without distant ones where the search of a part was enough
   * @param longest some of the orders that came farthest, at least one, all equally long in known
   *     operations
   * @param steps how often the model was asked about this partition
   */
  record Violation(String partition, List<Operation> operations, List<Prefix> longest, long steps)
      implements Verdict {
    /** Takes copies. */
    public Violation {
      operations = List.copyOf(operations);
      longest = List.copyOf(longest);
      if (longest.isEmpty()) {
        throw new IllegalArgumentException("longest: [] (expected: at least one)");
      }
    }

    /** For people: how far an order came, and what fits nowhere. */
    @Override
    public String toString() {
      Prefix first = longest.getFirst();
      return "not linearizable at %s: of %d operations %d can be put in order, and in state %s%s%s"
          .formatted(
              Values.shown(partition),
              operations.size(),
              first.order().size(),
              first.state(),
              " none of these can be next:",
              first.refused().stream().map(each -> "\n  " + each).collect(joining()));
    }
  }

  /**
   * A limit came first. The history may be linearizable or not.
   *
   * @param reached for each partition left open, the limit that was reached; never empty
   */
  record Undecided(Map<String, Limit> reached) implements Verdict {
    /** Takes a copy. */
    public Undecided {
      reached = Collections.unmodifiableMap(new TreeMap<>(reached));
    }
  }

  /** What bounds a search. */
  enum Limit {
    /** {@link Linearizability#configurationsMax}: memory. */
    CONFIGURATIONS,
    /** {@link Linearizability#stepsMax}: time. */
    STEPS
  }
}
