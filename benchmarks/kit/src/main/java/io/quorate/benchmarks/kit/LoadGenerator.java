package io.quorate.benchmarks.kit;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Puts loads on a subject: closed loops for a fixed time, each unit's latency recorded by its own
 * caller. Units that began before the time was up are finished and counted; so is the time that
 * takes.
 */
final class LoadGenerator {
  /** Longer latencies are recorded as this. */
  private static final Duration LATENCY_MAX = Duration.ofMinutes(1);

  private static final long LATENCY_RESOLUTION_NANOS = 100;
  private static final int LATENCY_DIGITS = 3;

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final Subject subject;
  private final @Nullable Database database;
  private final Duration grace;
  private final AtomicLong next = new AtomicLong();

  /**
   * @param database whose server's CPU time is measured too, if there is one
   * @param grace how long units may take to finish once the time is up
   */
  LoadGenerator(Subject subject, @Nullable Database database, Duration grace) {
    this.subject = subject;
    this.database = database;
    this.grace = grace;
  }

  /** Warms up under the load itself, then measures. */
  Sample measure(Load load, Duration warmup, Duration measured) throws Exception {
    closedLoops(load, warmup);
    ServerCpu serverBefore = ServerCpu.of(database);
    long cpuBefore = PROCESS.getProcessCpuTime();
    Loops loops = closedLoops(load, measured);
    long cpuNanos = PROCESS.getProcessCpuTime() - cpuBefore;
    long serverCpuNanos = ServerCpu.of(database).since(serverBefore);
    Histogram latency = loops.latency;
    return new Sample(
        load,
        latency.getTotalCount(),
        loops.elapsedNanos,
        latency.getValueAtPercentile(50),
        latency.getValueAtPercentile(99),
        latency.getValueAtPercentile(99.9),
        latency.getMaxValue(),
        cpuNanos,
        serverCpuNanos);
  }

  /** Does {@code count} units one after another. */
  void count(long count) throws Exception {
    for (long i = 0; i < count; i++) {
      subject.run(next.getAndIncrement());
    }
  }

  private record Loops(Histogram latency, long elapsedNanos) {}

  private Loops closedLoops(Load load, Duration duration) throws Exception {
    List<Histogram> latencies = new ArrayList<>();
    for (int i = 0; i < load.threads(); i++) {
      latencies.add(new Histogram(LATENCY_RESOLUTION_NANOS, LATENCY_MAX.toNanos(), LATENCY_DIGITS));
    }
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService callers = Executors.newThreadPerTaskExecutor(load.threadFactory());
    try {
      // Set before the latch opens, which publishes it to the callers.
      long[] deadline = new long[1];
      for (Histogram latency : latencies) {
        callers.execute(() -> loop(start, deadline, latency, failure));
      }
      long startedAt = System.nanoTime();
      deadline[0] = startedAt + duration.toNanos();
      start.countDown();
      callers.shutdown();
      Duration limit = duration.plus(grace);
      boolean ended = callers.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
      long elapsedNanos = System.nanoTime() - startedAt;
      Throwable cause = failure.get();
      if (cause != null) {
        throw new IllegalStateException("a unit of work failed: " + cause, cause);
      }
      if (!ended) {
        throw new IllegalStateException(
            "load %s: units of work still run after %s (expected: an end within %s)"
                .formatted(load, limit, grace));
      }
      Histogram all = latencies.getFirst();
      latencies.stream().skip(1).forEach(all::add);
      return new Loops(all, elapsedNanos);
    } finally {
      callers.shutdownNow();
    }
  }

  private void loop(
      CountDownLatch start,
      long[] deadline,
      Histogram latency,
      AtomicReference<@Nullable Throwable> failure) {
    try {
      start.await();
      long begin = System.nanoTime();
      do {
        subject.run(next.getAndIncrement());
        long end = System.nanoTime();
        latency.recordValue(Math.min(end - begin, LATENCY_MAX.toNanos()));
        begin = end;
      } while (begin < deadline[0] && failure.get() == null);
    } catch (Throwable failed) {
      failure.compareAndSet(null, failed);
    }
  }
}
