package io.quorate.raft.txlog;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How much a replicated table holds. The limits come with an acquired epoch and are part of the
 * replicated state: those of the coordinator that holds the log count, on every node alike.
 *
 * <p>Memory, on each node: about {@code liveBytesMax + retainedBytesMax}, counted as encoded
 * records plus {@value Tx#BYTES_FIXED} bytes for each transaction and {@value
 * Tx#RECORD_BYTES_FIXED} for each record; as much again while a snapshot is written and the state
 * changes meanwhile.
 *
 * @param liveBytesMax how many bytes transactions that have not ended may hold before new ones are
 *     refused; open ones may grow beyond. Default 256 MiB, at least 64 KiB
 * @param retention how long an ended transaction is remembered, so that its id is not used again
 *     and its outcome can be asked for. Default 24 h, 0 or more
 * @param retainedBytesMax how many bytes ended transactions may hold before the longest ended are
 *     forgotten, however young. Default 64 MiB, 0 or more
 */
public record TableLimits(long liveBytesMax, Duration retention, long retainedBytesMax) {
  private static final long LIVE_BYTES_LEAST = 64 << 10;

  public TableLimits {
    requireNonNull(retention, "retention");
    if (liveBytesMax < LIVE_BYTES_LEAST) {
      throw new IllegalArgumentException(
          "liveBytesMax: %d (expected: >= %d)".formatted(liveBytesMax, LIVE_BYTES_LEAST));
    }
    if (retention.isNegative()) {
      throw new IllegalArgumentException("retention: " + retention + " (expected: >= 0)");
    }
    if (retainedBytesMax < 0) {
      throw new IllegalArgumentException(
          "retainedBytesMax: " + retainedBytesMax + " (expected: >= 0)");
    }
  }

  /** The defaults named at each field. */
  public static TableLimits defaults() {
    return new TableLimits(256 << 20, Duration.ofHours(24), 64 << 20);
  }
}
