package io.quorate.core.tx.runtime;

import io.quorate.core.tx.TxId;

/** The id belongs to another transaction: one with another definition or another input. */
public final class ReusedIdException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  ReusedIdException(TxId tx, String what) {
    super(
        "transaction %s exists with %s (expected: a new id, or the same definition and input)"
            .formatted(tx, what));
  }
}
