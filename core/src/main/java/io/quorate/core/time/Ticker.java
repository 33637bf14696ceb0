package io.quorate.core.time;

/**
 * A monotonic clock in nanoseconds with an arbitrary origin.
 *
 * <p>Only differences between two readings of the same ticker mean anything. Readings never go back
 * and do not follow changes of the machine's wall clock. Implementations are safe for use by many
 * threads.
 */
@FunctionalInterface
public interface Ticker {

  /** The current reading, in nanoseconds. */
  long nanos();

  /** The machine's monotonic clock ({@link System#nanoTime()}). */
  static Ticker system() {
    return System::nanoTime;
  }
}
