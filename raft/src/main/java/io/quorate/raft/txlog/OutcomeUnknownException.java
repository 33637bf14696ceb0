package io.quorate.raft.txlog;

/** It is not known whether a command was applied, or will be. */
final class OutcomeUnknownException extends Exception {
  private static final long serialVersionUID = 1;

  OutcomeUnknownException(String message, Throwable cause) {
    super(message, cause);
  }
}
