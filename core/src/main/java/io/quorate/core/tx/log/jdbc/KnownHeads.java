package io.quorate.core.tx.log.jdbc;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where this log left the transactions it wrote last, so that a LAZY append can be judged without
 * asking the database. Only the newest epoch writes, and all its appends pass here: what is known
 * here is right, unless a newer epoch exists, and then the record is fenced when it is written.
 *
 * <p>Guarded by the queue's lock. At most {@value #ENTRIES_MAX} entries, about 3 MiB.
 */
final class KnownHeads {
  private static final int ENTRIES_MAX = 10_000;

  private record Known(int seq, long epoch) {}

  private final Map<TxId, Integer> inFlight = new HashMap<>();
  private final Map<TxId, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<TxId, Known> eldest) {
          return size() > ENTRIES_MAX;
        }
      };

  /** Takes a LAZY append in if it certainly follows; else the database has to judge. */
  boolean accepts(PendingAppend append) {
    TxId tx = append.tx();
    @Nullable Known head = known.get(tx);
    if (head == null
        || inFlight.containsKey(tx)
        || head.epoch() != append.epoch.number()
        || head.seq() + 1 != append.records.getFirst().seq()
        || append.records.stream().anyMatch(record -> !record.locks().isEmpty())) {
      return false;
    }
    remember(append);
    return true;
  }

  /** Notes an append whose fate the database decides. */
  void awaited(PendingAppend append) {
    inFlight.merge(append.tx(), 1, Integer::sum);
  }

  /** Notes the end of what {@link #awaited} began. */
  void decided(PendingAppend append, boolean written) {
    inFlight.computeIfPresent(append.tx(), (tx, count) -> count == 1 ? null : count - 1);
    if (written) {
      remember(append);
    } else {
      known.remove(append.tx());
    }
  }

  void forget(TxId tx) {
    known.remove(tx);
  }

  void forgetAll() {
    known.clear();
  }

  private void remember(PendingAppend append) {
    if (append.last().kind() == LogRecord.Kind.END) {
      known.remove(append.tx());
    } else {
      known.put(append.tx(), new Known(append.last().seq(), append.epoch.number()));
    }
  }
}
