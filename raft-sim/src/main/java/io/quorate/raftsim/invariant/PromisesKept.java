package io.quorate.raftsim.invariant;

import io.quorate.raft.core.HardState;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raftsim.disk.DiskState;
import io.quorate.raftsim.disk.StoredLog;

/**
 * What a disk called durable is there after a crash, or the node knows that something is missing.
 * Broken by a store with a bug, or by a disk that lies.
 */
final class PromisesKept implements Invariant {
  @Override
  public String name() {
    return "promises-kept";
  }

  @Override
  public void onStart(GroupView group, NodeView node, DiskState promised, StoredLog found) {
    HardState before = promised.hardState();
    HardState after = node.status().hardState();
    if (after.term() < before.term()
        || (after.term() == before.term() && before.vote() != 0 && after.vote() != before.vote())) {
      group.violate(name(), "node %d starts with %s, after %s".formatted(node.id(), after, before));
    }
    if (node.status().inDoubt()) {
      return;
    }
    for (EntryBatch batch : promised.log().all()) {
      if (batch.lastIndex() > found.baseIndex() && found.term(batch.lastIndex()) != batch.term()) {
        // What followed may have dropped it: then something of a later term stands there, or the
        // truncation alone had come to be durable.
        if (batch.lastIndex() <= group.agreed().lastIndex()
            && group.agreed().term(batch.lastIndex()) == batch.term()) {
          group.violate(
              name(),
              "node %d starts without entry %d of term %d, which was durable"
                  .formatted(node.id(), batch.lastIndex(), batch.term()));
        }
        return;
      }
    }
  }
}
