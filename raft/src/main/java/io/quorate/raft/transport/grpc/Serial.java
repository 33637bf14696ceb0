package io.quorate.raft.transport.grpc;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks one after the other, in the order they came, on the threads of an executor. Each sees
 * what those before it did. Safe for use by many threads.
 */
final class Serial implements Executor {
  private final Executor executor;
  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by {@link #lock}, as is {@link #running}. */
  private final Queue<Runnable> tasks = new ArrayDeque<>();

  private boolean running;

  Serial(Executor executor) {
    this.executor = executor;
  }

  @Override
  public void execute(Runnable task) {
    lock.lock();
    try {
      tasks.add(task);
      if (running) {
        return;
      }
      running = true;
    } finally {
      lock.unlock();
    }
    executor.execute(this::runAll);
  }

  private void runAll() {
    for (Runnable task = next(); task != null; task = next()) {
      boolean returned = false;
      try {
        task.run();
        returned = true;
      } finally {
        if (!returned) {
          executor.execute(this::runAll); // What it threw is its thread's; the others go on.
        }
      }
    }
  }

  private @Nullable Runnable next() {
    lock.lock();
    try {
      Runnable task = tasks.poll();
      running = task != null;
      return task;
    } finally {
      lock.unlock();
    }
  }
}
