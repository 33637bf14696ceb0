package io.quorate.testkit.crash;

import io.quorate.core.tx.Phase;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.machine.Call;
import io.quorate.core.tx.machine.Standing;

/** {@link Invariants#A}, for protocols whose TRY only reserves. */
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
    if (!tx.isTwoPhase()) {
      return;
    }
    TxFacts.End end = tx.end();
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
