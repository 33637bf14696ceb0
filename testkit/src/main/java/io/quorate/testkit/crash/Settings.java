package io.quorate.testkit.crash;

import io.quorate.core.tx.log.TransactionLog;
import io.quorate.testkit.sim.SimTransactionLog;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What is run, apart from the protocol.
 *
 * @param inputs one transaction each, all at once
 * @param twoPhase whether TRY only reserves
 * @param faults those that may strike
 * @param limits how many of them in one run
 * @param runsMax how many runs at most
 * @param work what a participant's business is
 * @param participants makes the participants of one run
 * @param logView what the coordinator sees of a log: itself, but for tests of this package
 */
record Settings(
    List<byte[]> inputs,
    boolean twoPhase,
    Set<Fault> faults,
    Budget.Limits limits,
    int runsMax,
    Work work,
    Supplier<? extends ParticipantRule> participants,
    Function<SimTransactionLog, TransactionLog> logView) {

  /** What a participant that is still at it asks to wait before it is asked again. */
  static final Duration POLL = Duration.ofMillis(20);

  /**
   * What happens at a participant when its rule lets a call through.
   *
   * @param performing whether the protocol's own code runs, or only its effect is counted
   * @param guarded whether the participant's rule stands before the code
   * @param reset before each run
   * @param check when nothing moves any more
   */
  record Work(boolean performing, boolean guarded, Runnable reset, Runnable check) {
    static final Work COUNTED = new Work(false, true, () -> {}, () -> {});
  }

  Settings inputs(List<byte[]> changed) {
    return new Settings(changed, twoPhase, faults, limits, runsMax, work, participants, logView);
  }

  Settings twoPhase(boolean changed) {
    return new Settings(inputs, changed, faults, limits, runsMax, work, participants, logView);
  }

  Settings faults(Set<Fault> changed) {
    return new Settings(
        inputs, twoPhase, Set.copyOf(changed), limits, runsMax, work, participants, logView);
  }

  Settings limits(Budget.Limits changed) {
    return new Settings(inputs, twoPhase, faults, changed, runsMax, work, participants, logView);
  }

  Settings runsMax(int changed) {
    return new Settings(inputs, twoPhase, faults, limits, changed, work, participants, logView);
  }

  Settings work(Work changed) {
    return new Settings(inputs, twoPhase, faults, limits, runsMax, changed, participants, logView);
  }

  Settings participants(Supplier<? extends ParticipantRule> changed) {
    return new Settings(inputs, twoPhase, faults, limits, runsMax, work, changed, logView);
  }

  Settings logView(Function<SimTransactionLog, TransactionLog> changed) {
    return new Settings(inputs, twoPhase, faults, limits, runsMax, work, participants, changed);
  }
}
