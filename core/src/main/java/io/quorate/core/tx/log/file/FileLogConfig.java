package io.quorate.core.tx.log.file;

import static java.util.Objects.requireNonNull;

import io.quorate.core.wal.WalConfig;
import java.time.Duration;

/**
 * How a {@link FileTransactionLog} uses memory and disk. Immutable; start from {@link #defaults()}.
 *
 * <p>Memory: at most about {@code liveBytesMax + retainedBytesMax}, counted as encoded records plus
 * {@value Entry#BYTES_FIXED} bytes for each transaction, plus the buffers of the write-ahead log.
 * Open transactions may grow beyond {@code liveBytesMax}: only new ones are refused.
 *
 * <p>Disk: at most about {@code checkpointBytes}, plus three times that memory, plus three
 * segments, plus what is appended while a checkpoint runs.
 *
 * @param wal the write-ahead log's own configuration; {@link WalConfig.OnRot#REFUSE}, because the
 *     log is the only copy. Default: 32 MiB segments, appends up to 16 MiB
 * @param liveBytesMax how many bytes transactions that have not ended may hold before new ones are
 *     refused. Default 256 MiB, at least 64 KiB
 * @param checkpointBytes how many bytes of the write-ahead log may be of no use any more before
 *     some are given back. Default 64 MiB, at least two segments. Larger: rewrites live
 *     transactions less often, opens more slowly
 * @param retention how long an ended transaction is remembered, so that its id is not used again
 *     and its outcome can be asked for. Default 24 h, 0 or more
 * @param retainedBytesMax how many bytes ended transactions may hold before the longest ended are
 *     forgotten, however young. Default 64 MiB, 0 or more
 */
public record FileLogConfig(
    WalConfig wal,
    long liveBytesMax,
    long checkpointBytes,
    Duration retention,
    long retainedBytesMax) {

  private static final long LIVE_BYTES_LEAST = 64 << 10;

  private static final WalConfig WAL_DEFAULTS =
      WalConfig.defaults()
          .segmentBytes(32 << 20)
          .queueBytesMax((16 << 20) + 4096)
          .recordBytesMax(16 << 20);

  public FileLogConfig {
    requireNonNull(wal, "wal");
    requireNonNull(retention, "retention");
    if (wal.onRot() != WalConfig.OnRot.REFUSE) {
      throw new IllegalArgumentException(
          "wal.onRot: " + wal.onRot() + " (expected: REFUSE, this log is the only copy)");
    }
    if (liveBytesMax < LIVE_BYTES_LEAST) {
      throw new IllegalArgumentException(
          "liveBytesMax: %d (expected: >= %d)".formatted(liveBytesMax, LIVE_BYTES_LEAST));
    }
    long twoSegments = 2L * wal.segmentBytes();
    if (checkpointBytes < twoSegments) {
      throw new IllegalArgumentException(
          "checkpointBytes: %d (expected: >= %d, two segments)"
              .formatted(checkpointBytes, twoSegments));
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
  public static FileLogConfig defaults() {
    return new FileLogConfig(WAL_DEFAULTS, 256 << 20, 64 << 20, Duration.ofHours(24), 64 << 20);
  }

  /** With another {@link #wal}; {@link #checkpointBytes} is raised to two of its segments. */
  public FileLogConfig withWal(WalConfig value) {
    long checkpoint = Math.max(checkpointBytes, 2L * value.segmentBytes());
    return new FileLogConfig(value, liveBytesMax, checkpoint, retention, retainedBytesMax);
  }

  /** With another {@link #liveBytesMax}. */
  public FileLogConfig withLiveBytesMax(long value) {
    return new FileLogConfig(wal, value, checkpointBytes, retention, retainedBytesMax);
  }

  /** With another {@link #checkpointBytes}. */
  public FileLogConfig withCheckpointBytes(long value) {
    return new FileLogConfig(wal, liveBytesMax, value, retention, retainedBytesMax);
  }

  /** With another {@link #retention}. */
  public FileLogConfig withRetention(Duration value) {
    return new FileLogConfig(wal, liveBytesMax, checkpointBytes, value, retainedBytesMax);
  }

  /** With another {@link #retainedBytesMax}. */
  public FileLogConfig withRetainedBytesMax(long value) {
    return new FileLogConfig(wal, liveBytesMax, checkpointBytes, retention, value);
  }
}
