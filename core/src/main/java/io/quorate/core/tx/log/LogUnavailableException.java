package io.quorate.core.tx.log;

/** The log's storage does not answer, or has failed for good; nothing was written by this call. */
public final class LogUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public LogUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  public LogUnavailableException(String message) {
    super(message);
  }
}
