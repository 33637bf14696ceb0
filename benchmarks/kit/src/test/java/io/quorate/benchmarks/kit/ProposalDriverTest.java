package io.quorate.benchmarks.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ProposalDriverTest {
  private static final Duration SHORT = Duration.ofMillis(80);
  private static final Duration GRACE = Duration.ofSeconds(20);
  private static final Load.Window WINDOW = new Load.Window(8, 100);

  /** A group that is one function, and whose nodes have applied what it has completed. */
  private abstract static class Group implements RaftSubject {
    final AtomicLong completed = new AtomicLong();

    @Override
    public List<Long> applied() {
      return Collections.nCopies(NODES, completed.get());
    }

    @Override
    public void close() {}
  }

  /** Ends proposals after a pause, and watches how many there are at a time. */
  private static final class Delayed extends Group implements AutoCloseable {
    private final ExecutorService clock = Executors.newVirtualThreadPerTaskExecutor();
    private final long pauseNanos;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger inFlightMax = new AtomicInteger();
    private final ConcurrentLinkedQueue<byte[]> payloads = new ConcurrentLinkedQueue<>();

    Delayed(Duration pause) {
      pauseNanos = pause.toNanos();
    }

    @Override
    public CompletableFuture<?> propose(byte[] payload) {
      payloads.add(payload);
      inFlightMax.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
      CompletableFuture<Void> proposal = new CompletableFuture<>();
      clock.execute(
          () -> {
            long until = System.nanoTime() + pauseNanos;
            while (System.nanoTime() < until) {
              LockSupport.parkNanos(until - System.nanoTime());
            }
            inFlight.decrementAndGet();
            completed.incrementAndGet();
            proposal.complete(null);
          });
      return proposal;
    }

    @Override
    public void close() {
      clock.shutdownNow();
    }
  }

  @Test
  void window_is_kept_full_and_never_exceeded() throws Exception {
    try (Delayed group = new Delayed(Duration.ofMillis(1))) {
      new ProposalDriver(group, GRACE).run(WINDOW, SHORT);
      assertThat(group.inFlightMax).hasValue(WINDOW.inFlight());
      assertThat(group.inFlight).hasValue(0);
    }
  }

  @Test
  void every_proposal_is_counted_once_with_its_whole_latency() throws Exception {
    Duration pause = Duration.ofMillis(2);
    try (Delayed group = new Delayed(pause)) {
      Completed completed = new ProposalDriver(group, GRACE).run(WINDOW, SHORT);
      assertThat(completed.latency().getTotalCount()).isEqualTo(group.completed.get());
      assertThat(completed.elapsedNanos()).isGreaterThanOrEqualTo(SHORT.toNanos());
      // The histogram keeps three digits.
      assertThat(completed.latency().getMinValue())
          .isGreaterThanOrEqualTo(pause.toNanos() * 999 / 1000);
    }
  }

  @Test
  void payloads_have_the_size_asked_for_and_numbers_without_gap_over_all_windows()
      throws Exception {
    try (Delayed group = new Delayed(Duration.ofMillis(1))) {
      ProposalDriver driver = new ProposalDriver(group, GRACE);
      driver.run(WINDOW, SHORT);
      driver.run(WINDOW, SHORT);
      List<Long> numbers = new ArrayList<>();
      for (byte[] payload : group.payloads) {
        assertThat(payload).hasSize(WINDOW.payloadBytes());
        numbers.add(ByteBuffer.wrap(payload).getLong());
      }
      assertThat(numbers).startsWith(0L, 1L, 2L).isSorted().doesNotHaveDuplicates();
      assertThat(numbers.getLast()).isEqualTo(numbers.size() - 1L);
    }
  }

  @Test
  void proposal_that_fails_ends_the_run_with_its_cause() {
    Group failing =
        new Group() {
          @Override
          public CompletableFuture<?> propose(byte[] payload) {
            return ByteBuffer.wrap(payload).getLong() == 5
                ? CompletableFuture.failedFuture(new IllegalArgumentException("proposal 5"))
                : CompletableFuture.completedFuture(null);
          }
        };
    ProposalDriver driver = new ProposalDriver(failing, GRACE);
    assertThatThrownBy(() -> driver.run(WINDOW, Duration.ofHours(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("a proposal failed: ")
        .rootCause()
        .hasMessage("proposal 5");
  }

  @Test
  void proposal_that_fails_after_the_others_ended_is_not_overlooked() {
    CompletableFuture<Void> last = new CompletableFuture<>();
    Group late =
        new Group() {
          @Override
          public CompletableFuture<?> propose(byte[] payload) {
            if (ByteBuffer.wrap(payload).getLong() == 0) {
              return last.completeOnTimeout(null, 300, TimeUnit.MILLISECONDS)
                  .thenRun(
                      () -> {
                        throw new IllegalArgumentException("too late");
                      });
            }
            return CompletableFuture.completedFuture(null);
          }
        };
    ProposalDriver driver = new ProposalDriver(late, GRACE);
    assertThatThrownBy(() -> driver.run(WINDOW, SHORT)).rootCause().hasMessage("too late");
  }

  @Test
  void window_that_stands_still_fails_after_the_grace() {
    Group silent =
        new Group() {
          @Override
          public CompletableFuture<?> propose(byte[] payload) {
            return new CompletableFuture<Void>();
          }
        };
    ProposalDriver driver = new ProposalDriver(silent, Duration.ofMillis(50));
    assertThatThrownBy(() -> driver.run(WINDOW, Duration.ofHours(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("load 8x100B: no proposal has ended for PT0.05S (expected: an end within it)");
  }

  @Test
  void nodes_must_apply_what_was_proposed_and_nothing_else() throws Exception {
    try (Delayed group = new Delayed(Duration.ofMillis(1))) {
      ProposalDriver driver = new ProposalDriver(group, Duration.ofMillis(50));
      driver.run(WINDOW, SHORT);
      driver.requireAllApplied(0);
      for (long lostOrTooMany : new long[] {-1, 1}) {
        long before = group.completed.getAndAdd(lostOrTooMany);
        assertThatThrownBy(() -> driver.requireAllApplied(0))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith("applied: ");
        group.completed.set(before);
      }
    }
  }

  @Test
  void nodes_are_given_time_to_catch_up() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    Group slow =
        new Group() {
          @Override
          public CompletableFuture<?> propose(byte[] payload) {
            completed.incrementAndGet();
            return CompletableFuture.completedFuture(null);
          }

          @Override
          public List<Long> applied() {
            long leader = completed.get();
            return List.of(leader, leader, looks.incrementAndGet() < 3 ? leader - 1 : leader);
          }
        };
    LoadGenerator generator = new LoadGenerator(slow, null, GRACE);
    generator.measure(WINDOW, Duration.ZERO, Duration.ofMillis(10));
    generator.count(3);
    generator.requireAllApplied();
    assertThat(looks).hasValue(3);
  }

  @Test
  void allocation_of_a_proposal_is_measured() throws Exception {
    int garbageBytes = 64 << 10;
    Group wasteful =
        new Group() {
          private volatile byte[] garbage = new byte[0];

          @Override
          public CompletableFuture<?> propose(byte[] payload) {
            garbage = new byte[garbageBytes];
            return CompletableFuture.completedFuture(garbage);
          }
        };
    Sample sample = new LoadGenerator(wasteful, null, GRACE).measure(WINDOW, SHORT, SHORT);
    // What the driver and other threads of this process add is small beside it.
    assertThat(sample.allocatedBytesEach()).isBetween(garbageBytes * 0.9, garbageBytes * 1.5);
  }
}
