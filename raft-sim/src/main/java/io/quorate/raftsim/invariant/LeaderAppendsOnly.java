package io.quorate.raftsim.invariant;

import io.quorate.raft.core.Role;
import io.quorate.raft.core.Status;
import java.util.HashMap;
import java.util.Map;

/**
 * A leader never drops entries of its log in its term, and nobody ever drops what is agreed on.
 * Source: the Raft paper, figure 3, Leader Append-Only.
 */
final class LeaderAppendsOnly implements Invariant {

  /** By node, the first entry it has dropped in the step that is under way. */
  private final Map<Long, Long> dropped = new HashMap<>();

  @Override
  public String name() {
    return "leader-appends-only";
  }

  @Override
  public void onTruncate(GroupView group, NodeView node, long firstIndex) {
    dropped.merge(node.id(), firstIndex, Math::min);
    if (firstIndex <= group.agreed().lastIndex()
        && node.written().term(firstIndex) == group.agreed().term(firstIndex)) {
      group.violate(
          name(), "node %d drops entry %d, which is agreed on".formatted(node.id(), firstIndex));
    }
  }

  @Override
  public void onStep(GroupView group, NodeView node, Status before, Status after) {
    Long first = dropped.remove(node.id());
    if (first != null
        && before.role() == Role.LEADER
        && after.role() == Role.LEADER
        && before.hardState().term() == after.hardState().term()) {
      group.violate(name(), "node %d leads and drops its entry %d".formatted(node.id(), first));
    }
  }
}
