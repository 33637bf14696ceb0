package io.quorate.core.tx.machine;

/** The records of a transaction do not fit the protocol that should take it up. */
public final class UnreadableHistoryException extends Exception {
  private static final long serialVersionUID = 1;

  public UnreadableHistoryException(String message) {
    super(message);
  }
}
