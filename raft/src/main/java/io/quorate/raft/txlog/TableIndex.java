package io.quorate.raft.txlog;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.log.TxHead.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Where to look for transactions: by when they want attention, by status, by when they ended. */
final class TableIndex {

  private record Key(Instant at, TxId tx) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : tx.compareTo(other.tx);
    }
  }

  /** What wants attention at a time, and what an older epoch held. */
  private final TreeSet<Key> due = new TreeSet<>();

  /** What has no time and is in the hands of the newest epoch. */
  private final TreeSet<Key> inHand = new TreeSet<>();

  private final TreeSet<Key> ended = new TreeSet<>();
  private final Map<Status, NavigableSet<TxId>> byStatus = new EnumMap<>(Status.class);

  TableIndex() {
    for (Status status : Status.values()) {
      byStatus.put(status, new TreeSet<>());
    }
  }

  private NavigableSet<TxId> of(Status status) {
    return byStatus.computeIfAbsent(status, missing -> new TreeSet<>());
  }

  void add(TxHead head, long newest) {
    of(head.status()).add(head.tx());
    NavigableSet<Key> place = place(head, newest);
    if (place != null) {
      place.add(key(head));
    }
  }

  /** Takes out what was added, under whichever epoch that was. */
  void remove(TxHead head, long newest) {
    of(head.status()).remove(head.tx());
    NavigableSet<Key> place = place(head, newest);
    if (place != null) {
      place.remove(key(head));
    }
  }

  private @Nullable NavigableSet<Key> place(TxHead head, long newest) {
    return switch (head.status()) {
      case OPEN -> head.due() == null && head.epoch() == newest ? inHand : due;
      case PARKED -> null;
      case ENDED -> ended;
    };
  }

  private static Key key(TxHead head) {
    Instant at = head.status() == Status.OPEN ? head.due() : null;
    return new Key(at == null ? head.changedAt() : at, head.tx());
  }

  /** A newer epoch starts: what was in hand is due. */
  void handOver() {
    due.addAll(inHand);
    inHand.clear();
  }

  /** What is due, the longest first. */
  List<TxId> due(Instant now, int limit) {
    List<TxId> found = new ArrayList<>();
    for (Key key : due) {
      if (found.size() == limit || key.at.isAfter(now)) {
        break;
      }
      found.add(key.tx);
    }
    return found;
  }

  /** Those in any of the statuses behind {@code after}, in order. */
  List<TxId> list(Set<Status> statuses, @Nullable TxId after, int limit) {
    return statuses.stream()
        .flatMap(
            status ->
                (after == null ? of(status) : of(status).tailSet(after, false))
                    .stream().limit(limit))
        .sorted()
        .limit(limit)
        .toList();
  }

  /** The one that ended longest ago. */
  @Nullable TxId longestEnded() {
    return ended.isEmpty() ? null : ended.first().tx;
  }
}
