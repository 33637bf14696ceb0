package io.quorate.core.wal;

/**
 * A write or a force failed, and the log takes no more records: after a failed force the kernel may
 * have dropped the bytes and would report the next one as a success. Everything up to {@link
 * #durablePosition} is safe. Whether what lies behind it survives is <em>not known</em>: close the
 * log, open it again, and replay to find out.
 */
public final class WalPoisonedException extends WalException {
  private static final long serialVersionUID = 1;

  private final long durablePosition;

  WalPoisonedException(String directory, long durablePosition, Throwable cause) {
    super(
        "%s: a write failed: %s (expected: none); durable up to %d, unknown behind it;"
                .formatted(directory, cause, durablePosition)
            + " close it, check the disk, open and replay",
        cause);
    this.durablePosition = durablePosition;
  }

  /** Everything before this position is durable. */
  public long durablePosition() {
    return durablePosition;
  }
}
