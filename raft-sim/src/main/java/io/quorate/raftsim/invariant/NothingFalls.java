package io.quorate.raftsim.invariant;

import io.quorate.raft.core.Status;
import io.quorate.raftsim.disk.DiskState;
import io.quorate.raftsim.disk.StoredLog;

/**
 * Terms, commit indexes and applied indexes never fall while a node runs, in the order snapshot ≤
 * applied ≤ agreed ≤ last; a term does not fall over a restart either. Source: the Raft paper,
 * figure 2.
 */
final class NothingFalls implements Invariant {
  @Override
  public String name() {
    return "nothing-falls";
  }

  @Override
  public void onStart(GroupView group, NodeView node, DiskState promised, StoredLog found) {
    if (node.status().hardState().term() < promised.hardState().term()) {
      group.violate(
          name(),
          "node %d starts in term %d, after term %d"
              .formatted(node.id(), node.status().hardState().term(), promised.hardState().term()));
    }
  }

  @Override
  public void onStep(GroupView group, NodeView node, Status before, Status after) {
    notFall(group, node, "term", before.hardState().term(), after.hardState().term());
    notFall(group, node, "commitIndex", before.commitIndex(), after.commitIndex());
    notFall(group, node, "applyIndex", before.applyIndex(), after.applyIndex());
    notFall(group, node, "snapshot", before.snapshot().index(), after.snapshot().index());
    notFall(group, node, "baseIndex", before.baseIndex(), after.baseIndex());
    notFall(group, node, "applied against agreed", after.applyIndex(), after.commitIndex());
    notFall(group, node, "agreed against last", after.commitIndex(), after.lastIndex());
    notFall(group, node, "base against snapshot", after.baseIndex(), after.snapshot().index());
    notFall(group, node, "written against log", node.written().lastIndex(), after.lastIndex());
    notFall(group, node, "log against written", after.lastIndex(), node.written().lastIndex());
  }

  private void notFall(GroupView group, NodeView node, String what, long before, long after) {
    if (after < before) {
      group.violate(
          name(), "node %d: %s falls from %d to %d".formatted(node.id(), what, before, after));
    }
  }
}
