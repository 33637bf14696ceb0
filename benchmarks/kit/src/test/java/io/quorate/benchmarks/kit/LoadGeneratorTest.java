package io.quorate.benchmarks.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class LoadGeneratorTest {
  private static final Duration SHORT = Duration.ofMillis(60);
  private static final Duration GRACE = Duration.ofSeconds(20);

  /** A subject that is one function. */
  private interface Work extends Subject {
    @Override
    default void close() {}
  }

  private static Sample measured(Work work, Load load) throws Exception {
    return new LoadGenerator(work, null, GRACE).measure(load, SHORT, SHORT);
  }

  @Test
  void units_are_numbered_without_gap_or_repeat_over_warmup_and_loads() throws Exception {
    Set<Long> seen = ConcurrentHashMap.newKeySet();
    AtomicLong runs = new AtomicLong();
    Work work =
        n -> {
          runs.incrementAndGet();
          assertThat(seen.add(n)).isTrue();
          LockSupport.parkNanos(10_000);
        };
    LoadGenerator generator = new LoadGenerator(work, null, GRACE);
    generator.measure(Load.platform(3), SHORT, SHORT);
    generator.measure(Load.virtual(5), SHORT, SHORT);
    generator.count(10);
    assertThat(seen).hasSize((int) runs.get()).contains(0L, runs.get() - 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"4", "32v"})
  void as_many_units_run_at_once_as_there_are_callers(String text) throws Exception {
    Load.Callers load = (Load.Callers) Load.parse(text);
    // Trips only when all callers are inside a unit at the same time.
    CyclicBarrier together = new CyclicBarrier(load.threads());
    Set<Boolean> kinds = ConcurrentHashMap.newKeySet();
    AtomicLong allAtOnce = new AtomicLong();
    Work work =
        n -> {
          kinds.add(Thread.currentThread().isVirtual());
          if (n < load.threads()) {
            together.await(20, TimeUnit.SECONDS);
            allAtOnce.incrementAndGet();
          }
          LockSupport.parkNanos(10_000);
        };
    measured(work, load);
    assertThat(allAtOnce).hasValue(load.threads());
    assertThat(kinds).containsExactly(load.virtual());
  }

  @Test
  void sample_counts_measured_units_only_and_brackets_their_latency() throws Exception {
    AtomicLong runs = new AtomicLong();
    long pause = Duration.ofMillis(2).toNanos();
    Work work =
        n -> {
          runs.incrementAndGet();
          long until = System.nanoTime() + pause;
          while (System.nanoTime() < until) {
            LockSupport.parkNanos(until - System.nanoTime());
          }
        };
    Sample sample = measured(work, Load.platform(2));
    assertThat(sample.operations()).isLessThan(runs.get()).isPositive();
    assertThat(sample.elapsedNanos()).isGreaterThanOrEqualTo(SHORT.toNanos());
    // The histogram keeps three digits.
    assertThat(sample.p50Nanos()).isGreaterThanOrEqualTo(pause * 999 / 1000);
    assertThat(sample.p99Nanos()).isGreaterThanOrEqualTo(sample.p50Nanos());
    assertThat(sample.p999Nanos()).isGreaterThanOrEqualTo(sample.p99Nanos());
    assertThat(sample.maxNanos()).isGreaterThanOrEqualTo(sample.p999Nanos());
    assertThat(sample.cpuNanos()).isPositive();
    assertThat(sample.serverCpuNanos()).isEqualTo(Sample.NOT_MEASURED);
  }

  @Test
  void unit_that_fails_ends_the_measurement_with_its_cause() {
    Work work =
        n -> {
          if (n == 3) {
            throw new IllegalArgumentException("unit 3");
          }
        };
    LoadGenerator generator = new LoadGenerator(work, null, GRACE);
    assertThatThrownBy(
            () -> generator.measure(Load.platform(2), Duration.ofHours(1), Duration.ofHours(1)))
        .isInstanceOf(IllegalStateException.class)
        .rootCause()
        .hasMessage("unit 3");
  }

  @Test
  void unit_that_never_ends_fails_the_measurement_after_the_grace() {
    CountDownLatch never = new CountDownLatch(1);
    LoadGenerator generator =
        new LoadGenerator((Work) n -> never.await(), null, Duration.ofMillis(50));
    assertThatThrownBy(() -> generator.measure(Load.platform(1), SHORT, SHORT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("units of work still run");
  }

  @Test
  void proposals_to_what_takes_none_are_refused() {
    assertThatThrownBy(() -> measured(n -> {}, Load.window(4, 16)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("load 4x16B: proposals to a ")
        .hasMessageEndingWith("(expected: a RaftSubject)");
  }

  @Test
  void cpu_time_of_a_server_is_measured_by_its_pid() throws Exception {
    Database self = new Database("jdbc:none", "nobody", ProcessHandle.current().pid());
    OthersCpu before = OthersCpu.of(self);
    long burnt = 0;
    long target = cpuNanos() + Duration.ofMillis(100).toNanos();
    while (cpuNanos() < target) {
      burnt++;
    }
    assertThat(burnt).isPositive();
    // Two readings may each be off by a clock tick.
    assertThat(OthersCpu.of(self).since(before))
        .isGreaterThanOrEqualTo(Duration.ofMillis(80).toNanos());
    assertThat(OthersCpu.of(null).since(before)).isEqualTo(Sample.NOT_MEASURED);
  }

  private static long cpuNanos() {
    return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
