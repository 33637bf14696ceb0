package io.quorate.benchmarks.kit;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.AtomicHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a window of proposals under way to a group, from one thread: a permit is taken before each
 * proposal and given back when its future ends. Latency is taken from before the call to the end of
 * the future.
 */
final class ProposalDriver {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

  private final RaftSubject group;
  private final Duration grace;
  private long proposed;

  /**
   * @param grace how long proposals may take to end once the time is up, how long the window may
   *     stand still, and how long nodes may take to catch up
   */
  ProposalDriver(RaftSubject group, Duration grace) {
    this.group = group;
    this.grace = grace;
  }

  /** What proposals of one window share. */
  private record Flight(
      Semaphore free, AtomicHistogram latency, AtomicReference<@Nullable Throwable> failure) {

    void ended(long begin, @Nullable Throwable failed) {
      if (failed == null) {
        latency.recordValue(Completed.recordable(System.nanoTime() - begin));
      } else {
        failure.compareAndSet(null, failed);
      }
      free.release();
    }
  }

  /**
   * Proposes for {@code duration}, then waits for what is under way; both count.
   *
   * @throws IllegalStateException when a proposal fails or does not end
   */
  Completed run(Load.Window window, Duration duration) throws Exception {
    Flight flight =
        new Flight(
            new Semaphore(window.inFlight()),
            new AtomicHistogram(
                Completed.RESOLUTION_NANOS, Completed.LATENCY_MAX.toNanos(), Completed.DIGITS),
            new AtomicReference<>());
    long startedAt = System.nanoTime();
    boolean open = true;
    while (open && flight.failure.get() == null) {
      take(flight, 1, window);
      long begin = System.nanoTime();
      open = begin - startedAt < duration.toNanos();
      if (open) {
        byte[] payload = RaftSubject.payload(proposed++, window.payloadBytes());
        var unused =
            group.propose(payload).whenComplete((ignored, failed) -> flight.ended(begin, failed));
      } else {
        flight.free.release();
      }
    }
    take(flight, window.inFlight(), window);
    long elapsedNanos = System.nanoTime() - startedAt;
    requireNoFailure(flight);
    return new Completed(flight.latency, elapsedNanos);
  }

  private void take(Flight flight, int permits, Load.Window window) throws InterruptedException {
    if (!flight.free.tryAcquire(permits, grace.toNanos(), TimeUnit.NANOSECONDS)) {
      requireNoFailure(flight);
      throw new IllegalStateException(
          "load %s: no proposal has ended for %s (expected: an end within it)"
              .formatted(window, grace));
    }
  }

  private static void requireNoFailure(Flight flight) {
    Throwable cause = flight.failure.get();
    if (cause != null) {
      throw new IllegalStateException("a proposal failed: " + cause, cause);
    }
  }

  /**
   * Waits until every node has applied every proposal, and none besides.
   *
   * @param otherwise proposed, by others than this driver
   * @throws IllegalStateException when they do not get there
   */
  void requireAllApplied(long otherwise) throws Exception {
    List<Long> expected = Collections.nCopies(RaftSubject.NODES, proposed + otherwise);
    long startedAt = System.nanoTime();
    List<Long> applied = group.applied();
    while (!applied.equals(expected)) {
      if (System.nanoTime() - startedAt > grace.toNanos()) {
        throw new IllegalStateException(
            "applied: %s (expected: %s within %s)".formatted(applied, expected, grace));
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
      applied = group.applied();
    }
  }
}
