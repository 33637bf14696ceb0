package io.quorate.core.tx.log;

import io.quorate.core.tx.Epoch;

/** The epoch has been superseded: this process is no longer the coordinator. */
public final class FencedException extends TransactionLogException {
  private static final long serialVersionUID = 1;

  public FencedException(Epoch mine, long newest) {
    super(
        "epoch %s is superseded by %d: another coordinator has taken over; stop using this one"
            .formatted(mine, newest));
  }
}
