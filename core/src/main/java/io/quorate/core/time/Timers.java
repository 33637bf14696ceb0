package io.quorate.core.time;

import java.time.Duration;

/**
 * Runs tasks after a delay measured by a monotonic clock.
 *
 * <p>A task runs at most once, never before its delay has passed, and never on the thread that
 * scheduled it. Tasks must return quickly: hand long work to another thread. All methods are safe
 * for use by many threads.
 */
public interface Timers extends AutoCloseable {

  /**
   * Runs {@code task} once {@code delay} has passed; a zero or negative delay means at once.
   *
   * @throws IllegalStateException when closed
   */
  Timer after(Duration delay, Runnable task);

  /** Drops all tasks that have not started; tasks that run are left to finish. */
  @Override
  void close();

  /** A scheduled task. */
  interface Timer {
    /** Drops the task if it has not started. Idempotent. */
    void cancel();
  }

  /** Timers on one daemon thread of this process, named {@code name}. */
  static Timers system(String name) {
    return new SystemTimers(name);
  }
}
