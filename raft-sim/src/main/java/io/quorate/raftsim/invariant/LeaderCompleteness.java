package io.quorate.raftsim.invariant;

import io.quorate.raft.core.Role;
import io.quorate.raft.core.Status;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raftsim.disk.StoredLog;
import java.util.Map;
import java.util.TreeMap;

/**
 * Whatever is agreed on in a term is in the log of the leader of every later term, whether it was
 * agreed on before or after that one's election. Source: the Raft paper, figure 3.
 */
final class LeaderCompleteness implements Invariant {

  /** By term, the log with which its leader was elected. */
  private final TreeMap<Long, StoredLog> elected = new TreeMap<>();

  /** The term in which the last entry was agreed on. */
  private long agreedInTerm;

  @Override
  public String name() {
    return "leader-completeness";
  }

  @Override
  public void onStep(GroupView group, NodeView node, Status before, Status after) {
    long term = after.hardState().term();
    if (after.role() != Role.LEADER || elected.containsKey(term)) {
      return;
    }
    StoredLog log = node.written().copy();
    elected.put(term, log);
    long last = group.agreed().lastIndex();
    EntryBatch batch = group.agreed().batchOf(last);
    if (batch != null && agreedInTerm < term) {
      require(group, term, log, batch);
    }
  }

  @Override
  public void onAgreed(GroupView group, NodeView node, EntryBatch batch) {
    // An entry of an old term may come to be agreed on only in a later one.
    agreedInTerm = node.status().hardState().term();
    for (Map.Entry<Long, StoredLog> each : elected.tailMap(agreedInTerm, false).entrySet()) {
      require(group, each.getKey(), each.getValue(), batch);
    }
  }

  private void require(GroupView group, long term, StoredLog log, EntryBatch batch) {
    long index = batch.lastIndex();
    if (index > log.baseIndex() && log.term(index) != batch.term()) {
      group.violate(
          name(),
          "the leader of term %d has no entry %d of term %d, which was agreed on"
              .formatted(term, index, batch.term()));
    }
  }
}
