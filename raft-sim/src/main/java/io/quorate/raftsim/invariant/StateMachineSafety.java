package io.quorate.raftsim.invariant;

import io.quorate.raftsim.disk.DiskState;
import io.quorate.raftsim.disk.StoredLog;
import java.util.HashMap;
import java.util.Map;

/**
 * No two nodes ever apply different commands at one index, nodes apply in order, and only what is
 * agreed on. Source: the Raft paper, figure 3, State Machine Safety.
 */
final class StateMachineSafety implements Invariant {
  private final Map<Long, Long> applied = new HashMap<>();
  private final Map<Long, Long> last = new HashMap<>();

  @Override
  public String name() {
    return "state-machine-safety";
  }

  @Override
  public void onStart(GroupView group, NodeView node, DiskState promised, StoredLog found) {
    last.remove(node.id());
  }

  @Override
  public void onApplied(GroupView group, NodeView node, long index, long hash) {
    if (index > group.agreed().lastIndex()) {
      group.violate(
          name(), "node %d applies entry %d, which is not agreed on".formatted(node.id(), index));
    }
    Long before = last.put(node.id(), index);
    if (before != null && before >= index) {
      group.violate(
          name(), "node %d applies entry %d after %d".formatted(node.id(), index, before));
    }
    Long other = applied.putIfAbsent(index, hash);
    if (other != null && other != hash) {
      group.violate(
          name(),
          "node %d applies another entry %d than somebody before".formatted(node.id(), index));
    }
  }
}
