package io.quorate.core.tx.runtime;

import org.jspecify.annotations.Nullable;

/**
 * This coordinator does not work any more: it was closed, another one has taken over, or its log
 * has failed. What was begun goes on in whichever process holds the log next.
 */
public final class CoordinatorStoppedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  CoordinatorStoppedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
