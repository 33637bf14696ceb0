package io.quorate.saga;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.codec.Codec;
import io.quorate.core.tx.machine.ProtocolId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link SagaDefinition}. Steps added by {@link #then} and {@link #allOf} wait for all
 * that were added by the call before; {@link #step} says itself what it waits for. Not thread-safe.
 *
 * @param <I> the saga's input
 */
public final class SagaBuilder<I> {
  private static final Duration DEADLINE_MAX = Duration.ofDays(3_650);

  private final ProtocolId id;
  private final Codec<I> input;
  private final List<Step<I, ?>> steps = new ArrayList<>();
  private final Map<String, Set<String>> after = new LinkedHashMap<>();
  private final Map<Integer, Migration<I>> migrations = new LinkedHashMap<>();
  private Set<String> last = Set.of();
  private @Nullable Duration deadline;
  private Durability durability = Durability.EVERY_STEP;

  SagaBuilder(ProtocolId id, Codec<I> input) {
    this.id = id;
    this.input = input;
  }

  /** One step, after everything the previous call added. */
  public SagaBuilder<I> then(Step<I, ?> step) {
    return stage(List.of(requireNonNull(step, "step")));
  }

  /** Steps that run in parallel, after everything the previous call added. */
  @SafeVarargs
  public final SagaBuilder<I> allOf(Step<I, ?>... steps) {
    if (steps.length == 0) {
      throw new InvalidSagaException("saga " + id + ": allOf() without steps");
    }
    List<Step<I, ?>> added = new ArrayList<>();
    for (Step<I, ?> step : steps) {
      added.add(requireNonNull(step, "step"));
    }
    return stage(added);
  }

  private SagaBuilder<I> stage(List<Step<I, ?>> added) {
    Set<String> previous = last;
    Set<String> names = new LinkedHashSet<>();
    for (Step<I, ?> step : added) {
      add(step, previous);
      names.add(step.name());
    }
    last = Set.copyOf(names);
    return this;
  }

  /**
   * A step that waits for the given steps, wherever they were added; for none, it starts at once.
   */
  @SafeVarargs
  public final SagaBuilder<I> step(Step<I, ?> step, Step<I, ?>... after) {
    Set<String> needed = new LinkedHashSet<>();
    for (Step<I, ?> earlier : after) {
      needed.add(earlier.name());
    }
    add(requireNonNull(step, "step"), needed);
    last = Set.of(step.name());
    return this;
  }

  /**
   * A whole saga as one stage, after everything the previous call added. Its steps become steps of
   * this saga, named {@code name/step}: one log, one outcome, undone in one order. Its own
   * deadline, durability and migrations do not apply.
   *
   * @param name 1..64 letters, digits, '.', '_' or '-'
   * @param mapper the nested saga's input; a pure function of this saga's input and of the results
   *     of steps that are done before; called again for each step
   */
  public <N> SagaBuilder<I> nested(
      String name, SagaDefinition<N> saga, BiFunction<StepContext, I, N> mapper) {
    Step.requireName("nested saga", name);
    Nesting<I, N> nesting = new Nesting<>(name, requireNonNull(mapper, "mapper"));
    Set<String> previous = last;
    Set<String> exits = new LinkedHashSet<>();
    for (Step<N, ?> inner : saga.steps()) {
      Set<String> needed = new LinkedHashSet<>();
      for (String earlier : saga.after(inner.name())) {
        needed.add(name + Nesting.SEPARATOR + earlier);
      }
      Step<I, ?> adapted = inner.adapted(name, nesting);
      add(adapted, needed.isEmpty() ? previous : needed);
      exits.removeAll(needed);
      exits.add(adapted.name());
    }
    last = Set.copyOf(exits);
    return this;
  }

  private void add(Step<I, ?> step, Set<String> needed) {
    steps.add(step);
    Set<String> earlier = after.put(step.name(), Set.copyOf(needed));
    if (earlier != null) {
      throw new InvalidSagaException(
          "saga %s: step \"%s\" twice (expected: unique names)".formatted(id, step.name()));
    }
  }

  /**
   * Undo the saga if it is not past its point of no return by then. Default: none. Positive, at
   * most 3,650 days.
   */
  public SagaBuilder<I> deadline(Duration deadline) {
    if (deadline.isZero() || deadline.isNegative() || deadline.compareTo(DEADLINE_MAX) > 0) {
      throw new IllegalArgumentException(
          "deadline: %s (expected: > 0, <= %s)".formatted(deadline, DEADLINE_MAX));
    }
    this.deadline = deadline;
    return this;
  }

  /** Default {@link Durability#EVERY_STEP}. */
  public SagaBuilder<I> durability(Durability durability) {
    this.durability = requireNonNull(durability, "durability");
    return this;
  }

  /** How a saga begun with an older version goes on with this one. */
  public SagaBuilder<I> migrate(Migration<I> migration) {
    if (migration.from() >= id.version()) {
      throw new InvalidSagaException(
          "saga %s: migration from version %d (expected: an older version)"
              .formatted(id, migration.from()));
    }
    if (migrations.put(migration.from(), migration) != null) {
      throw new InvalidSagaException(
          "saga %s: two migrations from version %d".formatted(id, migration.from()));
    }
    return this;
  }

  /**
   * Checks and makes the definition.
   *
   * @throws InvalidSagaException naming the offending step and the rule
   */
  public SagaDefinition<I> build() {
    SagaShape<I> shape = SagaShape.of(id.toString(), steps, after);
    migrations.values().forEach(migration -> migration.check(id, shape));
    return new SagaDefinition<>(id, input, shape, deadline, durability, migrations);
  }
}
