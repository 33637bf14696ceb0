package io.quorate.core.tx.runtime;

import io.quorate.core.tx.TxId;

/** Too many transactions are under way; this one was not begun. Try again later. */
public final class OverloadedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  OverloadedException(TxId tx, int liveMax) {
    super(
        "transaction %s was not begun: %d are under way (liveMax); try again later"
            .formatted(tx, liveMax),
        null,
        false,
        false);
  }
}
