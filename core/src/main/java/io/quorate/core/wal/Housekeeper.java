package io.quorate.core.wal;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Does, one at a time, the disk work that no append waits for. On a thread of its own, so that an
 * interrupt of a caller cannot close a file in the middle of a write; the thread ends when there is
 * nothing to do. Inline, on the caller's thread.
 */
final class Housekeeper implements AutoCloseable {
  private static final long KEEP_ALIVE_SECONDS = 1;

  private final Executor executor;

  Housekeeper(boolean inline) {
    if (inline) {
      executor = Runnable::run;
      return;
    }
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            1,
            1,
            KEEP_ALIVE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> Thread.ofPlatform().daemon().name("quorate-wal-housekeeper").unstarted(task));
    pool.allowCoreThreadTimeOut(true);
    executor = pool;
  }

  void execute(Runnable task) {
    executor.execute(task);
  }

  /** Runs a task and waits for it; an interrupt is kept for later. Throws what the task throws. */
  <T> T call(Callable<T> task) throws Exception {
    FutureTask<T> future = new FutureTask<>(task);
    executor.execute(future);
    try {
      return uninterruptibly(future);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Exception cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw e;
      }
    }
  }

  private static <T> T uninterruptibly(Future<T> future) throws ExecutionException {
    boolean interrupted = false;
    try {
      for (; ; ) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Finishes what was asked for. */
  @Override
  public void close() {
    if (!(executor instanceof ThreadPoolExecutor pool)) {
      return;
    }
    pool.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = pool.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
