package io.quorate.core.tx.runtime;

import io.quorate.core.time.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Counts what is under way, and lets somebody wait until nothing is. */
final class UnderWay {
  private static final Ticker TICKER = Ticker.system();

  private final AtomicInteger count = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition none = lock.newCondition();
  private volatile boolean awaited;

  void begin() {
    count.incrementAndGet();
  }

  void end() {
    if (count.decrementAndGet() == 0 && awaited) {
      lock.lock();
      try {
        none.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  int count() {
    return count.get();
  }

  /** Waits until nothing is under way, or that long; an interrupt is kept for later. */
  void awaitNone(Duration atMost) {
    boolean interrupted = false;
    long deadline = TICKER.nanos() + atMost.toNanos();
    lock.lock();
    try {
      awaited = true;
      for (long left = atMost.toNanos(); count.get() > 0 && left > 0; ) {
        try {
          left = none.awaitNanos(left);
        } catch (InterruptedException e) {
          interrupted = true;
          left = deadline - TICKER.nanos();
        }
      }
    } finally {
      lock.unlock();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
