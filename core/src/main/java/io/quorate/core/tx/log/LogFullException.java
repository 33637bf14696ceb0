package io.quorate.core.tx.log;

/** No room for a new transaction. Open ones go on: their room is kept back. */
public final class LogFullException extends TransactionLogException {
  private static final long serialVersionUID = 1;

  public LogFullException(String message) {
    super(message);
  }
}
