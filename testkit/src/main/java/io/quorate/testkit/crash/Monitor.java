package io.quorate.testkit.crash;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.machine.Call;
import io.quorate.core.tx.machine.Standing;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps the facts of one run and tells the invariants of each. Not thread-safe. */
final class Monitor {
  private final boolean twoPhase;
  private final boolean trusted;
  private final boolean guarded;
  private final List<Invariant> invariants = Invariants.forOneRun();
  private final Map<TxId, TxFacts> transactions = new LinkedHashMap<>();
  private Epoch newest = Epoch.NONE;

  Monitor(Settings settings) {
    this.twoPhase = settings.twoPhase();
    this.trusted = !settings.work().performing();
    this.guarded = settings.work().guarded();
  }

  TxFacts tx(TxId id) {
    TxFacts known = transactions.get(id);
    if (known == null) {
      known = new TxFacts(id, twoPhase, trusted);
      transactions.put(id, known);
    }
    return known;
  }

  Collection<TxFacts> transactions() {
    return transactions.values();
  }

  void acquired(Epoch epoch) {
    newest = epoch;
  }

  void appended(TxId id, Epoch epoch) {
    TxFacts tx = tx(id);
    for (Invariant invariant : invariants) {
      invariant.appended(tx, epoch, newest);
    }
  }

  void moved(TxId id, Standing standing, boolean durable) {
    TxFacts tx = tx(id);
    tx.plan(standing.branches());
    for (Invariant invariant : invariants) {
      invariant.moved(tx, standing, durable);
    }
  }

  void told(TxId id, Outcome<byte[]> outcome) {
    TxFacts tx = tx(id);
    for (Invariant invariant : invariants) {
      invariant.told(tx, outcome);
    }
    tx.told().add(outcome);
  }

  /**
   * A participant's business took effect. Without a rule before it, its own code answers the same
   * call again without doing it again; then only the first answer counts.
   */
  void effect(Call call) {
    TxFacts tx = tx(call.ref().tx());
    BranchFacts branch = tx.branch(call.ref().branch());
    if (!guarded) {
      boolean counts =
          switch (call.ref().phase()) {
            case TRY, CONFIRM -> branch.effects(call.ref().phase()) == 0;
            case CANCEL -> branch.isInPlace();
          };
      if (!counts) {
        return;
      }
    }
    branch.effect(call.ref().phase());
    for (Invariant invariant : invariants) {
      invariant.effect(tx, branch, call);
    }
  }

  void answered(Call call, Verdict verdict) {
    TxFacts tx = tx(call.ref().tx());
    BranchFacts branch = tx.branch(call.ref().branch());
    long newestBefore = guarded ? branch.newestEpoch() : 0;
    branch.heard(call.ref().epoch().number());
    switch (call.ref().phase()) {
      case TRY, CONFIRM -> {}
      case CANCEL -> {
        if (verdict instanceof Verdict.Ok) {
          branch.cancelled();
        }
      }
    }
    if (verdict instanceof Verdict.Conflict) {
      tx.conflict();
    }
    for (Invariant invariant : invariants) {
      invariant.answered(tx, call, verdict, newestBefore);
    }
  }

  void crashed() {
    for (Invariant invariant : invariants) {
      invariant.crashed();
    }
  }

  void quiescent() {
    for (TxFacts tx : transactions.values()) {
      for (Invariant invariant : invariants) {
        invariant.quiescent(tx);
      }
    }
  }
}
