package io.quorate.core.tx.log;

/** What a {@link TransactionLog} reports as the normal course of a race: nothing was written. */
public abstract sealed class TransactionLogException extends Exception
    permits FencedException,
        SequenceConflictException,
        LockHeldException,
        LogFullException,
        EpochHeldException {
  private static final long serialVersionUID = 1;

  TransactionLogException(String message) {
    super(message, null, false, false);
  }
}
