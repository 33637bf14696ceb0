package io.quorate.testkit.linearizability;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Parts of a history of one partition that are linearizable if the whole is; so a part that is not
 * proves that the whole is not. The reasons stand at {@link Linearizability#shrink}. Not
 * thread-safe.
 */
final class Excerpts {
  private final Model<?> model;
  private final IdentityHashMap<Operation, Operation> originals = new IdentityHashMap<>();

  Excerpts(Model<?> model) {
    this.model = model;
  }

  /** The history as it stood then: what was called and had not returned is unknown. */
  List<Operation> until(List<Operation> operations, long nanos) {
    List<Operation> part = new ArrayList<>();
    for (Operation each : operations) {
      if (each.startNanos() <= nanos) {
        part.add(Lanes.end(each) > nanos ? forgotten(each) : each);
      }
    }
    return part;
  }

  /** Without these reads, and with these writes forgotten. */
  List<Operation> without(List<Operation> operations, Collection<Operation> some) {
    Set<Operation> out = Collections.newSetFromMap(new IdentityHashMap<>());
    out.addAll(some);
    List<Operation> part = new ArrayList<>();
    for (Operation each : operations) {
      if (!out.contains(each)) {
        part.add(each);
      } else if (!model.isReadOnly(each)) {
        part.add(forgotten(each));
      }
    }
    return part;
  }

  /** The writes at which the history can begin, by call. */
  List<Operation> beginnings(List<Operation> operations) {
    List<Operation> writes = operations.stream().filter(each -> !model.isReadOnly(each)).toList();
    return writes.stream()
        .filter(
            write ->
                !write.isUnknown()
                    && writes.stream().noneMatch(each -> model.mayDependOn(write, each)))
        .toList();
  }

  /**
   * The history from one of its {@link #beginnings} on: nothing that returned before it was called,
   * and of what overlaps it only what may have taken effect later. In an order of the whole, all
   * other known operations that are left stand behind it. So what stands before it can be left out,
   * and it does the same.
   */
  List<Operation> from(List<Operation> operations, Operation beginning) {
    List<Operation> part = new ArrayList<>();
    // Of equal ones any will do, but only one.
    int at = operations.indexOf(beginning);
    for (int i = 0; i < operations.size(); i++) {
      Operation each = operations.get(i);
      if (i == at || each.startNanos() > Lanes.end(beginning)) {
        part.add(each);
      } else if (Lanes.end(each) >= beginning.startNanos() && !model.isReadOnly(each)) {
        part.add(forgotten(each));
      }
    }
    return part;
  }

  /** These as they were before they were forgotten: they allow no more than before. */
  List<Operation> recorded(List<Operation> operations) {
    return operations.stream().map(each -> originals.getOrDefault(each, each)).toList();
  }

  private Operation forgotten(Operation operation) {
    if (operation.isUnknown()) {
      return operation;
    }
    Operation unknown = operation.asUnknown();
    originals.put(unknown, operation);
    return unknown;
  }
}
