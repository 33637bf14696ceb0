package io.quorate.core.wal;

import org.jspecify.annotations.Nullable;

/** What a {@link WriteAheadLog} reports about the world; each kind says what to do next. */
public abstract sealed class WalException extends RuntimeException
    permits WalUnavailableException,
        WalOwnedException,
        WalFormatException,
        WalCorruptException,
        WalPoisonedException,
        WalFullException,
        WalClosedException {
  private static final long serialVersionUID = 1;

  WalException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
