package io.quorate.core.tx.log.file;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LockHeldException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who holds which lock. Taking and writing down are one step under one mutex, so that a lock is
 * never seen as taken by a record that is then refused, and so that the order of takers is the
 * order of their records. Only appends that take or free locks come here.
 */
final class LockTable {

  /** Writes the record that takes locks. */
  interface Write {
    /** Returns the position behind it; throws where nothing was written. */
    long run();
  }

  private final ReentrantLock mutex = new ReentrantLock();
  private final Map<String, TxId> holders = new HashMap<>();

  /**
   * Takes all names for {@code tx} with the record that {@code write} writes, or none.
   *
   * @return what {@code write} returned
   */
  long take(TxId tx, Set<String> names, Write write) throws LockHeldException {
    mutex.lock();
    try {
      for (String name : names) {
        TxId holder = holders.get(name);
        if (holder != null && !holder.equals(tx)) {
          throw new LockHeldException(name, holder);
        }
      }
      return hold(tx, names, write);
    } finally {
      mutex.unlock();
    }
  }

  /** Taken before it is written down, because taking may fail, and giving back cannot. */
  private long hold(TxId tx, Set<String> names, Write write) {
    List<String> taken = new ArrayList<>(names.size());
    boolean written = false;
    try {
      for (String name : names) {
        if (holders.putIfAbsent(name, tx) == null) {
          taken.add(name);
        }
      }
      long position = write.run();
      written = true;
      return position;
    } finally {
      if (!written) {
        taken.forEach(holders::remove);
      }
    }
  }

  /** Gives names back to the transaction whose records say that it holds them. */
  void restore(TxId tx, Set<String> names) {
    mutex.lock();
    try {
      for (String name : names) {
        TxId other = holders.put(name, tx);
        if (other != null) {
          throw new IllegalArgumentException(
              "lock %s: held by %s and %s (expected: one holder)".formatted(name, other, tx));
        }
      }
    } finally {
      mutex.unlock();
    }
  }

  /** Frees what {@code tx} holds, once its last record has been written. */
  void free(Set<String> names) {
    mutex.lock();
    try {
      names.forEach(holders::remove);
    } finally {
      mutex.unlock();
    }
  }
}
