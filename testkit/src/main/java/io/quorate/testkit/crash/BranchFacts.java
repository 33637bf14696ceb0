package io.quorate.testkit.crash;

import io.quorate.core.tx.Phase;

/**
 * What truly happened at one participant, kept apart from what it, the log or the protocol says.
 * Not thread-safe.
 */
final class BranchFacts {
  private final String name;
  private int tries;
  private int confirms;
  private int cancels;
  private boolean cancelled;
  private long newestEpoch;

  BranchFacts(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  /** How often a phase's business effect happened. */
  int effects(Phase phase) {
    return switch (phase) {
      case TRY -> tries;
      case CONFIRM -> confirms;
      case CANCEL -> cancels;
    };
  }

  /** Whether the effect of TRY is there: not undone, and not made final either. */
  boolean isReserved() {
    return isInPlace() && !isConfirmed();
  }

  /** Whether the effect of TRY happened and was not undone. */
  boolean isInPlace() {
    return tries > cancels;
  }

  boolean isConfirmed() {
    return confirms > 0;
  }

  /** Whether a CANCEL was answered with Ok, even where there was nothing to undo. */
  boolean isCancelled() {
    return cancelled;
  }

  /** The newest epoch a call came with. */
  long newestEpoch() {
    return newestEpoch;
  }

  void effect(Phase phase) {
    switch (phase) {
      case TRY -> tries++;
      case CONFIRM -> confirms++;
      case CANCEL -> cancels++;
    }
  }

  void cancelled() {
    cancelled = true;
  }

  void heard(long epoch) {
    newestEpoch = Math.max(newestEpoch, epoch);
  }

  @Override
  public String toString() {
    return "%s: try %d, confirm %d, cancel %d%s"
        .formatted(name, tries, confirms, cancels, cancelled ? ", told to cancel" : "");
  }
}
