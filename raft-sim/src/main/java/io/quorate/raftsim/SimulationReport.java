package io.quorate.raftsim;

import java.util.Optional;

/**
 * What happened in a run.
 *
 * @param seed of the run
 * @param violation what was not as it must be
 * @param traceHash a hash of all events: the same for the same run
 * @param events how many events there were
 * @param steps tasks of consensus that nodes ran
 * @param messages messages sent
 * @param elections elections won
 * @param crashes crashes of nodes
 * @param committed entries agreed on
 * @param changes configurations that leaders appended
 * @param installs snapshots taken from another node
 * @param doubts starts that found entries missing
 * @param operations what clients got done
 * @param simulatedNanos how long it took in virtual time
 */
public record SimulationReport(
    long seed,
    Optional<Violation> violation,
    long traceHash,
    long events,
    long steps,
    long messages,
    long elections,
    long crashes,
    long committed,
    long changes,
    long installs,
    long doubts,
    long operations,
    long simulatedNanos) {

  /**
   * Nothing, if all was as it must be.
   *
   * @throws AssertionError it was not; says the seed and the rule
   */
  public SimulationReport requireSound() {
    if (violation.isPresent()) {
      throw new AssertionError(violation.get().toString());
    }
    return this;
  }
}
