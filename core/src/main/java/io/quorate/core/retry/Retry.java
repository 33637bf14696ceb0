package io.quorate.core.retry;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * A bounded or endless series of attempts with capped exponential backoff and jitter.
 *
 * <p>The pause before attempt {@code n + 1} is
 *
 * <pre>  pause(n) = min(cap, first * 2^(n-1)) * (1 - jitter * u),  u in [0, 1)</pre>
 *
 * where {@code u} is drawn from the seed given to {@link #pauseAfter}, so that a replay waits
 * exactly as long as the run it repeats. The product saturates at {@code cap}: attempt 200 waits as
 * long as attempt 20. Immutable and safe for use by many threads.
 *
 * @param first pause after the first failed attempt; positive
 * @param cap longest pause; at least {@code first}
 * @param attemptsMax how many attempts in all, the first one included; at least 1, {@link
 *     Integer#MAX_VALUE} means no bound
 * @param jitter the share of a pause that is drawn at random, 0 (none) to 1
 */
public record Retry(Duration first, Duration cap, int attemptsMax, double jitter) {

  private static final double JITTER_DEFAULT = 0.5;

  public Retry {
    requireNonNull(first, "first");
    requireNonNull(cap, "cap");
    if (first.isNegative() || first.isZero()) {
      throw new IllegalArgumentException("first: " + first + " (expected: > 0)");
    }
    if (cap.compareTo(first) < 0) {
      throw new IllegalArgumentException("cap: " + cap + " (expected: >= first, " + first + ")");
    }
    if (attemptsMax < 1) {
      throw new IllegalArgumentException("attemptsMax: " + attemptsMax + " (expected: >= 1)");
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter: " + jitter + " (expected: 0..1)");
    }
  }

  /** Endless attempts, from {@code first} up to {@code cap} apart, half of each pause jittered. */
  public static Retry exponential(Duration first, Duration cap) {
    return new Retry(first, cap, Integer.MAX_VALUE, JITTER_DEFAULT);
  }

  /** Endless attempts, 50 ms to 30 s apart. */
  public static Retry forever() {
    return exponential(Duration.ofMillis(50), Duration.ofSeconds(30));
  }

  /** A single attempt. */
  public static Retry never() {
    return forever().attempts(1);
  }

  /** The same pauses with at most {@code attemptsMax} attempts in all. */
  public Retry attempts(int attemptsMax) {
    return new Retry(first, cap, attemptsMax, jitter);
  }

  /** The same series with another share of jitter, 0 to 1. */
  public Retry jitter(double jitter) {
    return new Retry(first, cap, attemptsMax, jitter);
  }

  /** Whether another attempt is allowed once {@code attempts} have been made. */
  public boolean allowsAfter(int attempts) {
    return attempts < attemptsMax;
  }

  /**
   * The pause after the failed attempt number {@code attempt}.
   *
   * @param attempt 1 for the first attempt
   * @param seed decides the jitter; the same seed and attempt give the same pause
   */
  public Duration pauseAfter(int attempt, long seed) {
    if (attempt < 1) {
      throw new IllegalArgumentException("attempt: " + attempt + " (expected: >= 1)");
    }
    Duration pause = first;
    for (int doubling = 1; doubling < attempt && pause.compareTo(cap) < 0; doubling++) {
      pause = pause.compareTo(cap.dividedBy(2)) > 0 ? cap : pause.multipliedBy(2);
    }
    double u = (mix(seed + 0x9E3779B97F4A7C15L * attempt) >>> 11) * 0x1.0p-53;
    long scaled = (long) ((1 - jitter * u) * 1_000_000);
    return pause.multipliedBy(scaled).dividedBy(1_000_000);
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long z) {
    long y = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    y = (y ^ (y >>> 27)) * 0x94D049BB133111EBL;
    return y ^ (y >>> 31);
  }
}
