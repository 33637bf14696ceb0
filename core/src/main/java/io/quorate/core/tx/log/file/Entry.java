package io.quorate.core.tx.log.file;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.log.TxHead.Status;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One transaction in memory, as the bytes of its appends. Everything but {@link #tx} is guarded by
 * {@link #lock}, which is held while a record is written, so that the order of a transaction's
 * records in memory is their order in the log.
 */
final class Entry {
  /** What a transaction takes beside its encoded appends, in bytes, roughly. */
  static final int BYTES_FIXED = 512;

  private static final int BYTES_PER_PIECE = 40;

  final TxId tx;
  final ReentrantLock lock = new ReentrantLock();

  /** Each piece is one or more appends, in sequence. */
  private List<byte[]> pieces = new ArrayList<>(4);

  private long bytes = BYTES_FIXED;

  /** Where the oldest piece lies in the write-ahead log: it must not be truncated beyond. */
  private long oldest;

  /** Once this is durable, so is all that is here. */
  private long position;

  /** The last record's; -1 before there is one. */
  private int seq = -1;

  private Status status = Status.OPEN;
  private @Nullable Instant due;
  private long epoch;
  private Instant startedAt = Instant.MIN;
  private Instant changedAt = Instant.MIN;
  private Set<String> locks = Set.of();

  /** Where it stands in the index, if it does. */
  private DueIndex.@Nullable Key key;

  /** No longer in the table: whoever found it there before looks again. */
  private boolean forgotten;

  Entry(TxId tx) {
    this.tx = tx;
  }

  boolean isEmpty() {
    return seq < 0;
  }

  boolean hasEnded() {
    return status == Status.ENDED;
  }

  boolean isForgotten() {
    return forgotten;
  }

  void forget() {
    forgotten = true;
  }

  int seq() {
    return seq;
  }

  long oldest() {
    return oldest;
  }

  long position() {
    return position;
  }

  Instant changedAt() {
    return changedAt;
  }

  Set<String> locks() {
    return locks;
  }

  Status status() {
    return status;
  }

  /** Its share of memory, in bytes. */
  long bytes() {
    return bytes;
  }

  TxHead head() {
    return new TxHead(tx, seq, status, due, epoch, startedAt, changedAt);
  }

  /**
   * Takes one more append in.
   *
   * @param start where it starts in the write-ahead log
   * @param end where it ends there
   */
  void add(
      byte[] append, long start, long end, long writtenBy, Instant time, List<LogRecord> records) {
    if (isEmpty()) {
      oldest = start;
      startedAt = time;
    }
    // Not always in the order of the log while it is replayed.
    oldest = Math.min(oldest, start);
    position = Math.max(position, end);
    LogRecord last = records.getLast();
    pieces.add(append);
    bytes += BYTES_PER_PIECE + append.length;
    seq = last.seq();
    status = Status.after(last.kind());
    due = last.due();
    epoch = writtenBy;
    changedAt = time;
    for (LogRecord next : records) {
      hold(next.locks());
    }
    if (hasEnded()) {
      locks = Set.of();
    }
  }

  private void hold(Set<String> names) {
    if (!names.isEmpty()) {
      Set<String> more = new HashSet<>(locks);
      more.addAll(names);
      locks = more;
    }
  }

  /** It has ended and nothing is added any more: takes less room. */
  void compact(int pieceBytesMax) {
    replacePieces(joined(pieceBytesMax));
  }

  /**
   * The same bytes in fewer pieces.
   *
   * @param pieceBytesMax up to here, appends are joined; a larger one stays alone
   */
  List<byte[]> joined(int pieceBytesMax) {
    List<byte[]> joined = new ArrayList<>(1);
    int from = 0;
    while (from < pieces.size()) {
      int to = from + 1;
      int bytes = pieces.get(from).length;
      while (to < pieces.size() && bytes + pieces.get(to).length <= pieceBytesMax) {
        bytes += pieces.get(to++).length;
      }
      joined.add(joined(from, to, bytes));
      from = to;
    }
    return joined;
  }

  private byte[] joined(int from, int to, int bytes) {
    if (to == from + 1) {
      return pieces.get(from);
    }
    ByteBuffer all = ByteBuffer.allocate(bytes);
    pieces.subList(from, to).forEach(all::put);
    return all.array();
  }

  /** The pieces have been written again, from {@code start} on. */
  void carried(List<byte[]> rewritten, long start) {
    replacePieces(rewritten);
    oldest = start;
  }

  private void replacePieces(List<byte[]> fewer) {
    bytes -= (long) BYTES_PER_PIECE * (pieces.size() - fewer.size());
    pieces = fewer;
  }

  /** The bytes of all appends; the arrays are shared and never change. */
  List<byte[]> pieces() {
    return List.copyOf(pieces);
  }

  /** Moves it to where it belongs in the index while {@code newest} is the newest epoch. */
  void index(DueIndex index, long newest) {
    DueIndex.Key wanted = key(newest);
    DueIndex.Key old = key;
    if (old != null && !old.equals(wanted)) {
      index.remove(old);
    }
    if (wanted != null && !wanted.equals(old)) {
      index.add(wanted);
    }
    key = wanted;
  }

  private DueIndex.@Nullable Key key(long newest) {
    if (status != Status.OPEN) {
      return null;
    }
    if (due != null) {
      return new DueIndex.Key(due, tx);
    }
    return epoch < newest ? new DueIndex.Key(changedAt, tx) : null;
  }

  /** Whether a key seen in the index still tells where it stands. */
  boolean isAt(DueIndex.Key seen) {
    return seen.equals(key);
  }

  @Override
  public String toString() {
    return tx + "#" + seq + " " + status;
  }
}
