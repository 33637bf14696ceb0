package io.quorate.testkit.crash;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.machine.Standing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What truly happened to one transaction. Not thread-safe. */
final class TxFacts {
  private final TxId tx;
  private final boolean twoPhase;
  private final boolean trusted;
  private final Map<String, BranchFacts> branches = new LinkedHashMap<>();
  private final List<Outcome<byte[]>> told = new ArrayList<>();
  private List<Standing.Branch> plan = List.of();
  private boolean conflict;
  private @Nullable End end;

  /**
   * What is found in the log when nothing moves any more.
   *
   * @param head {@code null} where the log does not know the transaction
   * @param outcome what a fresh reading of the log says; {@code null} likewise
   * @param locks those it still holds
   */
  record End(@Nullable TxHead head, @Nullable Outcome<byte[]> outcome, Set<String> locks) {
    boolean isEnded() {
      return head != null && head.status() == TxHead.Status.ENDED;
    }

    boolean isDone() {
      return isEnded() && outcome instanceof Outcome.Done;
    }

    boolean isUndone() {
      return isEnded() && outcome instanceof Outcome.Undone;
    }
  }

  TxFacts(TxId tx, boolean twoPhase, boolean trusted) {
    this.tx = tx;
    this.twoPhase = twoPhase;
    this.trusted = trusted;
  }

  TxId tx() {
    return tx;
  }

  /** Whether TRY only reserves and CONFIRM makes it final. */
  boolean isTwoPhase() {
    return twoPhase;
  }

  /** Whether the participants are known to do as they are told. */
  boolean areParticipantsTrusted() {
    return trusted;
  }

  BranchFacts branch(String name) {
    return branches.computeIfAbsent(name, BranchFacts::new);
  }

  /** The branches that were ever called. */
  Collection<BranchFacts> branches() {
    return branches.values();
  }

  /** The branches as the protocol defines them; empty before the transaction has begun. */
  List<Standing.Branch> plan() {
    return plan;
  }

  void plan(List<Standing.Branch> defined) {
    plan = defined;
  }

  Standing.@Nullable Branch planned(String name) {
    for (Standing.Branch branch : plan) {
      if (branch.name().equals(name)) {
        return branch;
      }
    }
    return null;
  }

  /** What callers were told, in order. */
  List<Outcome<byte[]>> told() {
    return told;
  }

  /** Whether a participant has ever answered that it holds the opposite. */
  boolean hadConflict() {
    return conflict;
  }

  void conflict() {
    conflict = true;
  }

  /** What the log holds when nothing moves any more. */
  End end() {
    End found = end;
    if (found == null) {
      throw new IllegalStateException("transaction " + tx + " is still moving");
    }
    return found;
  }

  void end(End found) {
    end = found;
  }
}
