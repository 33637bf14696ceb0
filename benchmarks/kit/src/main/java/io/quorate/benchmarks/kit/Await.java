package io.quorate.benchmarks.kit;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what does not notify, by looking again. */
public final class Await {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

  private Await() {}

  /**
   * Looks until there is something.
   *
   * @param what names it in the exception
   * @throws IllegalStateException when there still is nothing after {@code limit}
   */
  public static <T> T until(String what, Duration limit, Callable<Optional<T>> look)
      throws Exception {
    long startedAt = System.nanoTime();
    Optional<T> found = look.call();
    while (found.isEmpty()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (System.nanoTime() - startedAt > limit.toNanos()) {
        throw new IllegalStateException("%s: none after %s".formatted(what, limit));
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
      found = look.call();
    }
    return found.get();
  }
}
