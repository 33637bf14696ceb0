package io.quorate.core.tx.log.file;

import org.jspecify.annotations.Nullable;

/**
 * Records that were, or may have been, acknowledged are missing or cannot be read, so the log was
 * not opened. Nothing was changed. Look with {@link TransactionLogTool} and {@link
 * io.quorate.core.wal.WalTool}; restore the directory from a copy.
 */
public final class LogCorruptException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param at where in the log, behind its name; empty for the log as a whole
   */
  LogCorruptException(String directory, String at, String what, @Nullable Throwable cause) {
    super(
        "%s%s: %s (expected: every acknowledged record); look with ./quorate txlog list %s"
                .formatted(directory, at, what, directory)
            + " (TransactionLogTool) and ./quorate wal verify %s (WalTool), restore a copy"
                .formatted(directory),
        cause);
  }
}
