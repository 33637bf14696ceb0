package io.quorate.benchmarks.kit;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
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
 * Puts loads on a subject: closed loops for a fixed time, each unit's latency recorded where it
 * ends. Units that began before the time was up are finished and counted; so is the time that
 * takes.
 */
final class LoadGenerator {
  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Subject subject;
  private final @Nullable Database database;
  private final Duration grace;
  private final @Nullable ProposalDriver proposals;
  private final AtomicLong next = new AtomicLong();

  /**
   * @param database whose server's CPU time is measured too, if there is one
   * @param grace how long units may take to finish once the time is up
   */
  LoadGenerator(Subject subject, @Nullable Database database, Duration grace) {
    this.subject = subject;
    this.database = database;
    this.grace = grace;
    proposals = subject instanceof RaftSubject group ? new ProposalDriver(group, grace) : null;
  }

  /** Puts a load on the subject and measures nothing. */
  void warmUp(Load load, Duration duration) throws Exception {
    if (duration.isPositive()) {
      run(load, duration);
    }
  }

  /** Warms up under the load itself, then measures. */
  Sample measure(Load load, Duration warmup, Duration measured) throws Exception {
    warmUp(load, warmup);
    OthersCpu serverBefore = OthersCpu.of(database);
    OthersCpu childrenBefore = OthersCpu.ofChildren();
    long allocatedBefore = THREADS.getTotalThreadAllocatedBytes();
    long cpuBefore = PROCESS.getProcessCpuTime();
    Completed completed = run(load, measured);
    long cpuNanos = PROCESS.getProcessCpuTime() - cpuBefore;
    long allocatedBytes = THREADS.getTotalThreadAllocatedBytes() - allocatedBefore;
    long childrenNanos = OthersCpu.ofChildren().since(childrenBefore);
    long serverCpuNanos = OthersCpu.of(database).since(serverBefore);
    Histogram latency = completed.latency();
    return new Sample(
        load,
        latency.getTotalCount(),
        completed.elapsedNanos(),
        latency.getValueAtPercentile(50),
        latency.getValueAtPercentile(99),
        latency.getValueAtPercentile(99.9),
        latency.getMaxValue(),
        cpuNanos + (childrenNanos == Sample.NOT_MEASURED ? 0 : childrenNanos),
        serverCpuNanos,
        allocatedBefore < 0 ? Sample.NOT_MEASURED : allocatedBytes);
  }

  private Completed run(Load load, Duration duration) throws Exception {
    return switch (load) {
      case Load.Callers callers -> closedLoops(callers, duration);
      case Load.Window window -> requireProposals(load).run(window, duration);
    };
  }

  private ProposalDriver requireProposals(Load load) {
    if (proposals == null) {
      throw new IllegalStateException(
          "load %s: proposals to a %s (expected: a RaftSubject)"
              .formatted(load, subject.getClass().getName()));
    }
    return proposals;
  }

  /** Does {@code count} units one after another. */
  void count(long count) throws Exception {
    for (long i = 0; i < count; i++) {
      subject.run(next.getAndIncrement());
    }
  }

  /** Waits until all nodes of a group have applied what was proposed; else nothing. */
  void requireAllApplied() throws Exception {
    if (proposals != null) {
      proposals.requireAllApplied(next.get());
    }
  }

  private Completed closedLoops(Load.Callers load, Duration duration) throws Exception {
    List<Histogram> latencies = new ArrayList<>();
    for (int i = 0; i < load.threads(); i++) {
      latencies.add(
          new Histogram(
              Completed.RESOLUTION_NANOS, Completed.LATENCY_MAX.toNanos(), Completed.DIGITS));
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
      return new Completed(all, elapsedNanos);
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
        latency.recordValue(Completed.recordable(end - begin));
        begin = end;
      } while (begin < deadline[0] && failure.get() == null);
    } catch (Throwable failed) {
      failure.compareAndSet(null, failed);
    }
  }
}
