package io.quorate.core.tx.log;

import io.quorate.core.tx.TxId;

/** Somebody else has added to the transaction first. Read it again and decide anew. */
public final class SequenceConflictException extends TransactionLogException {
  private static final long serialVersionUID = 1;

  public SequenceConflictException(TxId tx, int seq, int expected) {
    super("transaction %s: record %d (expected: %d)".formatted(tx, seq, expected));
  }
}
