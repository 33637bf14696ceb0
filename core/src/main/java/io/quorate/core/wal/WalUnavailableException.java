package io.quorate.core.wal;

/**
 * The directory cannot be used: it is a file, may not be written, or its storage says no. Nothing
 * that was durable has changed; put right what the message names and try again.
 */
public final class WalUnavailableException extends WalException {
  private static final long serialVersionUID = 1;

  WalUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
