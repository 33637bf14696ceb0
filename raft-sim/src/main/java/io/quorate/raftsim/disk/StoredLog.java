package io.quorate.raftsim.disk;

import io.quorate.raft.log.EntryBatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Batches one after the other, and where they begin. Not safe for use by several threads. */
public final class StoredLog {
  private long baseIndex;
  private long baseTerm;
  private final ArrayList<EntryBatch> batches = new ArrayList<>();

  /** The last entry that is gone; 0 where none is. */
  public long baseIndex() {
    return baseIndex;
  }

  /** The term of that entry. */
  public long baseTerm() {
    return baseTerm;
  }

  /** The last entry there is. */
  public long lastIndex() {
    return batches.isEmpty() ? baseIndex : batches.getLast().lastIndex();
  }

  /** The term of the last entry there is. */
  public long lastTerm() {
    return batches.isEmpty() ? baseTerm : batches.getLast().term();
  }

  /** The term of an entry; -1 where that is not known. */
  public long term(long index) {
    if (index == baseIndex) {
      return baseTerm;
    }
    EntryBatch batch = batchOf(index);
    return batch == null ? -1 : batch.term();
  }

  /** The batch that has an entry; null where none has. */
  public @Nullable EntryBatch batchOf(long index) {
    return index <= baseIndex || index > lastIndex() ? null : batches.get(slot(index));
  }

  private int slot(long index) {
    int low = 0;
    int high = batches.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (batches.get(middle).firstIndex() <= index) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** Adds a batch, which follows the last one. */
  public void append(EntryBatch batch) {
    if (batch.firstIndex() != lastIndex() + 1) {
      throw new IllegalStateException(
          "batch: %d (expected: %d, behind the last)"
              .formatted(batch.firstIndex(), lastIndex() + 1));
    }
    batches.add(batch);
  }

  /** Drops all from an entry on. */
  public void truncateFrom(long firstIndex) {
    while (!batches.isEmpty() && batches.getLast().lastIndex() >= firstIndex) {
      batches.removeLast();
    }
  }

  /** Drops the batches that end at or before an entry. */
  public void compactTo(long index) {
    int gone = 0;
    while (gone < batches.size() && batches.get(gone).lastIndex() <= index) {
      baseIndex = batches.get(gone).lastIndex();
      baseTerm = batches.get(gone).term();
      gone++;
    }
    batches.subList(0, gone).clear();
  }

  /** Drops all, and goes on behind an entry. */
  public void resetTo(long index, long term) {
    batches.clear();
    baseIndex = index;
    baseTerm = term;
  }

  /** All batches of a range of whole batches; null where one of them is not there. */
  public @Nullable List<EntryBatch> range(long firstIndex, long lastIndex) {
    EntryBatch first = batchOf(firstIndex);
    EntryBatch last = batchOf(lastIndex);
    if (first == null || last == null || firstIndex > lastIndex) {
      return null;
    }
    return List.copyOf(batches.subList(slot(firstIndex), slot(lastIndex) + 1));
  }

  /** All batches. */
  public List<EntryBatch> all() {
    return List.copyOf(batches);
  }

  /** The same, on its own from now on. */
  public StoredLog copy() {
    StoredLog copy = new StoredLog();
    copy.baseIndex = baseIndex;
    copy.baseTerm = baseTerm;
    copy.batches.addAll(batches);
    return copy;
  }
}
