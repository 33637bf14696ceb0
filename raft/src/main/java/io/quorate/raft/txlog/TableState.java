package io.quorate.raft.txlog;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.TxHead;
import io.quorate.raft.txlog.TableReply.Acquired;
import io.quorate.raft.txlog.TableReply.Conflict;
import io.quorate.raft.txlog.TableReply.Done;
import io.quorate.raft.txlog.TableReply.Fenced;
import io.quorate.raft.txlog.TableReply.Full;
import io.quorate.raft.txlog.TableReply.Held;
import io.quorate.raft.txlog.TableReply.Locked;
import io.quorate.raft.txlog.TableReply.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All transactions, and what is decided about them. No decision depends on anything but the
 * commands before it; sets whose order could depend on a hash are never walked.
 */
final class TableState {
  /** How many ended transactions a command forgets at most, so that none takes long. */
  static final int FORGET_MAX = 64;

  /** Who holds the log. An empty owner is nobody. */
  record Holder(long epoch, String owner, Duration lease, Instant expires) {
    static final Holder NOBODY = new Holder(0, "", Duration.ZERO, Instant.MIN);
  }

  private final TreeMap<TxId, Tx> transactions = new TreeMap<>();
  private final Map<String, TxId> locks = new HashMap<>();
  private final TableIndex index = new TableIndex();

  /** The latest time told. No record has a later one. */
  private Instant latest = Instant.MIN;

  private Holder holder = Holder.NOBODY;
  private TableLimits limits = TableLimits.defaults();
  private long liveBytes;
  private long retainedBytes;

  TableState() {}

  /** A state that was read from a snapshot, still without its transactions. */
  TableState(Instant latest, Holder holder, TableLimits limits) {
    this.latest = latest;
    this.holder = holder;
    this.limits = limits;
  }

  Instant latest() {
    return latest;
  }

  Holder holder() {
    return holder;
  }

  TableLimits limits() {
    return limits;
  }

  /** In the order of ids. */
  Collection<Tx> transactions() {
    return transactions.values();
  }

  /** Decides a command, and does what it decides. */
  TableReply apply(TableCommand command) {
    if (command.reading().isAfter(latest)) {
      latest = command.reading();
    }
    Outcome outcome =
        switch (command) {
          case TableCommand.Acquire acquire -> acquire(acquire);
          case TableCommand.Renew renew -> renew(renew.epoch());
          case TableCommand.Release release -> release(release.epoch());
          case TableCommand.Append append -> append(append.epoch(), append.records());
          case TableCommand.Tick tick -> new Done();
        };
    forget();
    return new TableReply(latest, outcome);
  }

  private Outcome acquire(TableCommand.Acquire asked) {
    boolean another = !holder.owner.isEmpty() && !holder.owner.equals(asked.owner());
    if (another && holder.expires.isAfter(latest)) {
      return new Held(holder.owner, Duration.between(latest, holder.expires));
    }
    long epoch = holder.epoch + 1;
    holder = new Holder(epoch, asked.owner(), asked.lease(), LogClock.plus(latest, asked.lease()));
    limits = asked.limits();
    index.handOver();
    return new Acquired(epoch);
  }

  private boolean isNewest(long epoch) {
    return epoch == holder.epoch && epoch != 0;
  }

  private Outcome renew(long epoch) {
    if (!isNewest(epoch)) {
      return new Fenced(holder.epoch);
    }
    Instant expires = LogClock.plus(latest, holder.lease);
    holder = new Holder(epoch, holder.owner, holder.lease, expires);
    return new Done();
  }

  private Outcome release(long epoch) {
    if (!isNewest(epoch)) {
      return new Fenced(holder.epoch);
    }
    holder = new Holder(epoch, "", holder.lease, latest);
    return new Done();
  }

  private Outcome append(long epoch, List<LogRecord> records) {
    if (!isNewest(epoch)) {
      return new Fenced(holder.epoch);
    }
    LogRecord first = records.getFirst();
    Tx before = transactions.get(first.tx());
    if (before != null && before.hasEnded()) {
      return new Conflict(Conflict.ENDED);
    }
    int expected = before == null ? 0 : before.head().seq() + 1;
    if (first.seq() != expected) {
      return new Conflict(expected);
    }
    if (before == null && liveBytes >= limits.liveBytesMax()) {
      return new Full(liveBytes);
    }
    for (String lock : sortedLocks(records)) {
      TxId other = locks.get(lock);
      if (other != null && !other.equals(first.tx())) {
        return new Locked(other, lock);
      }
    }
    if (before == null) {
      put(Tx.begun(records, epoch, latest));
    } else {
      remove(before);
      put(before.with(records, epoch, latest));
    }
    return new Done();
  }

  private static Set<String> sortedLocks(List<LogRecord> records) {
    TreeSet<String> sorted = new TreeSet<>();
    records.forEach(each -> sorted.addAll(each.locks()));
    return sorted;
  }

  /**
   * Adds a transaction that is not there.
   *
   * @throws IllegalArgumentException another one holds one of its locks
   */
  void put(Tx tx) {
    transactions.put(tx.id(), tx);
    index.add(tx.head(), holder.epoch);
    for (String lock : tx.locks()) {
      TxId other = locks.put(lock, tx.id());
      if (other != null) {
        throw new IllegalArgumentException(
            "lock %s: held by %s and %s (expected: one holder)".formatted(lock, other, tx.id()));
      }
    }
    account(tx, tx.bytes());
  }

  private void remove(Tx tx) {
    transactions.remove(tx.id());
    index.remove(tx.head(), holder.epoch);
    tx.locks().forEach(locks::remove);
    account(tx, -tx.bytes());
  }

  private void account(Tx tx, long bytes) {
    if (tx.hasEnded()) {
      retainedBytes += bytes;
    } else {
      liveBytes += bytes;
    }
  }

  /** Forgets what ended too long ago, or is too much. */
  private void forget() {
    for (int i = 0; i < FORGET_MAX; i++) {
      TxId id = index.longestEnded();
      if (id == null) {
        return;
      }
      Tx tx = requireNonNull(transactions.get(id));
      Instant until = LogClock.plus(tx.head().changedAt(), limits.retention());
      if (retainedBytes <= limits.retainedBytesMax() && until.isAfter(latest)) {
        return;
      }
      remove(tx);
    }
  }

  List<LogRecord> read(TxId id) {
    Tx tx = transactions.get(id);
    return tx == null ? List.of() : tx.records();
  }

  Optional<TxHead> head(TxId id) {
    Tx tx = transactions.get(id);
    return tx == null ? Optional.empty() : Optional.of(tx.head());
  }

  /** What is due under {@code epoch}; empty where that is not the newest. */
  Optional<List<TxHead>> due(long epoch, Instant now, int limit) {
    return isNewest(epoch) ? Optional.of(heads(index.due(now, limit))) : Optional.empty();
  }

  List<TxHead> list(Set<TxHead.Status> statuses, @Nullable TxId after, int limit) {
    return heads(index.list(statuses, after, limit));
  }

  private List<TxHead> heads(List<TxId> ids) {
    List<TxHead> heads = new ArrayList<>(ids.size());
    ids.forEach(id -> heads.add(requireNonNull(transactions.get(id)).head()));
    return heads;
  }

  /** What transactions that have not ended hold, in bytes. */
  long liveBytes() {
    return liveBytes;
  }

  /** What ended transactions hold, in bytes. */
  long retainedBytes() {
    return retainedBytes;
  }
}
