package io.quorate.raftsim.invariant;

import io.quorate.raft.core.Role;
import io.quorate.raft.core.Status;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.membership.Membership;

/**
 * A leader appends a configuration only when the one before is agreed on, and so is something of
 * its own term; and the two have a quorum in common: one of them is a transition, or at most one
 * voter differs. Source: Ongaro's thesis, §4.1 and §4.3, and its erratum of 2015 on the leader's
 * term.
 */
final class OneChangeAtATime implements Invariant {
  @Override
  public String name() {
    return "one-change-at-a-time";
  }

  @Override
  public void onAppend(GroupView group, NodeView node, EntryBatch batch) {
    Status status = node.status();
    if (!(batch.payload() instanceof Payload.Configuration configuration)
        || status.role() != Role.LEADER
        || status.hardState().term() != batch.term()) {
      return;
    }
    Membership before = status.membership();
    Membership after = configuration.membership();
    boolean overlap =
        after.isJoint()
            ? after.outgoing().equals(before.voters())
            : before.isJoint()
                ? after.voters().equals(before.voters())
                : Math.abs(after.voters().size() - before.voters().size()) <= 1
                    && after.voters().filter(id -> !before.voters().contains(id)).size()
                            + before.voters().filter(id -> !after.voters().contains(id)).size()
                        <= 1;
    if (!overlap) {
      group.violate(
          name(), "node %d goes from %s to %s at once".formatted(node.id(), before, after));
    }
    long agreed = node.now().commitIndex();
    if (node.written().term(agreed) != batch.term()) {
      group.violate(
          name(),
          "node %d appends a configuration before anything of its term %d is agreed on"
              .formatted(node.id(), batch.term()));
    }
    for (EntryBatch each : node.written().all()) {
      if (each.firstIndex() > agreed && each.payload() instanceof Payload.Configuration) {
        group.violate(
            name(),
            "node %d appends a configuration at %d, that of %d is not agreed on"
                .formatted(node.id(), batch.firstIndex(), each.firstIndex()));
      }
    }
  }
}
