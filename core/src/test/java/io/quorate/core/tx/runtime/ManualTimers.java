package io.quorate.core.tx.runtime;

import io.quorate.core.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Timers that a test moves. Tasks run on a thread of their own, in order. */
final class ManualTimers implements Timers {
  /** Equal to itself only. */
  private static final class Armed {
    private final long at;
    private final Runnable task;

    Armed(long at, Runnable task) {
      this.at = at;
      this.task = task;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Armed> armed = new ArrayList<>();
  private long now;
  private boolean closed;

  @Override
  public Timer after(Duration delay, Runnable task) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("timers are closed");
      }
      Armed timer = new Armed(now + Math.max(0, delay.toNanos()), task);
      armed.add(timer);
      return () -> drop(timer);
    } finally {
      lock.unlock();
    }
  }

  private void drop(Armed timer) {
    lock.lock();
    try {
      armed.remove(timer);
    } finally {
      lock.unlock();
    }
  }

  /** How many tasks wait. */
  int waiting() {
    lock.lock();
    try {
      return armed.size();
    } finally {
      lock.unlock();
    }
  }

  /** Lets time pass and runs what becomes due, before it returns. */
  void advance(Duration by) throws InterruptedException {
    List<Armed> due = new ArrayList<>();
    lock.lock();
    try {
      now += by.toNanos();
      armed.removeIf(timer -> timer.at <= now && due.add(timer));
    } finally {
      lock.unlock();
    }
    due.sort(Comparator.comparingLong(timer -> timer.at));
    Thread runner = Thread.ofPlatform().start(() -> due.forEach(timer -> timer.task.run()));
    runner.join();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      armed.clear();
    } finally {
      lock.unlock();
    }
  }
}
