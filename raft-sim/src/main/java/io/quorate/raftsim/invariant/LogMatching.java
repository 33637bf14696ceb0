package io.quorate.raftsim.invariant;

import io.quorate.raft.log.EntryBatch;
import java.util.HashMap;
import java.util.Map;

/**
 * Logs that have an entry of the same index and term are the same up to it. By induction: whenever
 * a batch is appended, it and the term before it are those of everybody who ever had a batch of
 * this index and term. Source: the Raft paper, figure 3, Log Matching.
 */
final class LogMatching implements Invariant {
  private record Place(long index, long term) {}

  private record Seen(EntryBatch batch, long previousTerm) {}

  private final Map<Place, Seen> seen = new HashMap<>();

  @Override
  public String name() {
    return "log-matching";
  }

  @Override
  public void onAppend(GroupView group, NodeView node, EntryBatch batch) {
    Seen now = new Seen(batch, node.written().lastTerm());
    Seen before = seen.putIfAbsent(new Place(batch.firstIndex(), batch.term()), now);
    if (before != null && !before.equals(now)) {
      group.violate(
          name(),
          "entry %d of term %d differs on node %d: after term %d, elsewhere after term %d"
              .formatted(
                  batch.firstIndex(),
                  batch.term(),
                  node.id(),
                  now.previousTerm,
                  before.previousTerm));
    }
  }
}
