package io.quorate.testkit.crash;

import io.quorate.core.tx.log.TxHead;

/** {@link Invariants#F}. A run without end is reported by the run itself. */
final class Progress extends Invariant {
  Progress() {
    super(Invariants.F);
  }

  @Override
  void quiescent(TxFacts tx) {
    TxHead head = tx.end().head();
    require(
        head == null || head.status() != TxHead.Status.OPEN,
        tx,
        "is open at record %d, and nothing moves it: no call is out, no timer set, no due time"
            .formatted(head == null ? -1 : head.seq()));
  }
}
