package io.quorate.testkit.crash;

import io.quorate.core.tx.machine.Call;

/** {@link Invariants#C}. */
final class AtMostOnce extends Invariant {
  AtMostOnce() {
    super(Invariants.C);
  }

  @Override
  void effect(TxFacts tx, BranchFacts branch, Call call) {
    require(
        branch.effects(call.ref().phase()) == 1,
        tx,
        "%s of %s took effect %d times"
            .formatted(call.ref().phase(), branch.name(), branch.effects(call.ref().phase())));
  }
}
