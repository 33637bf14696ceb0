package io.quorate.core.tx.log.file;

import org.jspecify.annotations.Nullable;

/**
 * Records that were, or may have been, acknowledged are missing or cannot be read, so the log was
 * not opened. Nothing was changed. Look with the tool {@code WalTool}; restore the directory from a
 * copy.
 */
public final class LogCorruptException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LogCorruptException(String where, String what, @Nullable Throwable cause) {
    super(
        "%s: %s (expected: every acknowledged record); look with WalTool, restore a copy"
            .formatted(where, what),
        cause);
  }
}
