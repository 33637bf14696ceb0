package io.quorate.testkit.crash;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.machine.Call;
import io.quorate.core.tx.machine.Standing;

/**
 * Something that must hold in every run. Told of all that happens, in order; looks at the facts and
 * at nothing the code under test could colour. One object serves one run.
 */
abstract class Invariant {
  private final Invariants.Statement statement;

  Invariant(Invariants.Statement statement) {
    this.statement = statement;
  }

  final Invariants.Statement statement() {
    return statement;
  }

  /** A business effect has just happened. */
  void effect(TxFacts tx, BranchFacts branch, Call call) {}

  /**
   * A participant has answered.
   *
   * @param newestBefore the newest epoch it had heard of when the call came
   */
  void answered(TxFacts tx, Call call, Verdict verdict, long newestBefore) {}

  /**
   * The log has accepted an append.
   *
   * @param newest the newest epoch handed out by then
   */
  void appended(TxFacts tx, Epoch epoch, Epoch newest) {}

  /**
   * A transaction has moved.
   *
   * @param durable whether all that was ever appended is durable now
   */
  void moved(TxFacts tx, Standing standing, boolean durable) {}

  /** What was volatile has been lost, or not. */
  void crashed() {}

  /** Callers have just been told. */
  void told(TxFacts tx, Outcome<byte[]> outcome) {}

  /** Nothing moves any more, and all faults are over. */
  void quiescent(TxFacts tx) {}

  final void require(boolean holds, TxFacts tx, String otherwise) {
    if (!holds) {
      throw violated(tx, otherwise);
    }
  }

  final Violated violated(TxFacts tx, String what) {
    return new Violated(statement, "transaction %s: %s".formatted(tx.tx(), what));
  }
}
