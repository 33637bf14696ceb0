package io.quorate.raft.replica;

import io.quorate.raft.RaftException;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for which batch. A proposal is answered by what is agreed on at its place, however long
 * that takes: losing leadership, or even the entry, does not tell what will become of it. Once an
 * entry of a later term is agreed on, nothing of an earlier term that was not before it ever is,
 * since terms never fall in a log.
 */
final class Pending {
  private record Batch(long term, long firstIndex, List<Proposal> proposals) {}

  /** Terms never fall; within a term, indexes grow. */
  private final Deque<Batch> batches = new ArrayDeque<>();

  void add(EntryBatch batch, List<Proposal> proposals) {
    batches.add(new Batch(batch.term(), batch.firstIndex(), proposals));
  }

  /**
   * A batch is agreed on: who waits for it; those who can never have what they wait for are told.
   */
  @Nullable List<Proposal> take(EntryBatch agreed) {
    for (Batch first = batches.peek(); first != null; first = batches.peek()) {
      boolean earlier =
          first.term < agreed.term()
              || (first.term == agreed.term() && first.firstIndex < agreed.firstIndex());
      if (earlier) {
        long index = first.firstIndex;
        fail(batches.remove(), proposal -> new RaftException.Superseded(index));
      } else if (first.term == agreed.term() && first.firstIndex == agreed.firstIndex()) {
        return batches.remove().proposals;
      } else {
        return null;
      }
    }
    return null;
  }

  /** A snapshot has taken the place of what was agreed on: the results are not known here. */
  void skip(SnapshotMark mark) {
    while (!batches.isEmpty() && batches.peek().term <= mark.term()) {
      Batch first = batches.peek();
      if (first.term == mark.term() && first.firstIndex > mark.index()) {
        return;
      }
      fail(
          batches.remove(),
          proposal ->
              new RaftException.Unknown(
                  "this node fell behind and got a snapshot up to entry " + mark.index(), null));
    }
  }

  void failAll(Function<Proposal, RaftException> why) {
    while (!batches.isEmpty()) {
      fail(batches.remove(), why);
    }
  }

  private static void fail(Batch batch, Function<Proposal, RaftException> why) {
    for (Proposal proposal : batch.proposals) {
      proposal.result().completeExceptionally(why.apply(proposal));
    }
  }
}
