package io.quorate.raftsim.invariant;

import io.quorate.raft.log.SnapshotMark;
import java.util.HashMap;
import java.util.Map;

/**
 * Snapshots of one index are the same on all nodes, byte by byte, and say the same of it; and they
 * hold only what is agreed on. Source: the promise of {@code StateMachine.View.writeTo}.
 */
final class SnapshotsEqual implements Invariant {
  private record Kept(SnapshotMark mark, long hash) {}

  private final Map<Long, Kept> snapshots = new HashMap<>();

  @Override
  public String name() {
    return "snapshots-equal";
  }

  @Override
  public void onSnapshot(GroupView group, NodeView node, SnapshotMark mark, long hash) {
    Kept now = new Kept(mark, hash);
    Kept before = snapshots.putIfAbsent(mark.index(), now);
    if (before != null && !before.equals(now)) {
      group.violate(
          name(),
          "node %d has another snapshot of entry %d: %s, elsewhere %s"
              .formatted(node.id(), mark.index(), now, before));
    }
    if (group.agreed().term(mark.index()) != mark.term()) {
      group.violate(
          name(),
          "node %d has a snapshot of entry %d, term %d, which is not agreed on"
              .formatted(node.id(), mark.index(), mark.term()));
    }
  }
}
