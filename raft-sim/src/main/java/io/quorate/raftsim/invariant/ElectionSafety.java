package io.quorate.raftsim.invariant;

import io.quorate.raft.core.Role;
import io.quorate.raft.core.Status;
import java.util.TreeMap;

/** At most one node leads a term. Source: the Raft paper, figure 3, Election Safety. */
final class ElectionSafety implements Invariant {
  private final TreeMap<Long, Long> leaders = new TreeMap<>();

  @Override
  public String name() {
    return "election-safety";
  }

  @Override
  public void onStep(GroupView group, NodeView node, Status before, Status after) {
    if (after.role() == Role.LEADER) {
      Long other = leaders.putIfAbsent(after.hardState().term(), node.id());
      if (other != null && other != node.id()) {
        group.violate(
            name(),
            "nodes %d and %d both lead term %d"
                .formatted(other, node.id(), after.hardState().term()));
      }
    }
  }
}
