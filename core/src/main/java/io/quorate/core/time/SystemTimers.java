package io.quorate.core.time;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** {@link Timers} on a single daemon thread. */
final class SystemTimers implements Timers {
  private final ScheduledThreadPoolExecutor scheduler;

  SystemTimers(String name) {
    scheduler =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().daemon().name(name).unstarted(task));
    scheduler.setRemoveOnCancelPolicy(true);
    scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    try {
      ScheduledFuture<?> future =
          scheduler.schedule(task, Math.max(0, saturatedNanos(delay)), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException closed) {
      throw new IllegalStateException("timers are closed", closed);
    }
  }

  private static long saturatedNanos(Duration delay) {
    return delay.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0
        ? Long.MAX_VALUE / 2
        : delay.toNanos();
  }

  @Override
  public void close() {
    scheduler.shutdown();
  }
}
