package io.quorate.testkit.crash;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.machine.Call;
import io.quorate.core.tx.machine.Standing;

/**
 * {@link Invariants#A}. Participants that do as they are told never contradict the coordinator, so
 * that a hazard among them is the coordinator's own contradiction. The rest is for protocols whose
 * TRY only reserves.
 */
final class Atomic extends Invariant {
  Atomic() {
    super(Invariants.A);
  }

  @Override
  void answered(TxFacts tx, Call call, Verdict verdict, long newestBefore) {
    if (!tx.isTwoPhase() || call.ref().phase() == Phase.TRY) {
      return;
    }
    for (BranchFacts confirmed : tx.branches()) {
      for (BranchFacts cancelled : tx.branches()) {
        require(
            !confirmed.isConfirmed() || !cancelled.isCancelled(),
            tx,
            "%s is confirmed and %s is cancelled".formatted(confirmed.name(), cancelled.name()));
      }
    }
  }

  @Override
  void quiescent(TxFacts tx) {
    TxFacts.End end = tx.end();
    require(
        !(end.outcome() instanceof Outcome.Hazard) || !tx.areParticipantsTrusted(),
        tx,
        "is in hazard, although every participant did as it was told: " + tx.branches());
    if (!tx.isTwoPhase()) {
      return;
    }
    for (Standing.Branch planned : tx.plan()) {
      BranchFacts branch = tx.branch(planned.name());
      require(
          !end.isDone() || branch.isInPlace(),
          tx,
          "ended as done, but nothing of %s is in place".formatted(branch.name()));
      require(
          !end.isUndone() || !branch.isConfirmed(),
          tx,
          "ended as undone, but %s is confirmed".formatted(branch.name()));
    }
  }
}
