package io.quorate.core.tx.machine;

/**
 * Told about every {@link TxEvent}, in the order in which they happened to one transaction, after
 * it became durable. Called on the thread that drives the transaction: must be quick, must not
 * block. What it throws is logged and otherwise ignored.
 */
@FunctionalInterface
public interface TxObserver {
  /** Takes an event. */
  void on(TxEvent event);
}
