package io.quorate.testkit.linearizability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The operations of one partition by the time they were called: those that are known, each with its
 * end, and those that are unknown and could matter. Not changed once made.
 *
 * <p>Left out are failed operations, unknown ones that only read, and unknown ones that no
 * operation which ended after their call may depend on ({@link Model#mayDependOn}).
 */
final class Timeline {
  private static final Comparator<Operation> BY_CALL =
      Comparator.comparingLong(Operation::startNanos)
          .thenComparingLong(each -> each.endNanos() == null ? Long.MAX_VALUE : each.endNanos())
          .thenComparing(Operation::toString);

  /** Operations with a known outcome, by call. */
  final Operation[] known;

  /** When each known one was called, ascending. */
  final long[] knownStart;

  /** When each known one returned. */
  final long[] knownEnd;

  /** Whether each known one only reads. */
  final boolean[] isReadOnly;

  /** Operations of unknown outcome, by call. */
  final Operation[] unknown;

  /** When each unknown one was called, ascending. */
  final long[] unknownStart;

  /** The last known operation that may, through others or not, depend on each unknown one. */
  final int[] neededUntil;

  /** The unknown operation called last before this one that does the same; -1 if none. */
  final int[] twin;

  private Timeline(
      Model<?> model, List<Operation> known, List<Operation> unknown, int[] neededUntil) {
    this.known = known.toArray(Operation[]::new);
    this.unknown = unknown.toArray(Operation[]::new);
    this.neededUntil = neededUntil;
    knownStart = known.stream().mapToLong(Operation::startNanos).toArray();
    knownEnd = known.stream().mapToLong(Timeline::end).toArray();
    isReadOnly = new boolean[known.size()];
    for (int i = 0; i < isReadOnly.length; i++) {
      isReadOnly[i] = model.isReadOnly(known.get(i));
    }
    unknownStart = unknown.stream().mapToLong(Operation::startNanos).toArray();
    twin = twins(unknown);
  }

  /** The timeline of {@code operations}, all of one partition. */
  static Timeline of(Model<?> model, List<Operation> operations) {
    List<Operation> known = new ArrayList<>();
    List<Operation> unknown = new ArrayList<>();
    for (Operation each : operations) {
      switch (each.outcome()) {
        case OK -> known.add(each);
        case FAILED -> {}
        case UNKNOWN -> {
          if (!model.isReadOnly(each)) {
            unknown.add(each);
          }
        }
      }
    }
    known.sort(BY_CALL);
    unknown.sort(BY_CALL);
    int[] needed = neededUntil(model, known, unknown);
    List<Operation> kept = new ArrayList<>();
    int[] keptNeeded = new int[unknown.size()];
    for (int q = 0; q < unknown.size(); q++) {
      if (needed[q] >= 0) {
        keptNeeded[kept.size()] = needed[q];
        kept.add(unknown.get(q));
      }
    }
    return new Timeline(model, known, kept, Arrays.copyOf(keptNeeded, kept.size()));
  }

  private static int[] neededUntil(Model<?> model, List<Operation> known, List<Operation> unknown) {
    int[] needed = new int[unknown.size()];
    for (int q = 0; q < needed.length; q++) {
      Operation from = unknown.get(q);
      int i = known.size() - 1;
      while (i >= 0
          && (end(known.get(i)) < from.startNanos() || !model.mayDependOn(known.get(i), from))) {
        i--;
      }
      needed[q] = i;
    }
    boolean grew = true;
    while (grew) {
      grew = false;
      for (int q = 0; q < needed.length; q++) {
        for (int r = 0; r < needed.length; r++) {
          if (needed[r] > needed[q] && model.mayDependOn(unknown.get(r), unknown.get(q))) {
            needed[q] = needed[r];
            grew = true;
          }
        }
      }
    }
    return needed;
  }

  private static int[] twins(List<Operation> unknown) {
    record Effect(String op, @Nullable Object argument, @Nullable Object expected) {}
    Map<Effect, Integer> last = new HashMap<>();
    int[] twin = new int[unknown.size()];
    for (int q = 0; q < twin.length; q++) {
      Operation each = unknown.get(q);
      Integer before = last.put(new Effect(each.op(), each.argument(), each.expected()), q);
      twin[q] = before == null ? -1 : before;
    }
    return twin;
  }

  private static long end(Operation known) {
    Long end = known.endNanos();
    return end == null ? Long.MAX_VALUE : end;
  }

  /** All that is in it, by call. */
  List<Operation> operations() {
    List<Operation> all = new ArrayList<>(Arrays.asList(known));
    all.addAll(Arrays.asList(unknown));
    all.sort(BY_CALL);
    return all;
  }
}
