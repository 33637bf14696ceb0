package io.quorate.raftsim.invariant;

import io.quorate.raft.core.Message;
import io.quorate.raft.core.Status;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raftsim.disk.DiskState;
import io.quorate.raftsim.disk.StoredLog;
import io.quorate.raftsim.world.World;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells all invariants of all that happens, and keeps what is agreed on: the batches any node has
 * ever called so. Two nodes that call different batches so break {@code agreement} by themselves.
 */
public final class Judge implements GroupView {
  private final World world;
  private final List<NodeView> nodes = new ArrayList<>();
  private final List<Invariant> invariants = invariants();
  private final StoredLog agreed = new StoredLog();

  /** A judge of a group that begins with an empty log. */
  public Judge(World world) {
    this.world = world;
  }

  /** All of them, at their beginning. */
  static List<Invariant> invariants() {
    return List.of(
        new ElectionSafety(),
        new LogMatching(),
        new LeaderCompleteness(),
        new StateMachineSafety(),
        new CommittedIsDurable(),
        new NothingFalls(),
        new OneVotePerTerm(),
        new DurableBeforeSaid(),
        new PromisesKept(),
        new OneChangeAtATime(),
        new SnapshotsEqual(),
        new LeaderAppendsOnly());
  }

  /** There is one more node. */
  public void join(NodeView node) {
    nodes.add(node);
  }

  @Override
  public List<NodeView> nodes() {
    return nodes;
  }

  @Override
  public StoredLog agreed() {
    return agreed;
  }

  @Override
  public void violate(String invariant, String what) {
    world.violate(invariant, what);
  }

  /** See {@link Invariant#onStart}. */
  public void started(NodeView node, DiskState promised, StoredLog found) {
    invariants.forEach(each -> each.onStart(this, node, promised, found));
  }

  /** See {@link Invariant#onStep}. */
  public void stepped(NodeView node, Status before, Status after) {
    committed(node, before, after);
    for (Invariant each : invariants) {
      each.onStep(this, node, before, after);
    }
  }

  /** A node calls more agreed on than before. */
  public void committed(NodeView node, Status before, Status after) {
    if (after.commitIndex() > before.commitIndex()) {
      agree(node, before.commitIndex(), after);
    }
  }

  private void agree(NodeView node, long before, Status after) {
    StoredLog log = node.written();
    long index = Math.max(before, log.baseIndex());
    if (index > before && (agreed.term(index) != log.term(index))) {
      violate(
          "agreement",
          "node %d has taken in a snapshot of entry %d, term %d, elsewhere term %d"
              .formatted(node.id(), index, log.term(index), agreed.term(index)));
      return;
    }
    while (index < after.commitIndex()) {
      EntryBatch batch = log.batchOf(index + 1);
      if (batch == null) {
        violate("agreement", "node %d lacks entry %d".formatted(node.id(), index + 1));
        return;
      }
      index = batch.lastIndex();
      if (index <= agreed.lastIndex()) {
        EntryBatch other = agreed.batchOf(index);
        if (!batch.equals(other)) {
          violate(
              "agreement",
              "node %d calls entry %d of term %d agreed on, elsewhere it is of term %d"
                  .formatted(node.id(), index, batch.term(), agreed.term(index)));
        }
      } else if (batch.firstIndex() != agreed.lastIndex() + 1) {
        violate("agreement", "node %d splits a batch at %d".formatted(node.id(), index));
      } else {
        agreed.append(batch);
        for (Invariant each : invariants) {
          each.onAgreed(this, node, batch);
        }
      }
    }
  }

  /** See {@link Invariant#onAppend}. */
  public void appends(NodeView node, EntryBatch batch) {
    for (Invariant each : invariants) {
      each.onAppend(this, node, batch);
    }
  }

  /** See {@link Invariant#onTruncate}. */
  public void truncates(NodeView node, long firstIndex) {
    invariants.forEach(each -> each.onTruncate(this, node, firstIndex));
  }

  /** See {@link Invariant#onSend}. */
  public void sends(NodeView node, long to, Message message) {
    for (Invariant each : invariants) {
      each.onSend(this, node, to, message);
    }
  }

  /** See {@link Invariant#onApplied}. */
  public void applied(NodeView node, long index, long hash) {
    for (Invariant each : invariants) {
      each.onApplied(this, node, index, hash);
    }
  }

  /** See {@link Invariant#onSnapshot}. */
  public void snapshot(NodeView node, SnapshotMark mark, long hash) {
    invariants.forEach(each -> each.onSnapshot(this, node, mark, hash));
  }
}
