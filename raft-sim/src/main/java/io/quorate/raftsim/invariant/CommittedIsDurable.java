package io.quorate.raftsim.invariant;

import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.quorum.Ballots.Ballot;
import io.quorate.raft.quorum.JointQuorum;
import io.quorate.raft.quorum.VoteResult;

/**
 * Whatever is agreed on is, at that moment, durable on a quorum of the membership in force, counted
 * on the disks. A disk that had it and is known to be damaged counts, since its node takes part in
 * no election. Source: the Raft paper, §5.3 and §5.4, and what "stored" has to mean for it.
 */
final class CommittedIsDurable implements Invariant {
  @Override
  public String name() {
    return "committed-is-durable";
  }

  @Override
  public void onAgreed(GroupView group, NodeView node, EntryBatch batch) {
    JointQuorum quorum = node.status().membership().quorum();
    VoteResult result = quorum.vote(id -> isDurable(group, id, batch) ? Ballot.YES : Ballot.NO);
    if (result != VoteResult.WON) {
      group.violate(
          name(),
          "node %d calls entry %d of term %d agreed on, without a quorum of %s for it on disk"
              .formatted(node.id(), batch.lastIndex(), batch.term(), node.status().membership()));
    }
  }

  private static boolean isDurable(GroupView group, long id, EntryBatch batch) {
    for (NodeView each : group.nodes()) {
      if (each.id() == id) {
        return each.promised().holds(batch.lastIndex(), batch.term());
      }
    }
    return false;
  }
}
