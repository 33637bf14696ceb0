package io.quorate.core.tx.log;

/**
 * It is not known whether an append is durable, for example because the connection was lost during
 * COMMIT. Neither answer may be assumed: read the transaction again.
 */
public final class IndeterminateException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public IndeterminateException(String message, Throwable cause) {
    super(message, cause);
  }
}
