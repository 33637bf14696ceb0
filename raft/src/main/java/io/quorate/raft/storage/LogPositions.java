package io.quorate.raft.storage;

import io.quorate.raft.log.EntryBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where each batch of a group lies in the log of the disk, and the recent ones themselves.
 *
 * <p>Memory: 28 to 32 bytes a batch, and the cached batches. Guarded by the group's lock.
 */
final class LogPositions {
  private final long cacheBytesMax;

  private long baseIndex;
  private long baseTerm;
  private long lastIndex;

  /** Of batch i, at {@code from + i}: its first index, its term, where its record starts. */
  private long[] firsts = new long[16];

  private long[] terms = new long[16];
  private long[] starts = new long[16];

  /** Null for one that is not cached any more; those that are, are the last ones. */
  private @Nullable EntryBatch[] batches = new EntryBatch[16];

  private int from;
  private int count;

  /** The first slot that is cached. */
  private int cachedFrom;

  private long cachedBytes;

  LogPositions(long baseIndex, long baseTerm, long cacheBytesMax) {
    this.cacheBytesMax = cacheBytesMax;
    resetTo(baseIndex, baseTerm);
  }

  long baseIndex() {
    return baseIndex;
  }

  long baseTerm() {
    return baseTerm;
  }

  long lastIndex() {
    return lastIndex;
  }

  /** Where the oldest batch starts; {@link Long#MAX_VALUE} where there is none. */
  long neededFrom() {
    return count == 0 ? Long.MAX_VALUE : starts[from];
  }

  /** Adds a batch that is found on the disk. */
  void restore(long firstIndex, long term, long start, long lastIndex) {
    add(firstIndex, term, start, lastIndex);
    cachedFrom = from + count;
  }

  /** Adds a batch that is being written. */
  void append(EntryBatch batch, long start, long durablePosition) {
    add(batch.firstIndex(), batch.term(), start, batch.lastIndex());
    batches[from + count - 1] = batch;
    cachedBytes += batch.sizeBytes();
    evict(durablePosition);
  }

  private void add(long firstIndex, long term, long start, long last) {
    if (from + count == firsts.length) {
      makeRoom();
    }
    int at = from + count;
    firsts[at] = firstIndex;
    terms[at] = term;
    starts[at] = start;
    count++;
    lastIndex = last;
  }

  /** Lets go of the oldest cached batches that are too much, and can be read from the disk. */
  private void evict(long durablePosition) {
    while (cachedBytes > cacheBytesMax
        && cachedFrom < from + count - 1
        && starts[cachedFrom + 1] <= durablePosition) {
      forget(cachedFrom);
      cachedFrom++;
    }
  }

  private void forget(int slot) {
    EntryBatch batch = batches[slot];
    if (batch != null) {
      cachedBytes -= batch.sizeBytes();
      batches[slot] = null;
    }
  }

  /** Whether a batch begins at {@code index}. */
  boolean beginsAt(long index) {
    return index > baseIndex && index <= lastIndex && firsts[slot(index)] == index;
  }

  /** Whether a batch, or what is gone, ends at {@code index}. */
  boolean endsAt(long index) {
    return index == baseIndex || index == lastIndex || beginsAt(index + 1);
  }

  /** Drops the batches from the one that begins at {@code first} on. */
  void truncateFrom(long first) {
    int slot = slot(first);
    for (int i = from + count - 1; i >= slot; i--) {
      forget(i);
    }
    count = slot - from;
    cachedFrom = Math.min(cachedFrom, slot);
    lastIndex = first - 1;
  }

  /** Drops the batches that end at or before {@code index}. */
  void compactTo(long index) {
    while (count > 0 && last(from) <= index) {
      baseIndex = last(from);
      baseTerm = terms[from];
      forget(from);
      from++;
      count--;
    }
    cachedFrom = Math.max(cachedFrom, from);
  }

  /** Forgets all batches. */
  void resetTo(long index, long term) {
    for (int i = from; i < from + count; i++) {
      forget(i);
    }
    from = 0;
    count = 0;
    cachedFrom = 0;
    baseIndex = index;
    baseTerm = term;
    lastIndex = index;
  }

  /** The batches from the one that begins at {@code first} to the one that ends at {@code last}. */
  EntryRange.Part[] parts(long first, long last) {
    int begin = slot(first);
    int end = slot(last) + 1;
    EntryRange.Part[] parts = new EntryRange.Part[end - begin];
    for (int i = begin; i < end; i++) {
      parts[i - begin] = new EntryRange.Part(firsts[i], terms[i], starts[i], batches[i]);
    }
    return parts;
  }

  long cachedBytes() {
    return cachedBytes;
  }

  private long last(int slot) {
    return slot == from + count - 1 ? lastIndex : firsts[slot + 1] - 1;
  }

  private int slot(long index) {
    int end = from + count;
    if (firsts[end - 1] <= index) {
      return end - 1;
    }
    int found = Arrays.binarySearch(firsts, from, end, index);
    return found >= 0 ? found : -found - 2;
  }

  private void makeRoom() {
    int size = count > firsts.length / 2 ? firsts.length * 2 : firsts.length;
    firsts = moved(firsts, size);
    terms = moved(terms, size);
    starts = moved(starts, size);
    @Nullable EntryBatch[] moved = new EntryBatch[size];
    System.arraycopy(batches, from, moved, 0, count);
    batches = moved;
    cachedFrom -= from;
    from = 0;
  }

  private long[] moved(long[] old, int size) {
    long[] moved = new long[size];
    System.arraycopy(old, from, moved, 0, count);
    return moved;
  }
}
