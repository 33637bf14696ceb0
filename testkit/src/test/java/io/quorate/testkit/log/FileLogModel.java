package io.quorate.testkit.log;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Kind;
import io.quorate.core.tx.log.TxHead.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a log must hold after a prefix of what was asked of it, by the shortest code that says so.
 */
final class FileLogModel {

  /** One accepted request, in the order of the log. */
  record Event(long epoch, Instant earliest, List<LogRecord> records) {
    boolean starts() {
      return records.isEmpty();
    }
  }

  /** What is known of one transaction. */
  private static final class Tx {
    final List<LogRecord> records = new ArrayList<>();
    long epoch;
    Instant changedAt = Instant.MIN;

    LogRecord last() {
      return records.getLast();
    }

    Status status() {
      return Status.after(last().kind());
    }

    Set<String> locks() {
      Set<String> all = new HashSet<>();
      if (status() != Status.ENDED) {
        records.forEach(r -> all.addAll(r.locks()));
      }
      return all;
    }
  }

  private final Map<TxId, Tx> transactions = new TreeMap<>();
  private long newest;

  /** The state after {@code events}. */
  static FileLogModel after(List<Event> events) {
    FileLogModel model = new FileLogModel();
    events.forEach(model::take);
    return model;
  }

  private void take(Event event) {
    newest = Math.max(newest, event.epoch());
    if (event.starts()) {
      return;
    }
    TxId id = event.records().getFirst().tx();
    if (event.records().getFirst().kind() == Kind.BEGIN) {
      transactions.remove(id); // An id that was forgotten begins anew.
    }
    Tx tx = transactions.computeIfAbsent(id, unknown -> new Tx());
    tx.records.addAll(event.records());
    tx.epoch = event.epoch();
    tx.changedAt = event.earliest();
  }

  long newest() {
    return newest;
  }

  /** Ended transactions whose time of being remembered is over at {@code now}. */
  void forget(Instant now, java.time.Duration retention) {
    transactions
        .values()
        .removeIf(tx -> tx.status() == Status.ENDED && !now.isBefore(tx.changedAt.plus(retention)));
  }

  /** One line per transaction, to be compared with the same of a log. */
  String lines() {
    return transactions.values().stream()
        .map(tx -> line(tx.records, tx.status(), tx.last().due(), tx.epoch))
        .collect(Collectors.joining("\n"));
  }

  static String line(List<LogRecord> records, Status status, @Nullable Instant due, long epoch) {
    String bodies =
        records.stream()
            .map(r -> r + ":" + java.util.Arrays.hashCode(r.body()))
            .collect(Collectors.joining(" "));
    return "%s due=%s epoch=%d %s".formatted(status, due, epoch, bodies);
  }

  /** Each lock with its holder. */
  Map<String, TxId> locks() {
    Map<String, TxId> locks = new TreeMap<>();
    transactions.forEach((id, tx) -> tx.locks().forEach(name -> locks.put(name, id)));
    return locks;
  }

  /** The ids that are due at {@code now} for an epoch newer than all. */
  Set<TxId> due(Instant now) {
    Set<TxId> ids = new HashSet<>();
    transactions.forEach(
        (id, tx) -> {
          Instant due = tx.last().due();
          if (tx.status() == Status.OPEN && (due == null || !due.isAfter(now))) {
            ids.add(id);
          }
        });
    return ids;
  }
}
