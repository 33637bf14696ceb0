package io.quorate.raftsim;

import java.util.ArrayList;
import java.util.List;

/** What many runs come to. */
final class Totals {
  private final List<Violation> violations = new ArrayList<>();
  private long seeds;
  private long events;
  private long steps;
  private long messages;
  private long elections;
  private long crashes;
  private long committed;
  private long changes;
  private long installs;
  private long doubts;
  private long operations;
  private long simulatedNanos;
  private long hash;

  void add(SimulationReport report) {
    report.violation().ifPresent(violations::add);
    seeds++;
    events += report.events();
    steps += report.steps();
    messages += report.messages();
    elections += report.elections();
    crashes += report.crashes();
    committed += report.committed();
    changes += report.changes();
    installs += report.installs();
    doubts += report.doubts();
    operations += report.operations();
    simulatedNanos += report.simulatedNanos();
    // A sum: the order in which runs end does not matter.
    hash += report.traceHash();
  }

  List<Violation> violations() {
    return violations;
  }

  long hash() {
    return hash;
  }

  long seeds() {
    return seeds;
  }

  @Override
  public String toString() {
    return """
    seeds %,d, violations %,d
    events %,d, steps %,d, messages %,d
    elections %,d, crashes %,d, membership changes %,d, snapshots installed %,d, doubts %,d
    entries agreed on %,d, client operations %,d
    simulated %,.1f s\
    """
        .formatted(
            seeds,
            violations.size(),
            events,
            steps,
            messages,
            elections,
            crashes,
            changes,
            installs,
            doubts,
            committed,
            operations,
            simulatedNanos / 1e9);
  }
}
