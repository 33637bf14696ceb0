package io.quorate.core.wal;

/** The log has been closed. Nothing was written by this call. */
public final class WalClosedException extends WalException {
  private static final long serialVersionUID = 1;

  WalClosedException(String directory) {
    super(directory + ": closed (expected: open); open the log again", null);
  }
}
