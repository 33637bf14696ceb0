package io.quorate.benchmarks.kit;

import java.time.Duration;
import org.HdrHistogram.Histogram;

/**
 * What a closed loop has done.
 *
 * @param latency of each unit of work, in nanoseconds
 * @param elapsedNanos from the beginning of the first to the end of the last
 */
record Completed(Histogram latency, long elapsedNanos) {
  /** Longer latencies are recorded as this. */
  static final Duration LATENCY_MAX = Duration.ofMinutes(1);

  static final long RESOLUTION_NANOS = 100;

  /** Significant digits of a latency. */
  static final int DIGITS = 3;

  /** The latency as a histogram with these bounds takes it. */
  static long recordable(long latencyNanos) {
    return Math.min(latencyNanos, LATENCY_MAX.toNanos());
  }
}
