package io.quorate.core.tx.runtime;

import io.quorate.core.retry.Retry;
import io.quorate.core.tx.TxId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Those that could not be taken up, each with the reason, and each brought back later and later. An
 * entry outlives its transaction's being taken up, until that has ended: one that fails again at
 * once has not become a new one.
 */
final class SetAside {

  /** How far apart the attempts at one transaction are. */
  static final Retry RETRY = Retry.exponential(Duration.ofSeconds(1), Duration.ofMinutes(5));

  /** Runs something later; see {@link TransactionRuntime#after}. */
  interface Later {
    void after(Duration pause, Runnable task);
  }

  private static final class Entry {
    private String why = "";
    private int failures;

    /** Whether it is aside now; else it was, and has not ended since. */
    private boolean aside;

    /** Whether it was the log that did not answer, not the transaction that does not fit. */
    private boolean away;

    /** Whether a time is set at which it comes back: one at most, whoever asks for it meanwhile. */
    private boolean armed;
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final TreeMap<TxId, Entry> entries = new TreeMap<>();
  private final Later later;
  private final Consumer<TxId> comeBack;

  /** How many {@link #entries} there are: nearly always none, and then nobody needs the lock. */
  private volatile int size;

  SetAside(Later later, Consumer<TxId> comeBack) {
    this.later = later;
    this.comeBack = comeBack;
  }

  /** Sets a transaction aside; says whether that is news: the first time, or another reason. */
  boolean put(TxId tx, String why, boolean away) {
    lock.lock();
    try {
      Entry entry = entries.computeIfAbsent(tx, first -> new Entry());
      size = entries.size();
      boolean news = !why.equals(entry.why);
      entry.why = why;
      entry.failures++;
      entry.aside = true;
      entry.away = away;
      if (!entry.armed) {
        entry.armed = true;
        comeBackAfter(RETRY.pauseAfter(entry.failures, tx.hashCode()), tx);
      }
      return news;
    } finally {
      lock.unlock();
    }
  }

  private void comeBackAfter(Duration pause, TxId tx) {
    boolean set = false;
    try {
      later.after(pause, () -> timeIsUp(tx));
      set = true;
    } finally {
      if (!set) {
        timeIsUp(tx);
      }
    }
  }

  private void timeIsUp(TxId tx) {
    lock.lock();
    try {
      Entry entry = entries.get(tx);
      if (entry == null) {
        return;
      }
      entry.armed = false;
      if (!entry.aside) {
        return;
      }
    } finally {
      lock.unlock();
    }
    comeBack.accept(tx);
  }

  /** The log answers again: those that only waited for that come back now. */
  void logIsBack() {
    List<TxId> waited = new ArrayList<>();
    lock.lock();
    try {
      entries.forEach(
          (tx, entry) -> {
            if (entry.aside && entry.away) {
              waited.add(tx);
            }
          });
    } finally {
      lock.unlock();
    }
    waited.forEach(comeBack);
  }

  /** It was taken up; says whether it had been aside. */
  boolean takenUp(TxId tx) {
    if (size == 0) {
      return false;
    }
    lock.lock();
    try {
      Entry entry = entries.get(tx);
      if (entry == null) {
        return false;
      }
      entry.aside = false;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** It has ended, or the log does not know it any more. */
  void forget(TxId tx) {
    if (size == 0) {
      return;
    }
    lock.lock();
    try {
      entries.remove(tx);
      size = entries.size();
    } finally {
      lock.unlock();
    }
  }

  boolean contains(TxId tx) {
    if (size == 0) {
      return false;
    }
    lock.lock();
    try {
      Entry entry = entries.get(tx);
      return entry != null && entry.aside;
    } finally {
      lock.unlock();
    }
  }

  /** Why a transaction cannot be taken up; {@code null} where nothing is known against it. */
  @Nullable String why(TxId tx) {
    if (size == 0) {
      return null;
    }
    lock.lock();
    try {
      Entry entry = entries.get(tx);
      return entry == null || !entry.aside || entry.away ? null : entry.why;
    } finally {
      lock.unlock();
    }
  }

  /** As many as are aside, or a few more. */
  int sizeMax() {
    return size;
  }

  /** In the order of their ids, at most {@code limit}, behind {@code after}. */
  List<SetAsideTransaction> list(@Nullable TxId after, int limit) {
    List<SetAsideTransaction> found = new ArrayList<>();
    lock.lock();
    try {
      var behind = after == null ? entries : entries.tailMap(after, false);
      for (var next : behind.entrySet()) {
        if (found.size() == limit) {
          break;
        }
        Entry entry = next.getValue();
        if (entry.aside) {
          found.add(new SetAsideTransaction(next.getKey(), entry.why, entry.failures));
        }
      }
    } finally {
      lock.unlock();
    }
    return found;
  }
}
