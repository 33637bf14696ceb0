package io.quorate.raft.txlog;

import static java.util.Objects.requireNonNull;

import io.quorate.core.time.Ticker;
import java.time.Duration;
import java.time.InstantSource;

/**
 * How a {@link RaftTransactionLog} uses its group. Immutable; start from {@link #defaults()}.
 *
 * @param limits what the table holds while this log has the epoch
 * @param patience how long a call waits for the group before it says that the log is unavailable,
 *     or that it is not known what was written; measured on the machine's monotonic clock. Default
 *     10 s, positive. Shorter than an election: calls fail that a moment later would not have
 * @param pause how long until a proposal or read that found no leader is tried again. Default 20
 *     ms, positive
 * @param appendBytesMax the largest append, encoded. Default 4 MiB, 1 KiB to 16 MiB less 64 KiB. On
 *     every node the group's log ({@code WalConfig.recordBytesMax}) and transport must take that
 *     much and 4 KiB more
 * @param ticker the monotonic clock of the log's time
 * @param wall read once, when the log is opened
 */
public record RaftLogConfig(
    TableLimits limits,
    Duration patience,
    Duration pause,
    int appendBytesMax,
    Ticker ticker,
    InstantSource wall) {
  private static final int APPEND_BYTES_LEAST = 1 << 10;
  private static final int APPEND_BYTES_MOST = (16 << 20) - (64 << 10);

  public RaftLogConfig {
    requireNonNull(limits, "limits");
    requirePositive("patience", patience);
    requirePositive("pause", pause);
    requireNonNull(ticker, "ticker");
    requireNonNull(wall, "wall");
    if (appendBytesMax < APPEND_BYTES_LEAST || appendBytesMax > APPEND_BYTES_MOST) {
      throw new IllegalArgumentException(
          "appendBytesMax: %d (expected: %d..%d)"
              .formatted(appendBytesMax, APPEND_BYTES_LEAST, APPEND_BYTES_MOST));
    }
  }

  private static void requirePositive(String field, Duration value) {
    requireNonNull(value, field);
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException("%s: %s (expected: > 0)".formatted(field, value));
    }
  }

  /** The defaults named at each field, on the machine's clocks. */
  public static RaftLogConfig defaults() {
    return new RaftLogConfig(
        TableLimits.defaults(),
        Duration.ofSeconds(10),
        Duration.ofMillis(20),
        4 << 20,
        Ticker.system(),
        InstantSource.system());
  }

  /** The same with other {@link #limits}. */
  public RaftLogConfig withLimits(TableLimits value) {
    return new RaftLogConfig(value, patience, pause, appendBytesMax, ticker, wall);
  }

  /** The same with another {@link #patience}. */
  public RaftLogConfig withPatience(Duration value) {
    return new RaftLogConfig(limits, value, pause, appendBytesMax, ticker, wall);
  }

  /** The same with another {@link #pause}. */
  public RaftLogConfig withPause(Duration value) {
    return new RaftLogConfig(limits, patience, value, appendBytesMax, ticker, wall);
  }

  /** The same with another {@link #appendBytesMax}. */
  public RaftLogConfig withAppendBytesMax(int value) {
    return new RaftLogConfig(limits, patience, pause, value, ticker, wall);
  }

  /** The same on other clocks; for tests. */
  public RaftLogConfig withClocks(Ticker monotonic, InstantSource wallClock) {
    return new RaftLogConfig(limits, patience, pause, appendBytesMax, monotonic, wallClock);
  }
}
