package io.quorate.core.tx.log.file;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Ended transactions, the longest ended first, until their time or the room for them is over. */
final class Retention {
  private final Duration time;
  private final long bytesMax;
  private final Consumer<Entry> forget;
  private final ConcurrentLinkedQueue<Entry> ended = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger size = new AtomicInteger();
  private final ReentrantLock trimming = new ReentrantLock();

  /**
   * @param forget takes an entry out of the table; called without any entry's lock held
   */
  Retention(FileLogConfig config, Consumer<Entry> forget) {
    this.time = config.retention();
    this.bytesMax = config.retainedBytesMax();
    this.forget = forget;
  }

  /** Takes entries in that ended in any order. */
  void addAll(List<Entry> entries) {
    entries.stream().sorted(Comparator.comparing(Entry::changedAt)).forEach(this::add);
  }

  /** Takes one in that ended last. With the entry's lock held; it does not change any more. */
  void add(Entry entry) {
    bytes.addAndGet(entry.bytes());
    size.incrementAndGet();
    ended.add(entry);
  }

  /** Forgets what is over. Whoever finds another thread at it leaves it to that one. */
  void trim(Instant now) {
    if (!isOver(ended.peek(), now) || !trimming.tryLock()) {
      return;
    }
    try {
      for (Entry next = ended.peek(); isOver(next, now); next = ended.peek()) {
        ended.remove();
        bytes.addAndGet(-next.bytes());
        size.decrementAndGet();
        forget.accept(next);
      }
    } finally {
      trimming.unlock();
    }
  }

  private boolean isOver(@Nullable Entry entry, Instant now) {
    return entry != null
        && (bytes.get() > bytesMax
            || Duration.between(entry.changedAt(), now).compareTo(time) >= 0);
  }

  long bytes() {
    return bytes.get();
  }

  int size() {
    return size.get();
  }
}
