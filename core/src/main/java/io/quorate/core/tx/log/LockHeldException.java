package io.quorate.core.tx.log;

import io.quorate.core.tx.TxId;

/** A lock is held by another transaction until that one ends. */
public final class LockHeldException extends TransactionLogException {
  private static final long serialVersionUID = 1;

  private final String lock;
  private final TxId holder;

  public LockHeldException(String lock, TxId holder) {
    super("lock %s is held by transaction %s until it ends".formatted(lock, holder));
    this.lock = lock;
    this.holder = holder;
  }

  /** The lock that was asked for. */
  public String lock() {
    return lock;
  }

  /** The transaction that holds it. */
  public TxId holder() {
    return holder;
  }
}
