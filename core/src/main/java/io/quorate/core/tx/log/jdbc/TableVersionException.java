package io.quorate.core.tx.log.jdbc;

import org.jspecify.annotations.Nullable;

/** A newer release wrote the tables. Nothing was changed; use that release or a later one. */
public final class TableVersionException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private TableVersionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static TableVersionException of(String table, int found, int supported) {
    return new TableVersionException(
        "%s: version %d (expected: <= %d); use the release that wrote the tables, or a later one"
            .formatted(table, found, supported),
        null);
  }

  /** The same for the caller's thread, with its stack. */
  TableVersionException here() {
    return new TableVersionException(String.valueOf(getMessage()), this);
  }
}
