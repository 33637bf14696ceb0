package io.quorate.core.wal;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Completes futures in order and off the writer: what callers chained to them may block, and must
 * not hold up the disk. A virtual thread lives while there is something to complete.
 */
final class Completions {
  private final boolean inline;
  private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();

  Completions(boolean inline) {
    this.inline = inline;
  }

  void run(Runnable task) {
    queue.add(task);
    if (pending.getAndIncrement() == 0) {
      if (inline) {
        drain();
      } else {
        Thread.ofVirtual().name("quorate-wal-completions").start(this::drain);
      }
    }
  }

  private void drain() {
    do {
      Runnable task = queue.poll();
      if (task != null) {
        task.run();
      }
    } while (pending.decrementAndGet() > 0);
  }
}
