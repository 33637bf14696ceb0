package io.quorate.core.tx.log.file;

import io.quorate.core.tx.TxId;
import java.time.Instant;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Transactions that want, or will want, attention, the longest due first. What is in the hands of
 * the newest epoch is not in it. Safe for use by many threads; a key may be stale by the time it is
 * seen, which the transaction's own entry tells.
 */
final class DueIndex {

  /** Where a transaction stands in the index. */
  record Key(Instant at, TxId tx) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : tx.compareTo(other.tx);
    }
  }

  private final ConcurrentSkipListSet<Key> keys = new ConcurrentSkipListSet<>();

  void add(Key key) {
    keys.add(key);
  }

  void remove(Key key) {
    keys.remove(key);
  }

  /** All keys in order, weakly consistent. */
  Iterable<Key> inOrder() {
    return keys;
  }
}
