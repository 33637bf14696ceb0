package io.quorate.raft.txlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What one node gives out as the log's time. */
final class LogClockTest {
  private static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");

  private final AtomicLong nanos = new AtomicLong(5);
  private final AtomicInteger raises = new AtomicInteger();

  private void advance(Duration by) {
    nanos.addAndGet(by.toNanos());
  }

  private Instant now(LogClock clock, boolean agreed) {
    return clock.now(
        reading -> {
          raises.incrementAndGet();
          if (agreed) {
            clock.agreed(reading);
            return CompletableFuture.completedFuture("");
          }
          return CompletableFuture.failedFuture(new IllegalStateException("away"));
        });
  }

  @Test
  void whoever_comes_after_starts_behind_all_that_may_have_been_given_out() {
    LogClock first = new LogClock(nanos::get, T0);
    first.agreed(T0);
    advance(LogClock.AHEAD);
    Instant given = now(first, false);
    assertThat(given).isEqualTo(T0.plus(LogClock.AHEAD));
    assertThat(raises).as("given out for free").hasValue(0);
    LogClock next = new LogClock(nanos::get, T0.minusSeconds(3600));
    next.moveBehind(T0);
    assertThat(next.reading()).isAfterOrEqualTo(given);
  }

  @Test
  void time_stands_still_where_no_reading_can_be_agreed_on_and_goes_on_after() {
    LogClock clock = new LogClock(nanos::get, T0);
    clock.agreed(T0);
    advance(LogClock.AHEAD.multipliedBy(5));
    assertThat(now(clock, false)).isEqualTo(T0.plus(LogClock.AHEAD));
    assertThat(now(clock, false)).isEqualTo(T0.plus(LogClock.AHEAD));
    assertThat(now(clock, true)).isEqualTo(T0.plus(LogClock.AHEAD.multipliedBy(5)));
  }
}
