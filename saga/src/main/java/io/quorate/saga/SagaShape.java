package io.quorate.saga;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The steps of a saga as a directed acyclic graph, checked once.
 *
 * <p>Rules: names are unique; every prerequisite exists; no cycle; at most one pivot; every
 * compensatable step is done before the pivot or any retriable step starts, and every retriable
 * step comes after the pivot. Together they mean that a saga can be undone as a whole until its
 * point of no return and must succeed as a whole from there on.
 */
final class SagaShape<I> {

  /** A bound on what one saga may hold, and so on the size of its records. */
  static final int STEPS_MAX = 1_000;

  private final Map<String, Step<I, ?>> steps;
  private final Map<String, Set<String>> after;
  private final Map<String, Set<String>> before;

  private SagaShape(
      Map<String, Step<I, ?>> steps,
      Map<String, Set<String>> after,
      Map<String, Set<String>> before) {
    this.steps = steps;
    this.after = after;
    this.before = before;
  }

  /**
   * @param steps in the order of definition
   * @param after for each step the names it waits for
   */
  static <I> SagaShape<I> of(String saga, List<Step<I, ?>> steps, Map<String, Set<String>> after) {
    if (steps.isEmpty()) {
      throw new InvalidSagaException("saga " + saga + ": no steps (expected: at least one)");
    }
    if (steps.size() > STEPS_MAX) {
      throw new InvalidSagaException(
          "saga %s: %d steps (expected: <= %d)".formatted(saga, steps.size(), STEPS_MAX));
    }
    Map<String, Step<I, ?>> sorted = sorted(saga, steps, after);
    Map<String, Set<String>> waits = new LinkedHashMap<>();
    Map<String, Set<String>> feeds = new LinkedHashMap<>();
    for (String name : sorted.keySet()) {
      Set<String> needed = Set.copyOf(after.getOrDefault(name, Set.of()));
      waits.put(name, needed);
      for (String earlier : needed) {
        feeds.computeIfAbsent(earlier, e -> new LinkedHashSet<>()).add(name);
      }
    }
    SagaShape<I> shape = new SagaShape<>(sorted, waits, feeds);
    shape.checkKinds(saga);
    return shape;
  }

  private static <I> Map<String, Step<I, ?>> sorted(
      String saga, List<Step<I, ?>> steps, Map<String, Set<String>> after) {
    Map<String, Step<I, ?>> byName = new LinkedHashMap<>();
    for (Step<I, ?> step : steps) {
      if (byName.putIfAbsent(step.name(), step) != null) {
        throw new InvalidSagaException(
            "saga %s: step \"%s\" twice (expected: unique names)".formatted(saga, step.name()));
      }
    }
    for (var entry : after.entrySet()) {
      for (String needed : entry.getValue()) {
        if (!byName.containsKey(needed)) {
          throw new InvalidSagaException(
              "saga %s: step \"%s\" comes after \"%s\", which is not a step of it %s"
                  .formatted(saga, entry.getKey(), needed, byName.keySet()));
        }
      }
    }
    Map<String, Step<I, ?>> sorted = new LinkedHashMap<>();
    List<Step<I, ?>> left = new ArrayList<>(byName.values());
    while (!left.isEmpty()) {
      boolean moved =
          left.removeIf(
              step -> {
                if (!sorted.keySet().containsAll(after.getOrDefault(step.name(), Set.of()))) {
                  return false;
                }
                sorted.put(step.name(), step);
                return true;
              });
      if (!moved) {
        throw new InvalidSagaException(
            "saga %s: the steps %s wait for each other (expected: no cycle)"
                .formatted(saga, left.stream().map(Step::name).toList()));
      }
    }
    return sorted;
  }

  private void checkKinds(String saga) {
    List<String> pivots = names(StepKind.PIVOT);
    List<String> retriables = names(StepKind.RETRIABLE);
    List<String> compensatables = names(StepKind.COMPENSATABLE);
    if (pivots.size() > 1) {
      throw new InvalidSagaException(
          "saga %s: pivots %s (expected: at most one: after the first has decided, the second could"
                  .formatted(saga, pivots)
              + " not refuse any more)");
    }
    for (String pivot : pivots) {
      requireBefore(saga, compensatables, pivot, "could fail when nothing can be undone any more");
      for (String retriable : retriables) {
        if (!ancestors(retriable).contains(pivot)) {
          throw new InvalidSagaException(
              "saga %s: retriable step \"%s\" does not come after the pivot \"%s\" (expected: after"
                      .formatted(saga, retriable, pivot)
                  + " it; a retriable step cannot be undone)");
        }
      }
    }
    for (String retriable : retriables) {
      if (step(retriable).locks()) {
        throw new InvalidSagaException(
            "saga %s: retriable step \"%s\" has a lock (expected: the lock on an earlier step, where a saga that waits in vain can still turn back; it is held until the end)"
                .formatted(saga, retriable));
      }
      requireBefore(
          saga,
          compensatables,
          retriable,
          "could fail when \"" + retriable + "\" cannot be undone");
    }
  }

  private void requireBefore(
      String saga, List<String> compensatables, String gate, String otherwise) {
    Set<String> earlier = ancestors(gate);
    for (String compensatable : compensatables) {
      if (!earlier.contains(compensatable)) {
        throw new InvalidSagaException(
            "saga %s: compensatable step \"%s\" is not done before the %s step \"%s\" (expected:"
                    .formatted(
                        saga,
                        compensatable,
                        step(gate).kind().name().toLowerCase(java.util.Locale.ROOT),
                        gate)
                + " compensatable steps, then at most one pivot, then retriable steps; it "
                + otherwise
                + ")");
      }
    }
  }

  private List<String> names(StepKind kind) {
    return steps.values().stream().filter(s -> s.kind() == kind).map(Step::name).toList();
  }

  private Set<String> ancestors(String name) {
    Set<String> found = new LinkedHashSet<>();
    List<String> open = new ArrayList<>(after(name));
    while (!open.isEmpty()) {
      String next = open.removeLast();
      if (found.add(next)) {
        open.addAll(after(next));
      }
    }
    return found;
  }

  /** All steps in an order in which they could run one by one. */
  List<Step<I, ?>> steps() {
    return List.copyOf(steps.values());
  }

  List<SagaFact.Outline> outline() {
    return steps.values().stream()
        .map(s -> new SagaFact.Outline(s.name(), s.kind(), s.locks(), after(s.name())))
        .toList();
  }

  Set<String> names() {
    return Collections.unmodifiableSet(steps.keySet());
  }

  boolean has(String name) {
    return steps.containsKey(name);
  }

  Step<I, ?> step(String name) {
    Step<I, ?> step = steps.get(name);
    if (step == null) {
      throw new IllegalArgumentException(
          "step: \"%s\" (expected: one of %s)".formatted(name, steps.keySet()));
    }
    return step;
  }

  /** The steps {@code name} waits for. */
  Set<String> after(String name) {
    return after.getOrDefault(step(name).name(), Set.of());
  }

  /** The steps that wait for {@code name}. */
  Set<String> before(String name) {
    return before.getOrDefault(step(name).name(), Set.of());
  }

  @Override
  public String toString() {
    return steps.values().stream()
        .map(s -> s.name() + (after(s.name()).isEmpty() ? "" : " after " + after(s.name())))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
