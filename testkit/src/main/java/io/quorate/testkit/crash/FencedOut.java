package io.quorate.testkit.crash;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.machine.Call;

/**
 * {@link Invariants#I}. The log knows a newer epoch from the moment it is acquired; a participant
 * from the first call that carries it, because nothing else reaches a participant.
 */
final class FencedOut extends Invariant {
  FencedOut() {
    super(Invariants.I);
  }

  @Override
  void appended(TxFacts tx, Epoch epoch, Epoch newest) {
    require(
        epoch.number() == newest.number(),
        tx,
        "the log took records of epoch %s after it had handed out %s".formatted(epoch, newest));
  }

  @Override
  void answered(TxFacts tx, Call call, Verdict verdict, long newestBefore) {
    boolean accepted = verdict instanceof Verdict.Ok || verdict instanceof Verdict.Ongoing;
    require(
        !accepted || call.ref().epoch().number() >= newestBefore,
        tx,
        "%s accepted %s of epoch %d after it had heard of %d"
            .formatted(
                call.ref().branch(),
                call.ref().phase(),
                call.ref().epoch().number(),
                newestBefore));
  }
}
