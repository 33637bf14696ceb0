package io.quorate.core.tx.log.jdbc;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.LockHeldException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.tx.log.TransactionLogException;
import io.quorate.core.tx.log.TxHead;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which appends of a batch are written. Pure: what the tables hold goes in, what to write
 * and whom to refuse comes out; the appends are taken in their order, each seeing those before it.
 * A refused append leaves no trace, so that one transaction's conflict is nobody else's.
 */
final class BatchPlan {

  /**
   * What the tables hold, read under the lock on the epoch.
   *
   * @param epoch the newest epoch's number
   * @param heads the transactions of the batch that exist
   * @param locks who holds which of the locks the batch asks for
   */
  record Snapshot(String shard, long epoch, Map<TxId, Stored> heads, Map<String, String> locks) {}

  /**
   * What the plan needs to know of a stored head. What no log writes concerns the appends of its
   * transaction alone, and so is kept as it is until one of them is judged.
   *
   * @param status as in {@link Columns#status}
   */
  record Stored(int seq, int status) {}

  /**
   * A head to write.
   *
   * @param was the sequence it must have now; -1: it must not exist
   */
  record Head(int was, LogRecord last, long epoch) {
    int statusCode() {
      return Columns.code(TxHead.Status.after(last.kind()));
    }
  }

  /** A record to write. */
  record Row(LogRecord record, long epoch) {}

  private final Snapshot snapshot;
  private final Instant now;
  private final Map<TxId, Head> heads = new LinkedHashMap<>();
  private final List<Row> rows = new ArrayList<>();
  private final Map<String, TxId> taken = new LinkedHashMap<>();
  private final Set<TxId> ended = new HashSet<>();
  private final Map<PendingAppend, Exception> refused = new LinkedHashMap<>();

  private BatchPlan(Snapshot snapshot, Instant now) {
    this.snapshot = snapshot;
    this.now = now;
  }

  static BatchPlan of(Snapshot snapshot, List<PendingAppend> batch, Instant now) {
    BatchPlan plan = new BatchPlan(snapshot, now);
    for (PendingAppend append : batch) {
      @Nullable Exception refusal = plan.judge(append);
      if (refusal == null) {
        plan.accept(append);
      } else if (!plan.isWritten(append)) {
        plan.refused.put(append, refusal);
      }
    }
    // A transaction that ended in this batch holds nothing at the end of it.
    plan.taken.values().removeIf(plan.ended::contains);
    return plan;
  }

  private @Nullable Exception judge(PendingAppend append) {
    try {
      return refusalOf(append);
    } catch (LogDamagedException damaged) {
      return damaged;
    }
  }

  private @Nullable TransactionLogException refusalOf(PendingAppend append) {
    Epoch epoch = append.epoch;
    if (epoch.number() == Epoch.NONE.number() || epoch.number() != snapshot.epoch()) {
      return new FencedException(epoch, snapshot.epoch());
    }
    TxId tx = append.tx();
    int seq = append.records.getFirst().seq();
    int expected = seqOf(tx) + 1;
    if (hasEnded(tx)) {
      return SequenceConflictException.ended(tx, seq);
    }
    if (seq != expected) {
      return new SequenceConflictException(tx, seq, expected);
    }
    for (LogRecord record : append.records) {
      for (String lock : record.locks()) {
        @Nullable TxId holder = holderOf(lock);
        if (holder != null && !holder.equals(tx)) {
          return new LockHeldException(lock, holder);
        }
      }
    }
    return null;
  }

  private void accept(PendingAppend append) {
    TxId tx = append.tx();
    long epoch = append.epoch.number();
    @Nullable Head before = heads.get(tx);
    int was = before == null ? seqOf(tx) : before.was();
    for (LogRecord record : append.records) {
      rows.add(new Row(record, epoch));
      record.locks().forEach(lock -> taken.put(lock, tx));
    }
    heads.put(tx, new Head(was, append.last(), epoch));
    if (append.last().kind() == LogRecord.Kind.END) {
      ended.add(tx);
    }
  }

  /** A LAZY append whose COMMIT got no answer is not in conflict with itself. */
  private boolean isWritten(PendingAppend append) {
    return append.maybeWritten && seqOf(append.tx()) >= append.last().seq();
  }

  private int seqOf(TxId tx) {
    @Nullable Head planned = heads.get(tx);
    if (planned != null) {
      return planned.last().seq();
    }
    @Nullable Stored stored = snapshot.heads().get(tx);
    return stored == null ? -1 : stored.seq();
  }

  private boolean hasEnded(TxId tx) {
    @Nullable Stored stored = snapshot.heads().get(tx);
    return ended.contains(tx) || (stored != null && statusOf(tx, stored) == TxHead.Status.ENDED);
  }

  private TxHead.Status statusOf(TxId tx, Stored stored) {
    return Place.transaction(snapshot.shard(), tx.value())
        .read("status", stored.status(), Columns::status);
  }

  private @Nullable TxId holderOf(String lock) {
    @Nullable TxId holder = taken.get(lock);
    @Nullable String stored = snapshot.locks().get(lock);
    if (holder == null && stored != null) {
      holder = new Place(snapshot.shard(), "lock " + lock).read("tx", stored, TxId::new);
    }
    return holder == null || ended.contains(holder) ? null : holder;
  }

  /** When the batch is written, in the log's time. */
  Instant now() {
    return now;
  }

  /** The heads to write, one for each transaction. */
  Map<TxId, Head> heads() {
    return heads;
  }

  /** The records to write, in order. */
  List<Row> rows() {
    return rows;
  }

  /** The locks that have a new holder after the batch. */
  Map<String, TxId> taken() {
    return taken;
  }

  /** The transactions that end with the batch. */
  Set<TxId> ended() {
    return ended;
  }

  /** The appends that are refused, and why. */
  Map<PendingAppend, Exception> refused() {
    return refused;
  }

  /** The transactions a batch is about. */
  static Set<TxId> transactions(List<PendingAppend> batch) {
    Set<TxId> all = new HashSet<>();
    batch.forEach(append -> all.add(append.tx()));
    return all;
  }

  /** The locks a batch asks for. */
  static Set<String> locks(List<PendingAppend> batch) {
    Set<String> all = new HashSet<>();
    batch.forEach(append -> append.records.forEach(record -> all.addAll(record.locks())));
    return all;
  }

  /** Head columns that follow from the last record. */
  static long held(Head head) {
    return head.last().due() == null ? head.epoch() : 0;
  }

  /** When the transaction wants attention; for one in the hands of its epoch, since when it is. */
  Instant due(Head head) {
    @Nullable Instant due = head.last().due();
    return due == null ? now : due;
  }
}
