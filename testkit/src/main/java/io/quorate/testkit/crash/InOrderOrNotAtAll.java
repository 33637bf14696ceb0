package io.quorate.testkit.crash;

import io.quorate.core.tx.machine.Call;
import io.quorate.core.tx.machine.Standing;

/** {@link Invariants#H}, for protocols whose TRY is final unless undone. */
final class InOrderOrNotAtAll extends Invariant {
  InOrderOrNotAtAll() {
    super(Invariants.H);
  }

  @Override
  void effect(TxFacts tx, BranchFacts branch, Call call) {
    if (tx.isTwoPhase()) {
      return;
    }
    switch (call.ref().phase()) {
      case TRY -> started(tx, branch);
      case CANCEL -> undone(tx, branch);
      case CONFIRM -> {}
    }
  }

  private void started(TxFacts tx, BranchFacts branch) {
    Standing.Branch planned = tx.planned(branch.name());
    if (planned == null) {
      return;
    }
    for (String earlier : planned.after()) {
      require(
          tx.branch(earlier).isInPlace(),
          tx,
          "%s was done although %s, which it waits for, is not".formatted(branch.name(), earlier));
    }
  }

  private void undone(TxFacts tx, BranchFacts branch) {
    Standing.Branch planned = tx.planned(branch.name());
    require(
        planned == null || planned.undoable(),
        tx,
        "%s was undone although it cannot be undone".formatted(branch.name()));
    for (Standing.Branch other : tx.plan()) {
      boolean inPlace = tx.branch(other.name()).isInPlace();
      require(
          !inPlace || !other.after().contains(branch.name()),
          tx,
          "%s was undone before %s, which came after it".formatted(branch.name(), other.name()));
      require(
          !inPlace || other.undoable(),
          tx,
          "%s was undone although %s is done and cannot be undone"
              .formatted(branch.name(), other.name()));
    }
  }

  @Override
  void quiescent(TxFacts tx) {
    if (tx.isTwoPhase()) {
      return;
    }
    TxFacts.End end = tx.end();
    for (Standing.Branch branch : tx.plan()) {
      boolean inPlace = tx.branch(branch.name()).isInPlace();
      require(
          !end.isDone() || inPlace,
          tx,
          "ended as done, but %s is not in place".formatted(branch.name()));
      require(
          !end.isUndone() || !inPlace,
          tx,
          "ended as undone, but %s is still in place".formatted(branch.name()));
    }
  }
}
