package io.quorate.core.tx.machine;

import static java.util.Objects.requireNonNull;

/**
 * Somebody who is told what happens to transactions: telemetry, a test, a dashboard.
 *
 * <p>Events of one transaction come one after the other and in order; those of different ones may
 * come on many threads at once.
 */
@FunctionalInterface
public interface TxObserver {

  /**
   * Takes an event. Runs on the thread that drives the transaction: it must be quick and must not
   * block. What it throws is the coordinator's to log, and changes nothing.
   */
  void on(TxEvent event);

  /** Both are told, this one first. */
  default TxObserver and(TxObserver other) {
    requireNonNull(other, "other");
    return event -> {
      on(event);
      other.on(event);
    };
  }

  /** Nobody. */
  static TxObserver none() {
    return event -> {};
  }
}
