package io.quorate.core.telemetry;

import io.quorate.core.tx.TxId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The latest stretch of each transaction that has not ended, up to a bound: beyond it, the one that
 * began longest ago is no longer followed. Those of parked transactions are over, and kept for the
 * link.
 */
final class Stretches {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<TxId, Stretch> byTx = new LinkedHashMap<>();
  private final int max;

  Stretches(int max) {
    this.max = max;
  }

  @Nullable Stretch get(TxId tx) {
    lock.lock();
    try {
      return byTx.get(tx);
    } finally {
      lock.unlock();
    }
  }

  void put(TxId tx, Stretch stretch) {
    List<Stretch> left = new ArrayList<>(1);
    lock.lock();
    try {
      // Removed first, so that the order is by when the stretch began.
      Stretch before = byTx.remove(tx);
      if (before != null) {
        left.add(before);
      }
      byTx.put(tx, stretch);
      if (byTx.size() > max) {
        var eldest = byTx.entrySet().iterator();
        left.add(eldest.next().getValue());
        eldest.remove();
      }
    } finally {
      lock.unlock();
    }
    // Outside of the lock: the end of a span may run an exporter.
    left.forEach(Stretches::leave);
  }

  @Nullable Stretch remove(TxId tx) {
    lock.lock();
    try {
      return byTx.remove(tx);
    } finally {
      lock.unlock();
    }
  }

  /** Leaves all of them. */
  void clear() {
    List<Stretch> left;
    lock.lock();
    try {
      left = List.copyOf(byTx.values());
      byTx.clear();
    } finally {
      lock.unlock();
    }
    left.forEach(Stretches::leave);
  }

  private static void leave(Stretch stretch) {
    stretch.end("left");
  }
}
