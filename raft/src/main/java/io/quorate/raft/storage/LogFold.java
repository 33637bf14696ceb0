package io.quorate.raft.storage;

import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.storage.Checkpoint.Stretch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Works out what is left of a group's log. Pure.
 *
 * <p><b>A batch that is known to be lost</b> leaves a hole at its place. A later truncation, batch,
 * snapshot or compaction that does away with its place closes the hole, as it would have done away
 * with the batch; else the log ends before it.
 *
 * <p><b>A stretch that nothing is known of</b> may have held a truncation and other entries in
 * place of those before it. Those before it are, together, a log this node once had; with any that
 * come after it they might be one it never had. So the log stays as it was, whatever comes, until a
 * snapshot takes its place or a checkpoint says that the stretch is dealt with.
 */
final class LogFold {

  /** A batch in the log, or the place of one that is lost. */
  private record Item(long firstIndex, long term, long start, @Nullable EntryBatch batch) {}

  /**
   * What is left.
   *
   * @param baseIndex the last entry that is gone, by right
   * @param baseTerm its term
   * @param batches consecutive from there on
   * @param inDoubt whether entries that were acknowledged may be missing
   * @param unrepaired the stretches that nothing is known of and no checkpoint has dealt with
   */
  record Left(
      long baseIndex,
      long baseTerm,
      List<LogEvent.Batch> batches,
      boolean inDoubt,
      List<Stretch> unrepaired) {

    long lastIndex() {
      return batches.isEmpty() ? baseIndex : batches.getLast().batch().lastIndex();
    }

    long lastTerm() {
      return batches.isEmpty() ? baseTerm : batches.getLast().batch().term();
    }
  }

  private final List<Item> items = new ArrayList<>();
  private final List<Stretch> unknown = new ArrayList<>();
  private long baseIndex;
  private long baseTerm;

  LogFold(Iterable<LogEvent> events) {
    for (LogEvent event : events) {
      apply(event);
    }
  }

  private void apply(LogEvent event) {
    switch (event) {
      case LogEvent.Batch found -> {
        EntryBatch batch = found.batch();
        put(new Item(batch.firstIndex(), batch.term(), found.start(), batch));
      }
      case LogEvent.Lost lost -> put(new Item(lost.firstIndex(), lost.term(), lost.start(), null));
      case LogEvent.Truncate truncate -> {
        if (unknown.isEmpty()) {
          removeFrom(truncate.firstIndex());
        }
      }
      case LogEvent.Install install -> {
        items.clear();
        unknown.clear();
        base(install.index(), install.term());
      }
      case LogEvent.Base base -> {
        if (base.index() < baseIndex) {
          items.clear();
        }
        base(base.index(), base.term());
      }
      case LogEvent.Resume resume -> resume(resume.checkpoint(), resume.start());
      case LogEvent.Unknown stretch -> unknown.add(stretch.stretch());
    }
  }

  private void put(Item item) {
    if (unknown.isEmpty()) {
      removeFrom(item.firstIndex);
      items.add(item);
    }
  }

  private void removeFrom(long index) {
    while (!items.isEmpty() && lastOf(items.size() - 1) >= index) {
      items.removeLast();
    }
  }

  private void base(long index, long term) {
    baseIndex = index;
    baseTerm = term;
    int gone = 0;
    while (gone < items.size() && items.get(gone).firstIndex <= index) {
      gone++;
    }
    items.subList(0, gone).clear();
  }

  private void resume(Checkpoint checkpoint, long start) {
    if (checkpoint.baseIndex() < baseIndex) {
      items.clear();
    }
    unknown.removeIf(each -> each.end() <= checkpoint.neededFrom() || checkpoint.repairs(each));
    removeFrom(checkpoint.lastIndex() + 1);
    base(checkpoint.baseIndex(), checkpoint.baseTerm());
    if (unknown.isEmpty() && end() < checkpoint.lastIndex() && !endsInHole()) {
      items.add(new Item(end() + 1, checkpoint.state().term(), start, null));
    }
  }

  private boolean endsInHole() {
    return !items.isEmpty() && items.getLast().batch == null;
  }

  private long end() {
    return items.isEmpty() ? baseIndex : lastOf(items.size() - 1);
  }

  /** Of a lost one at the end, at least its first entry. */
  private long lastOf(int at) {
    EntryBatch batch = items.get(at).batch;
    if (batch != null) {
      return batch.lastIndex();
    }
    return at + 1 < items.size() ? items.get(at + 1).firstIndex - 1 : items.get(at).firstIndex;
  }

  /**
   * What is left if the group rests on a snapshot.
   *
   * @param snapshot the newest one that can be read; index 0 where there is none
   */
  Left on(SnapshotMark snapshot) {
    if (snapshot.index() < baseIndex) {
      return new Left(snapshot.index(), snapshot.term(), List.of(), true, List.copyOf(unknown));
    }
    int covering = covering(snapshot.index());
    if (snapshot.index() > baseIndex) {
      if (!agrees(covering, snapshot)) {
        // Received, and newer than the log, or of another history: it takes the log's place.
        boolean inDoubt = !unknown.isEmpty() || !isWhole(baseIndex, 0, items.size());
        return new Left(
            snapshot.index(), snapshot.term(), List.of(), inDoubt, List.copyOf(unknown));
      }
      if (!isWhole(baseIndex, 0, covering + 1)) {
        return left(snapshot.index(), snapshot.term(), covering + 1);
      }
    }
    return left(baseIndex, baseTerm, 0);
  }

  /** Whether an item ends with the snapshot's last entry. Of a lost one, the term is enough. */
  private boolean agrees(int at, SnapshotMark snapshot) {
    if (at < 0 || items.get(at).term != snapshot.term()) {
      return false;
    }
    boolean isLostAtEnd = items.get(at).batch == null && at == items.size() - 1;
    return isLostAtEnd || lastOf(at) == snapshot.index();
  }

  /** The last item that begins at or before {@code index}; -1 where there is none. */
  private int covering(long index) {
    int at = items.size() - 1;
    while (at >= 0 && items.get(at).firstIndex > index) {
      at--;
    }
    return at;
  }

  private Left left(long index, long term, int from) {
    List<LogEvent.Batch> batches = new ArrayList<>();
    long last = index;
    for (int i = from; i < items.size(); i++) {
      EntryBatch batch = items.get(i).batch;
      if (batch == null || batch.firstIndex() != last + 1) {
        break;
      }
      batches.add(new LogEvent.Batch(items.get(i).start, 0, batch));
      last = batch.lastIndex();
    }
    boolean inDoubt = !unknown.isEmpty() || from + batches.size() < items.size();
    return new Left(index, term, batches, inDoubt, List.copyOf(unknown));
  }

  /** Whether the items of a range follow {@code index} without a hole. */
  private boolean isWhole(long index, int from, int to) {
    long last = index;
    for (int i = from; i < to; i++) {
      EntryBatch batch = items.get(i).batch;
      if (batch == null || batch.firstIndex() != last + 1) {
        return false;
      }
      last = batch.lastIndex();
    }
    return true;
  }
}
