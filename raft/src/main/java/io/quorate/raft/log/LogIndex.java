package io.quorate.raft.log;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where each batch of a log lies, of which term it is and how large, without its bytes; and the
 * configurations in it.
 *
 * <pre>
 *   1 ...... baseIndex | baseIndex+1 ............ lastIndex
 *   gone               | batches, each of one term; terms never fall
 * </pre>
 *
 * <p>Memory: 24 bytes a batch. Not safe for use by several threads.
 */
public final class LogIndex {

  /** A configuration and where it stands; index 0 for the one the log began with. */
  private record Placed(long index, Membership membership) {}

  private long baseIndex;
  private long baseTerm;
  private Placed baseMembership;

  /** Of batch i, at {@code from + i}: its first index, its term, and all bytes up to its end. */
  private long[] firsts = new long[16];

  private long[] terms = new long[16];
  private long[] ends = new long[16];
  private int from;
  private int count;

  /** Of those in the log, ascending; none at or before the base. */
  private final List<Placed> memberships = new ArrayList<>();

  private long lastIndex;

  /** All bytes of the batches before the first one held. */
  private long goneBytes;

  /**
   * A log that is empty but for what is gone.
   *
   * @param baseIndex the last entry that is gone; 0 where none is
   * @param baseTerm its term
   * @param snapshot the latest snapshot; it may reach further than what is gone
   */
  public LogIndex(long baseIndex, long baseTerm, SnapshotMark snapshot) {
    if (baseIndex < 0 || baseIndex > snapshot.index()) {
      throw new IllegalArgumentException(
          "baseIndex: %d (expected: 0..%d, the snapshot's index)"
              .formatted(baseIndex, snapshot.index()));
    }
    this.baseIndex = baseIndex;
    this.baseTerm = baseTerm;
    lastIndex = baseIndex;
    // Between the two, configurations may stand in the log; nobody can roll back to before them.
    baseMembership = new Placed(baseIndex, snapshot.membership());
  }

  /** The last entry that is gone. */
  public long baseIndex() {
    return baseIndex;
  }

  /** The term of the last entry that is gone. */
  public long baseTerm() {
    return baseTerm;
  }

  /** The last entry there is. */
  public long lastIndex() {
    return lastIndex;
  }

  /** The term of the last entry there is. */
  public long lastTerm() {
    return count == 0 ? baseTerm : terms[from + count - 1];
  }

  /** How many batches are held. */
  public int batches() {
    return count;
  }

  /** Who belongs to the group, by the last configuration in the log. */
  public Membership membership() {
    return latest().membership;
  }

  /** Where the last configuration stands. */
  public long membershipIndex() {
    return latest().index;
  }

  /** Who belonged to the group when {@code index}, not before the base, was the last entry. */
  public Membership membershipAt(long index) {
    for (int i = memberships.size() - 1; i >= 0; i--) {
      if (memberships.get(i).index <= index) {
        return memberships.get(i).membership;
      }
    }
    return baseMembership.membership;
  }

  private Placed latest() {
    return memberships.isEmpty() ? baseMembership : memberships.getLast();
  }

  /** Whether the term of {@code index} is known: it is the base, or in the log. */
  public boolean knows(long index) {
    return index >= baseIndex && index <= lastIndex;
  }

  /**
   * The term of an entry.
   *
   * @throws IllegalArgumentException it is not known
   */
  public long term(long index) {
    if (!knows(index)) {
      throw new IllegalArgumentException(
          "index: %d (expected: %d..%d)".formatted(index, baseIndex, lastIndex));
    }
    return index == baseIndex ? baseTerm : terms[slot(index)];
  }

  /** Whether an entry is known to have a term. */
  public boolean matches(long index, long term) {
    return knows(index) && term(index) == term;
  }

  /** The first index of the batch that holds {@code index}, which is in the log. */
  public long batchFirst(long index) {
    return firsts[slot(index)];
  }

  /** The last index of the batch that holds {@code index}; the base's for the base. */
  public long batchLast(long index) {
    if (index <= baseIndex) {
      return baseIndex;
    }
    return last(slot(index));
  }

  /**
   * The last entry of as many whole batches as fit, the first one in any case.
   *
   * @param first the first index of a batch
   * @param bytesMax how many bytes they may be accounted for together
   */
  public long lastWithin(long first, long bytesMax) {
    int slot = slot(first);
    long before = start(slot);
    int low = slot;
    int high = from + count - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (ends[middle] - before <= bytesMax) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return last(low);
  }

  /**
   * The first entry of the longest tail of whole batches that takes no more than {@code bytesMax};
   * behind the end if the last one is larger.
   */
  public long firstOfTail(long bytesMax) {
    long limit = goneBytes + bytes() - bytesMax;
    int low = from;
    int high = from + count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (start(middle) >= limit) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low == from + count ? lastIndex + 1 : firsts[low];
  }

  /**
   * What the batches from one that begins at {@code first} to one that ends at {@code last} take.
   */
  public long bytes(long first, long last) {
    return first > last ? 0 : ends[slot(last)] - start(slot(first));
  }

  /** What all batches held take, in bytes. */
  public long bytes() {
    return count == 0 ? 0 : ends[from + count - 1] - goneBytes;
  }

  /**
   * The last entry, at most {@code index}, whose term is at most {@code term}: where two logs may
   * agree at the earliest glance. The base where there is none.
   */
  public long lastNotAbove(long index, long term) {
    long at = Math.min(index, lastIndex);
    if (at <= baseIndex || term(at) <= term) {
      return Math.max(at, baseIndex);
    }
    int low = from - 1;
    int high = slot(at) - 1;
    while (low < high) {
      int middle = (low + high + 1) >> 1;
      if (terms[middle] <= term) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low < from ? baseIndex : last(low);
  }

  /** Adds a batch at the end. */
  public void append(EntryBatch batch) {
    requireNonNull(batch, "batch");
    if (batch.firstIndex() != lastIndex + 1 || batch.term() < lastTerm()) {
      throw new IllegalArgumentException(
          "batch: index %d, term %d (expected: index %d, term >= %d)"
              .formatted(batch.firstIndex(), batch.term(), lastIndex + 1, lastTerm()));
    }
    if (from + count == firsts.length) {
      makeRoom();
    }
    int at = from + count;
    firsts[at] = batch.firstIndex();
    terms[at] = batch.term();
    ends[at] = (count == 0 ? goneBytes : ends[at - 1]) + batch.sizeBytes();
    count++;
    lastIndex = batch.lastIndex();
    if (batch.payload() instanceof Payload.Configuration configuration) {
      memberships.add(new Placed(batch.firstIndex(), configuration.membership()));
    }
  }

  /** Drops the batches from the one that begins at {@code first} on. */
  public void truncateFrom(long first) {
    int slot = slot(first);
    if (firsts[slot] != first) {
      throw new IllegalArgumentException(
          "first: %d (expected: where a batch begins, %d)".formatted(first, firsts[slot]));
    }
    count = slot - from;
    lastIndex = first - 1;
    while (!memberships.isEmpty() && memberships.getLast().index >= first) {
      memberships.removeLast();
    }
  }

  /**
   * Drops the batches that end at or before {@code index}.
   *
   * @return the last entry that is gone now
   */
  public long compactTo(long index) {
    int gone = 0;
    while (gone < count && last(from + gone) <= index) {
      gone++;
    }
    if (gone > 0) {
      int lastGone = from + gone - 1;
      baseIndex = last(lastGone);
      baseTerm = terms[lastGone];
      goneBytes = ends[lastGone];
      from += gone;
      count -= gone;
      while (!memberships.isEmpty() && memberships.getFirst().index <= baseIndex) {
        baseMembership = memberships.removeFirst();
      }
    }
    return baseIndex;
  }

  /** Forgets all there is in favour of a snapshot. */
  public void resetTo(SnapshotMark snapshot) {
    from = 0;
    count = 0;
    memberships.clear();
    baseIndex = snapshot.index();
    baseTerm = snapshot.term();
    baseMembership = new Placed(snapshot.index(), snapshot.membership());
    lastIndex = baseIndex;
    goneBytes = 0;
  }

  private long start(int slot) {
    return slot == from ? goneBytes : ends[slot - 1];
  }

  private long last(int slot) {
    return slot == from + count - 1 ? lastIndex : firsts[slot + 1] - 1;
  }

  /** Where the batch that holds {@code index} is kept. */
  private int slot(long index) {
    if (index <= baseIndex || index > lastIndex) {
      throw new IllegalArgumentException(
          "index: %d (expected: %d..%d)".formatted(index, baseIndex + 1, lastIndex));
    }
    int end = from + count;
    // The end of the log is what is asked for most.
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
    ends = moved(ends, size);
    from = 0;
  }

  private long[] moved(long[] old, int size) {
    long[] moved = new long[size];
    System.arraycopy(old, from, moved, 0, count);
    return moved;
  }
}
