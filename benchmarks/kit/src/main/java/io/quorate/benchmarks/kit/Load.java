package io.quorate.benchmarks.kit;

import java.util.concurrent.ThreadFactory;

/**
 * How many callers work at a time. Each waits for its unit of work before it begins the next: a
 * closed loop.
 *
 * @param threads how many callers; 1 to {@value #THREADS_MAX}
 * @param virtual whether they are virtual threads
 */
public record Load(int threads, boolean virtual) {

  /** The most callers. */
  public static final int THREADS_MAX = 4096;

  public Load {
    if (threads < 1 || threads > THREADS_MAX) {
      throw new IllegalArgumentException(
          "threads: %d (expected: 1..%d)".formatted(threads, THREADS_MAX));
    }
  }

  /** Callers on platform threads. */
  public static Load platform(int threads) {
    return new Load(threads, false);
  }

  /** Callers on virtual threads. */
  public static Load virtual(int threads) {
    return new Load(threads, true);
  }

  /** The opposite of {@link #toString}. */
  public static Load parse(String text) {
    boolean virtual = text.endsWith("v");
    String digits = virtual ? text.substring(0, text.length() - 1) : text;
    try {
      return new Load(Integer.parseInt(digits), virtual);
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException(
          "load: \"" + text + "\" (expected: a number of threads, then v if they are virtual)",
          notANumber);
    }
  }

  ThreadFactory threadFactory() {
    return virtual
        ? Thread.ofVirtual().name("load-", 0).factory()
        : Thread.ofPlatform().daemon().name("load-", 0).factory();
  }

  /** {@code 16} for platform threads, {@code 256v} for virtual ones. */
  @Override
  public String toString() {
    return threads + (virtual ? "v" : "");
  }
}
