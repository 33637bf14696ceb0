package io.quorate.testkit.sim;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.TxHead;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What several {@link SimTransactionLog}s, as of several processes, share: the durable records, and
 * behind them the appends of the newest writer that are not durable yet. All access under {@link
 * #guard}.
 */
final class SimLogDisk {
  final ReentrantLock guard = new ReentrantLock();

  private final Map<TxId, Chain> chains = new HashMap<>();
  private final Map<String, TxId> locks = new HashMap<>();

  /** Appends that a crash may lose, oldest first; all by {@link #writer}. */
  private final List<Pending> pending = new ArrayList<>();

  private @Nullable SimTransactionLog writer;
  private Epoch newest = Epoch.NONE;
  private @Nullable Lease lease;
  private Instant latest = Instant.MIN;

  /** One append that is not durable yet. */
  private record Pending(Chain chain, int size) {}

  /** A record with what the log adds to it. */
  private record Entry(LogRecord record, long epoch, Instant at) {}

  private record Lease(SimTransactionLog log, Epoch epoch, Duration length, Instant until) {}

  /** The records of one transaction. */
  private static final class Chain {
    final List<Entry> entries = new ArrayList<>();

    /** How many of {@link #entries}, from the first, are durable. */
    int durable;
  }

  /** The log's time, which does not go back even where {@code clock} does. */
  Instant time(Instant clock) {
    if (clock.isAfter(latest)) {
      latest = clock;
    }
    return latest;
  }

  Epoch newest() {
    return newest;
  }

  /** The owner that has to be waited for, and for how long; {@code null} where there is none. */
  Map.@Nullable Entry<String, Duration> holder(String asking, Instant now) {
    Lease held = lease;
    if (held == null || held.epoch().owner().equals(asking) || !now.isBefore(held.until())) {
      return null;
    }
    return Map.entry(held.epoch().owner(), Duration.between(now, held.until()));
  }

  /** Acquiring is itself written durably; what another writer had not written by then is lost. */
  Epoch acquire(SimTransactionLog log, String owner, Duration length, Instant now) {
    if (writer == log) {
      persist(pending.size());
    } else {
      lose();
    }
    newest = new Epoch(owner, newest.number() + 1);
    lease = new Lease(log, newest, length, now.plus(length));
    writer = log;
    return newest;
  }

  void renew(Instant now) {
    Lease held = lease;
    if (held != null) {
      lease = new Lease(held.log(), held.epoch(), held.length(), now.plus(held.length()));
    }
  }

  void release(Epoch epoch) {
    Lease held = lease;
    if (held != null && held.epoch().equals(epoch)) {
      lease = null;
    }
  }

  void releaseAll(SimTransactionLog log) {
    Lease held = lease;
    if (held != null && held.log() == log) {
      lease = null;
    }
  }

  /** How many records the transaction has, those not durable included. */
  int size(TxId tx) {
    Chain chain = chains.get(tx);
    return chain == null ? 0 : chain.entries.size();
  }

  boolean isEnded(TxId tx) {
    Chain chain = chains.get(tx);
    return chain != null
        && !chain.entries.isEmpty()
        && chain.entries.getLast().record().kind() == LogRecord.Kind.END;
  }

  @Nullable TxId lockHolder(String lock) {
    return locks.get(lock);
  }

  Map<String, TxId> locks() {
    return Map.copyOf(locks);
  }

  void append(SimTransactionLog log, long epoch, List<LogRecord> records, Instant now) {
    Chain chain = chains.computeIfAbsent(records.getFirst().tx(), tx -> new Chain());
    boolean forced = false;
    for (LogRecord record : records) {
      chain.entries.add(new Entry(record, epoch, now));
      forced |= record.force() == LogRecord.Force.FORCED;
      applyLocks(record);
    }
    writer = log;
    pending.add(new Pending(chain, records.size()));
    if (forced) {
      persist(pending.size());
    }
  }

  private void applyLocks(LogRecord record) {
    if (record.kind() == LogRecord.Kind.END) {
      locks.values().removeIf(record.tx()::equals);
    } else {
      for (String lock : record.locks()) {
        locks.put(lock, record.tx());
      }
    }
  }

  int pending(SimTransactionLog log) {
    return writer == log ? pending.size() : 0;
  }

  /** Makes the first {@code appends} durable. */
  void persist(int appends) {
    List<Pending> written = pending.subList(0, appends);
    for (Pending append : written) {
      append.chain().durable += append.size();
    }
    written.clear();
  }

  /** Loses all that is not durable. */
  void lose() {
    if (pending.isEmpty()) {
      return;
    }
    for (Pending append : pending) {
      Chain chain = append.chain();
      chain.entries.subList(chain.durable, chain.entries.size()).clear();
    }
    pending.clear();
    chains.values().removeIf(chain -> chain.entries.isEmpty());
    locks.clear();
    for (Chain chain : chains.values()) {
      for (Entry entry : chain.entries) {
        applyLocks(entry.record());
      }
    }
  }

  List<LogRecord> read(TxId tx) {
    Chain chain = chains.get(tx);
    if (chain == null) {
      return List.of();
    }
    List<LogRecord> records = new ArrayList<>(chain.durable);
    for (Entry entry : chain.entries.subList(0, chain.durable)) {
      records.add(entry.record());
    }
    return records;
  }

  @Nullable TxHead head(TxId tx) {
    Chain chain = chains.get(tx);
    return chain == null || chain.durable == 0 ? null : head(chain, chain.durable);
  }

  /**
   * The heads of all transactions, in no order; with {@code all}, as of what is not durable too.
   */
  List<TxHead> heads(boolean all) {
    List<TxHead> heads = new ArrayList<>(chains.size());
    for (Chain chain : chains.values()) {
      int size = all ? chain.entries.size() : chain.durable;
      if (size > 0) {
        heads.add(head(chain, size));
      }
    }
    return heads;
  }

  private static TxHead head(Chain chain, int size) {
    Entry last = chain.entries.get(size - 1);
    return new TxHead(
        last.record().tx(),
        last.record().seq(),
        TxHead.Status.after(last.record().kind()),
        last.record().due(),
        last.epoch(),
        chain.entries.getFirst().at(),
        last.at());
  }
}
