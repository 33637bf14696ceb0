package io.quorate.raft.transport.grpc;

import io.quorate.core.time.Ticker;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets bytes pass at a rate. Whoever takes gets them all, now or in debt, and waits as long as it
 * is told before it goes on:
 *
 * <pre>  paid' = max(paid, now) + bytes / rate,   wait = max(0, paid' - now)</pre>
 *
 * where {@code paid} is the time up to which the rate is used up. What nobody took is not saved, so
 * a pause is followed by no burst. Safe for use by many threads.
 */
final class TokenBucket {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Ticker ticker;
  private final double nanosPerByte;
  private final long origin;

  /** Since {@link #origin}. */
  private final AtomicLong paidNanos = new AtomicLong();

  TokenBucket(long bytesPerSecond, Ticker ticker) {
    this.ticker = ticker;
    this.nanosPerByte = NANOS_PER_SECOND / bytesPerSecond;
    this.origin = ticker.nanos();
  }

  /** Takes bytes; how many nanoseconds to wait before taking again. */
  long take(long bytes) {
    long now = ticker.nanos() - origin;
    long cost = (long) (bytes * nanosPerByte);
    long paid = paidNanos.updateAndGet(before -> Math.max(before, now) + cost);
    return Math.max(0, paid - now);
  }
}
