package io.quorate.raft.txlog;

import org.jspecify.annotations.Nullable;

/** It is not known whether a command was applied, or will be. */
final class OutcomeUnknownException extends Exception {
  private static final long serialVersionUID = 1;

  OutcomeUnknownException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
