package io.quorate.raftsim.soak;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps the books of what clients were told, apart from the check of the history. Every write
 * raises the version of its key by one, so a version is one write: two that were acknowledged with
 * the same version, a version with two values, a refused value that is seen, or versions in the end
 * that no acknowledged or unknown write explains, each is a loss or a repetition.
 *
 * <p>Safe for use by many threads.
 */
final class Accounts {
  private static final class Key {
    final Map<Long, Long> values = new HashMap<>();
    final Set<Long> acknowledged = new HashSet<>();
    final Set<Long> refused = new HashSet<>();
    long unknown;
    long highest;
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Integer, Key> keys = new HashMap<>();
  private final Findings findings;

  Accounts(Findings findings) {
    this.findings = findings;
  }

  private void on(int key, java.util.function.Consumer<Key> act) {
    lock.lock();
    try {
      act.accept(keys.computeIfAbsent(key, number -> new Key()));
    } finally {
      lock.unlock();
    }
  }

  /** A write of {@code value} was acknowledged. */
  void wrote(int key, long version, long value) {
    on(
        key,
        books -> {
          if (!books.acknowledged.add(version)) {
            findings.add("k%d: two acknowledged writes made version %d".formatted(key, version));
          }
          see(key, books, version, value);
        });
  }

  /** A write of {@code value} was refused: it must never be seen. */
  void refused(int key, long value) {
    on(key, books -> books.refused.add(value));
  }

  /** Nobody knows of a write. */
  void unknown(int key) {
    on(key, books -> books.unknown++);
  }

  /** A client was shown this. */
  void saw(int key, long version, long value) {
    on(key, books -> see(key, books, version, value));
  }

  private void see(int key, Key books, long version, long value) {
    Long other = books.values.putIfAbsent(version, value);
    if (other != null && other != value) {
      findings.add("k%d: version %d is %d and %d".formatted(key, version, other, value));
    }
    books.highest = Math.max(books.highest, version);
  }

  /** The version of a key after all was over; 0 for one that was never written. */
  void settle(int key, long version) {
    on(
        key,
        books -> {
          if (books.highest > version) {
            findings.add(
                "k%d: version %d was acknowledged or shown, and %d is the last"
                    .formatted(key, books.highest, version));
          }
          long unexplained = version - books.acknowledged.size();
          if (unexplained > books.unknown) {
            findings.add(
                "k%d: %d writes applied; %d acknowledged and %d unknown do not explain them"
                    .formatted(key, version, books.acknowledged.size(), books.unknown));
          }
          books.values.forEach(
              (seen, value) -> {
                if (books.refused.contains(value)) {
                  findings.add("k%d: value %d was refused, and applied".formatted(key, value));
                }
              });
        });
  }

  /** How many writes were acknowledged. */
  long acknowledged() {
    lock.lock();
    try {
      return keys.values().stream().mapToLong(books -> books.acknowledged.size()).sum();
    } finally {
      lock.unlock();
    }
  }
}
