package io.quorate.testkit.linearizability;

import static java.util.Objects.requireNonNull;

import io.quorate.testkit.linearizability.Verdict.Limit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Checks whether histories are linearizable (Herlihy, Wing: <i>Linearizability: a correctness
 * condition for concurrent objects</i>, TOPLAS 1990).
 *
 * <p>A history is, if its operations can be put in one order such that the model would have given
 * each the answer it got, and no operation stands before one that had returned when it was called.
 * Operations of unknown outcome may stand anywhere behind their call, or be left out; failed ones
 * are left out.
 *
 * <p>The search is that of Wing and Gong (<i>Testing and verifying concurrent objects</i>, 1993)
 * with the memory of Lowe (<i>Testing for linearizability</i>, 2017), part by part (Horn, Kroening:
 * <i>Faster linearizability checking via P-compositionality</i>, 2015). The problem is NP-complete
 * (Gibbons, Korach 1997), so the search is bounded, and says when it gave up. It reads no clock and
 * draws no random number: the same history has the same verdict in the same number of steps.
 *
 * <p>Immutable and safe for use by many threads.
 *
 * @param <S> the state of the model
 */
public final class Linearizability<S> {

  /** How many configurations of a partition are kept, unless set: {@value}. */
  public static final int CONFIGURATIONS_MAX = 1_000_000;

  /** How many steps are spent on a partition, unless set: {@value}. */
  public static final long STEPS_MAX = 200_000_000;

  private final Model<S> model;
  private final int configurationsMax;
  private final long stepsMax;

  private Linearizability(Model<S> model, int configurationsMax, long stepsMax) {
    this.model = model;
    this.configurationsMax = configurationsMax;
    this.stepsMax = stepsMax;
  }

  /** A check against {@code model}, with the default limits. */
  public static <S> Linearizability<S> of(Model<S> model) {
    return new Linearizability<>(requireNonNull(model, "model"), CONFIGURATIONS_MAX, STEPS_MAX);
  }

  /**
   * How many configurations are kept while a partition is searched; they go when it is done.
   * Default {@value #CONFIGURATIONS_MAX}; at least 1; about 200 bytes each, more where hundreds of
   * operations overlap.
   */
  public Linearizability<S> configurationsMax(int configurationsMax) {
    if (configurationsMax < 1) {
      throw new IllegalArgumentException(
          "configurationsMax: " + configurationsMax + " (expected: >= 1)");
    }
    return new Linearizability<>(model, configurationsMax, stepsMax);
  }

  /**
   * How often the model is asked about one partition, or two configurations are compared. Default
   * {@value #STEPS_MAX}, which takes from seconds to a minute; at least 1.
   */
  public Linearizability<S> stepsMax(long stepsMax) {
    if (stepsMax < 1) {
      throw new IllegalArgumentException("stepsMax: " + stepsMax + " (expected: >= 1)");
    }
    return new Linearizability<>(model, configurationsMax, stepsMax);
  }

  /** The model. */
  Model<S> model() {
    return model;
  }

  /** How many steps are spent on a partition at most. */
  long stepsMax() {
    return stepsMax;
  }

  /**
   * Looks for an order. The partitions are searched in the order in which the history first names
   * them, up to the first that has none: a violation anywhere is the verdict, also behind
   * partitions left open.
   *
   * @throws IllegalArgumentException if the model does not know an operation; names the operation,
   *     the field, the value and the rule
   */
  public Verdict check(History history) {
    Map<String, Limit> reached = new HashMap<>();
    SequencedMap<String, List<Operation>> orders = new LinkedHashMap<>();
    long steps = 0;
    for (Map.Entry<String, List<Operation>> part : partitions(history).entrySet()) {
      PartitionCheck<S> check = partition(part.getKey());
      PartitionCheck.Result result = check.run(part.getValue());
      steps += check.steps();
      switch (result) {
        case PartitionCheck.Result.Ordered ordered -> orders.put(part.getKey(), ordered.order());
        case PartitionCheck.Result.Open open -> reached.put(part.getKey(), open.limit());
        case PartitionCheck.Result.Violated violated -> {
          return violated.violation();
        }
      }
    }
    return reached.isEmpty()
        ? new Verdict.Linearizable(orders, steps)
        : new Verdict.Undecided(reached);
  }

  /** A check of one partition within the limits. */
  PartitionCheck<S> partition(String partition) {
    return new PartitionCheck<>(model, partition, configurationsMax, stepsMax);
  }

  private SequencedMap<String, List<Operation>> partitions(History history) {
    SequencedMap<String, List<Operation>> partitions = new LinkedHashMap<>();
    for (Operation each : history.operations()) {
      Optional<Objection> objection = model.objection(each);
      if (objection.isPresent()) {
        throw new IllegalArgumentException(each + ": " + objection.get());
      }
      partitions.computeIfAbsent(model.partition(each), key -> new ArrayList<>()).add(each);
    }
    return partitions;
  }

  /**
   * Leaves out of a violation what is not needed for it, as far as that is found out within {@link
   * #stepsMax} steps.
   *
   * <p>What is left is not only a violation, it proves the given one: operations are left out only
   * in ways that keep every linearizable history linearizable.
   *
   * <ul>
   *   <li>What comes after a moment: the prefix of a linearizable history is linearizable.
   *   <li>Reads.
   *   <li>Writes cannot just go, or those that saw their effect would stand accused. But their
   *       outcome can be forgotten, and as unknown ones they go once no operation that is left may
   *       depend on them.
   *   <li>What returned before the call of a write that hides all before it, if every other
   *       operation of known outcome that is left was called after that write returned. The write
   *       stays, as the first that is left.
   * </ul>
   *
   * @return a violation of the same partition with fewer operations, or the given one
   */
  public Verdict.Violation shrink(Verdict.Violation violation) {
    return new Shrinking<>(this, violation).run();
  }
}
