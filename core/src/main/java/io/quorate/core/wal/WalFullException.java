package io.quorate.core.wal;

import org.jspecify.annotations.Nullable;

/**
 * The disk has no room for another segment. Nothing was written by this call and the log still
 * works: what is left is kept for {@link Room#RESERVE}. Free space, or checkpoint and call {@link
 * WriteAheadLog#truncateBefore}; appends are then taken again without a restart.
 */
public final class WalFullException extends WalException {
  private static final long serialVersionUID = 1;

  WalFullException(String directory, String reason, @Nullable Throwable cause) {
    super(
        "%s: %s (expected: room for one more segment); free space or truncate the log"
            .formatted(directory, reason),
        cause);
  }
}
