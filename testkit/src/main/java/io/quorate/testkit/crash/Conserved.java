package io.quorate.testkit.crash;

import io.quorate.core.tx.Phase;
import io.quorate.core.tx.machine.Call;

/** {@link Invariants#B}. */
final class Conserved extends Invariant {
  Conserved() {
    super(Invariants.B);
  }

  @Override
  void effect(TxFacts tx, BranchFacts branch, Call call) {
    boolean tried = branch.effects(Phase.TRY) > 0;
    switch (call.ref().phase()) {
      case TRY ->
          require(
              !branch.isCancelled(),
              tx,
              "%s took effect after it had been cancelled: nobody will undo it"
                  .formatted(branch.name()));
      case CONFIRM -> {
        require(tried, tx, "%s was confirmed but never reserved".formatted(branch.name()));
        require(
            branch.effects(Phase.CANCEL) == 0,
            tx,
            "%s was confirmed after it had been undone".formatted(branch.name()));
      }
      case CANCEL -> {
        require(tried, tx, "%s was undone but had never been done".formatted(branch.name()));
        require(
            !branch.isConfirmed(),
            tx,
            "%s was undone after it had been confirmed".formatted(branch.name()));
      }
    }
  }
}
