package io.quorate.core.tx.log;

import io.quorate.core.tx.TxId;

/** Somebody else has added to the transaction first. Read it again and decide anew. */
public final class SequenceConflictException extends TransactionLogException {
  private static final long serialVersionUID = 1;

  public SequenceConflictException(TxId tx, int seq, int expected) {
    this("transaction %s: record %d (expected: %d)".formatted(tx, seq, expected));
  }

  private SequenceConflictException(String message) {
    super(message);
  }

  /** The refusal of a BEGIN whose id is in use, where it is not known how far that one is. */
  public static SequenceConflictException begun(TxId tx) {
    return new SequenceConflictException(
        "transaction %s: record 0 (expected: a later one, it has begun)".formatted(tx));
  }

  /** The refusal of record {@code seq} of a transaction that has ended. */
  public static SequenceConflictException ended(TxId tx, int seq) {
    return new SequenceConflictException(
        "transaction %s: record %d (expected: none, it has ended)".formatted(tx, seq));
  }
}
