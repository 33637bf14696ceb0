package io.quorate.raft.txlog;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.log.TxHead.Status;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One transaction. Immutable: a snapshot keeps it while the table goes on. */
final class Tx {
  /** What a transaction takes beside its records, in bytes, roughly. */
  static final int BYTES_FIXED = 512;

  /** What a record takes beside its encoded bytes, in bytes, roughly. */
  static final int RECORD_BYTES_FIXED = 96;

  /** The records of one append and of all before it: adding one copies none. */
  private record Appended(@Nullable Appended before, List<LogRecord> records) {}

  private final Appended appended;
  private final TxHead head;
  private final Set<String> locks;
  private final long bytes;

  private Tx(Appended appended, TxHead head, Set<String> locks, long bytes) {
    this.appended = appended;
    this.head = head;
    this.locks = locks;
    this.bytes = bytes;
  }

  /** A transaction that begins with {@code records}. */
  static Tx begun(List<LogRecord> records, long epoch, Instant at) {
    return of(null, records, Set.of(), BYTES_FIXED, epoch, at, at);
  }

  /** The transaction with {@code records} added. */
  Tx with(List<LogRecord> records, long epoch, Instant at) {
    return of(appended, records, locks, bytes, epoch, head.startedAt(), at);
  }

  /** A transaction that was read from a snapshot. */
  static Tx restored(List<LogRecord> records, long epoch, Instant startedAt, Instant changedAt) {
    return of(null, records, Set.of(), BYTES_FIXED, epoch, startedAt, changedAt);
  }

  private static Tx of(
      @Nullable Appended before,
      List<LogRecord> records,
      Set<String> held,
      long bytesBefore,
      long epoch,
      Instant startedAt,
      Instant changedAt) {
    LogRecord last = records.getLast();
    Status status = Status.after(last.kind());
    long bytes = bytesBefore;
    Set<String> locks = held;
    for (LogRecord each : records) {
      bytes += RECORD_BYTES_FIXED + RecordCodec.size(each);
      if (!each.locks().isEmpty()) {
        locks = new HashSet<>(locks);
        locks.addAll(each.locks());
      }
    }
    TxHead head =
        new TxHead(last.tx(), last.seq(), status, last.due(), epoch, startedAt, changedAt);
    return new Tx(
        new Appended(before, records), head, status == Status.ENDED ? Set.of() : locks, bytes);
  }

  TxId id() {
    return head.tx();
  }

  TxHead head() {
    return head;
  }

  boolean hasEnded() {
    return head.status() == Status.ENDED;
  }

  /** What it holds until it ends. */
  Set<String> locks() {
    return locks;
  }

  /** Its share of memory, in bytes. */
  long bytes() {
    return bytes;
  }

  /** All records in sequence. */
  List<LogRecord> records() {
    Deque<List<LogRecord>> parts = new ArrayDeque<>();
    for (Appended at = appended; at != null; at = at.before) {
      parts.push(at.records);
    }
    List<LogRecord> records = new ArrayList<>(head.seq() + 1);
    parts.forEach(records::addAll);
    return records;
  }
}
