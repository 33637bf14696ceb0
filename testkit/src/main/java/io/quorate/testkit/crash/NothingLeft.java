package io.quorate.testkit.crash;

/** {@link Invariants#G}. */
final class NothingLeft extends Invariant {
  NothingLeft() {
    super(Invariants.G);
  }

  @Override
  void quiescent(TxFacts tx) {
    TxFacts.End end = tx.end();
    if (end.head() != null && !end.isEnded()) {
      return;
    }
    require(end.locks().isEmpty(), tx, "has ended and holds the locks " + end.locks());
    for (BranchFacts branch : tx.branches()) {
      require(
          end.head() != null || !branch.isInPlace(),
          tx,
          "%s is in place, but the log knows nothing of the transaction".formatted(branch.name()));
      require(
          !tx.isTwoPhase() || !branch.isReserved(),
          tx,
          "has ended, but %s is still reserved".formatted(branch.name()));
    }
  }
}
