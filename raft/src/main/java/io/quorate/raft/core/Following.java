package io.quorate.raft.core;

import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;
import java.util.List;

/** What a node does with what its leader sends. */
final class Following {
  private final CoreState state;

  /** While in doubt: where the log must be durable for the doubt to be over; 0 if not known. */
  private long doubtOverAt;

  /** The term of when this node started: only its leader can believe what was said before. */
  private final long startTerm;

  /** Whether that leader was seen to know of this start. */
  private boolean known;

  Following(CoreState state) {
    this.state = state;
    startTerm = state.term;
  }

  void onAppend(long from, Message.Append append) {
    noteKnown(append.boot());
    if (append.previousIndex() < state.commitIndex && append.lastIndex() <= state.commitIndex) {
      // Old news. What is committed here is committed there, so the logs agree up to it.
      acknowledge(from, state.commitIndex);
      return;
    }
    long previous = append.previousIndex();
    if (previous >= state.commitIndex && !state.log.matches(previous, append.previousTerm())) {
      reject(from, append);
      return;
    }
    takeIn(append.batches());
    state.commitTo(Math.min(append.commitIndex(), append.lastIndex()));
    if (state.inDoubt) {
      noteCover(append);
    }
    acknowledge(from, append.lastIndex());
  }

  /** Appends what is new, after dropping what contradicts it. */
  private void takeIn(List<EntryBatch> batches) {
    for (EntryBatch batch : batches) {
      long first = batch.firstIndex();
      if (batch.lastIndex() <= state.commitIndex) {
        continue;
      }
      if (first <= state.log.lastIndex()) {
        if (state.log.term(first) == batch.term()) {
          continue;
        }
        state.truncate(first);
      }
      state.append(batch);
    }
  }

  private void reject(long from, Message.Append append) {
    long hint = state.log.lastNotAbove(append.previousIndex(), append.previousTerm());
    state.send(
        from,
        new Message.AppendReject(
            state.term, append.previousIndex(), hint, state.log.term(hint), state.boot));
  }

  /**
   * A node tells the leader of the term it started in of this start with every heartbeat, until
   * that is seen to know of it, and any leader while it is in doubt: nothing else would come from
   * it in an idle group, and the leader would believe what was acknowledged, and known to be agreed
   * on, before.
   */
  void tellOfStart(long leader) {
    if (state.inDoubt || (!known && state.term == startTerm)) {
      state.send(
          leader,
          new Message.AppendReject(
              state.term, 0, state.log.lastIndex(), state.log.lastTerm(), state.boot));
    }
  }

  private void noteKnown(long boot) {
    if (boot == state.boot) {
      known = true;
    }
  }

  private void acknowledge(long to, long index) {
    state.sendDurably(to, new Message.AppendAck(state.term, index, state.commitIndex, state.boot));
  }

  /**
   * A leader that has heard of this start, and so believes no older acknowledgement, says what is
   * committed in its own term: with that, the log has all that it may have lost and that counted.
   */
  private void noteCover(Message.Append append) {
    long commit = append.commitIndex();
    if (append.boot() == state.boot
        && commit <= append.lastIndex()
        && commit <= state.log.lastIndex()
        && state.log.knows(commit)
        && state.log.term(commit) == append.term()) {
      doubtOverAt = commit;
    }
  }

  /** Ends the doubt once what ends it is durable. */
  void endDoubt() {
    if (state.inDoubt && doubtOverAt > 0 && state.writes.durableIndex() >= doubtOverAt) {
      state.inDoubt = false;
      state.out.doubtOver(state.writes.doubtOver(state.now));
    }
  }

  void onInstallSnapshot(long from, Message.InstallSnapshot install) {
    noteKnown(install.boot());
    SnapshotMark mark = install.mark();
    if (mark.index() <= state.commitIndex) {
      acknowledge(from, state.commitIndex);
      return;
    }
    if (state.log.matches(mark.index(), mark.term())) {
      // All of it is here already: only that it is committed is news.
      state.commitTo(mark.index());
      acknowledge(from, mark.index());
      return;
    }
    state.log.resetTo(mark);
    state.snapshot = mark;
    state.commitIndex = mark.index();
    state.applyIndex = mark.index();
    doubtOverAt = 0;
    state.out.installSnapshot(state.writes.installSnapshot(mark.index(), state.now), mark);
    acknowledge(from, mark.index());
  }
}
