package io.quorate.core.tx.log.jdbc;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogUnavailableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Appends on their way to the writer: first in, first out, bounded in bytes. */
final class AppendQueue {
  private final long bytesMax;
  private final int batchRecordsMax;
  private final long batchBytesMax;
  private final long lazyNanos;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final Deque<PendingAppend> queue = new ArrayDeque<>();
  private final KnownHeads known = new KnownHeads();
  private long bytes;
  private int awaited;
  private boolean closing;
  private @Nullable Throwable broken;

  AppendQueue(JdbcLogConfig config) {
    bytesMax = config.queueBytesMax();
    batchRecordsMax = config.batchRecordsMax();
    batchBytesMax = config.batchBytesMax();
    lazyNanos = config.lazyFlushAfter().toNanos();
  }

  /**
   * Queues an append; waits while the queue is full. The result has to be waited for if it is
   * {@link PendingAppend#awaited}.
   */
  PendingAppend put(Epoch epoch, List<LogRecord> records) {
    boolean lazy = records.stream().allMatch(r -> r.force() == LogRecord.Force.LAZY);
    long size = JdbcLogConfig.bytesOf(records);
    lock.lock();
    try {
      // An append larger than the bound waits for an empty queue.
      while (!closing && broken == null && bytes > 0 && bytes + size > bytesMax) {
        room.awaitUninterruptibly();
      }
      if (closing) {
        throw new IllegalStateException("the log is closed");
      }
      if (broken != null) {
        throw new LogUnavailableException("the writer of the log has died", broken);
      }
      long nanos = Database.nanos();
      PendingAppend append = new PendingAppend(epoch, records, size, false, nanos);
      if (!lazy || !known.accepts(append)) {
        append = new PendingAppend(epoch, records, size, true, nanos);
        known.awaited(append);
        awaited++;
      }
      queue.addLast(append);
      bytes += size;
      work.signal();
      return append;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The next batch: at once if somebody waits for it, when the oldest LAZY append has waited long
   * enough if nobody does.
   *
   * @param idleNanos how long to wait for work
   * @return empty when there was no work; {@code null} when there will never be any again
   */
  @Nullable List<PendingAppend> take(long idleNanos) {
    lock.lock();
    try {
      long deadline = Database.nanos() + idleNanos;
      while (true) {
        if (awaited > 0 || (closing && !queue.isEmpty())) {
          return drain();
        }
        if (closing) {
          return null;
        }
        long wait;
        @Nullable PendingAppend oldest = queue.peekFirst();
        if (oldest == null) {
          wait = deadline - Database.nanos();
          if (wait <= 0) {
            return List.of();
          }
        } else {
          wait = oldest.queuedNanos + lazyNanos - Database.nanos();
          if (wait <= 0) {
            return drain();
          }
        }
        try {
          long unused = work.awaitNanos(wait);
        } catch (InterruptedException spurious) {
          // Nobody has a reason to interrupt the writer; the loop looks again.
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private List<PendingAppend> drain() {
    List<PendingAppend> batch = new ArrayList<>();
    int records = 0;
    long size = 0;
    for (PendingAppend next = queue.peekFirst(); next != null; next = queue.peekFirst()) {
      records += next.records.size();
      size += next.bytes;
      if (!batch.isEmpty() && (records > batchRecordsMax || size > batchBytesMax)) {
        break;
      }
      batch.add(queue.removeFirst());
      bytes -= next.bytes;
      awaited -= next.awaited ? 1 : 0;
    }
    room.signalAll();
    return batch;
  }

  /** Takes note of what became of an append, then tells whoever waits for it. */
  void decided(PendingAppend append, @Nullable Throwable failure) {
    lock.lock();
    try {
      if (append.awaited) {
        known.decided(append, failure == null);
      } else if (failure != null) {
        known.forget(append.tx());
      }
    } finally {
      lock.unlock();
    }
    if (failure == null) {
      append.done.complete(null);
    } else {
      append.done.completeExceptionally(failure);
    }
  }

  /** Puts LAZY appends that could not be written back to the front, in their order. */
  void putBack(List<PendingAppend> lazy) {
    lock.lock();
    try {
      for (PendingAppend append : lazy.reversed()) {
        queue.addFirst(append);
        bytes += append.bytes;
      }
      known.forgetAll();
    } finally {
      lock.unlock();
    }
  }

  /** To be called when an epoch has been acquired: what older ones left is not known any more. */
  void forgetHeads() {
    lock.lock();
    try {
      known.forgetAll();
    } finally {
      lock.unlock();
    }
  }

  /** Lets nothing more in. What is queued is still handed out. */
  void close() {
    lock.lock();
    try {
      closing = true;
      work.signal();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosing() {
    lock.lock();
    try {
      return closing;
    } finally {
      lock.unlock();
    }
  }

  /** Gives up for good: fails what is queued and all that comes. */
  List<PendingAppend> breakDown(Throwable cause) {
    lock.lock();
    try {
      broken = cause;
      List<PendingAppend> rest = List.copyOf(queue);
      queue.clear();
      room.signalAll();
      return rest;
    } finally {
      lock.unlock();
    }
  }
}
