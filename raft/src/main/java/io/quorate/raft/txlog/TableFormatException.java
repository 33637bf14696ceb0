package io.quorate.raft.txlog;

import org.jspecify.annotations.Nullable;

/** Bytes are none of this format: damaged, or of a newer release. */
final class TableFormatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TableFormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
