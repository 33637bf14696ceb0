package io.quorate.testkit.crash;

import java.util.List;

/** The invariants that every run is checked against, with their ids. */
public final class Invariants {

  /**
   * An invariant in words.
   *
   * @param id stable; what {@link Verifies} and {@link CrashViolation#invariant} name
   * @param text what must hold
   * @param source where it is from
   */
  public record Statement(String id, String text, String source) {
    @Override
    public String toString() {
      return id + ": " + text;
    }
  }

  static final Statement A =
      new Statement(
          "INV-tx-A",
          "no transaction has one branch confirmed and another cancelled, nor sets participants at"
              + " odds",
          "atomic commitment: Gray, Lamport, Consensus on Transaction Commit, 2006, §2");

  static final Statement B =
      new Statement(
          "INV-tx-B",
          "nothing is undone or confirmed that was not there, and nothing comes after its undoing",
          "conservation: what is available, reserved and spent adds up at every moment");

  static final Statement C =
      new Statement(
          "INV-tx-C",
          "the business effect of a phase of a branch happens at most once",
          "Helland, Life beyond Distributed Transactions, 2007: messages come at least once");

  static final Statement D =
      new Statement(
          "INV-tx-D",
          "a durable decision never changes",
          "stability: Gray, Lamport 2006, §2; Mohan, Lindsay, Obermarck 1986");

  static final Statement E =
      new Statement(
          "INV-tx-E",
          "what a caller was told is what the log and the participants hold",
          "io.quorate.core.tx.Outcome: truth over error codes");

  static final Statement F =
      new Statement(
          "INV-tx-F",
          "once faults are over, every transaction ends or waits for a person, in bounded time",
          "non-triviality: Gray, Lamport 2006, §2");

  static final Statement G =
      new Statement(
          "INV-tx-G",
          "an ended transaction, or one that never began, leaves no reservation, lock or effect",
          "presumed abort: Mohan, Lindsay, Obermarck 1986");

  static final Statement H =
      new Statement(
          "INV-tx-H",
          "all steps remain or none; each starts after and is undone before those it waits for;"
              + " nothing is undone past the point of no return",
          "Garcia-Molina, Salem, Sagas, 1987, §2");

  static final Statement I =
      new Statement(
          "INV-tx-I",
          "the log and every participant refuse an epoch once they know a newer one",
          "fencing by sequencers: Burrows, The Chubby lock service, 2006, §2.4");

  static final Statement CHECK =
      new Statement("CHECK", "what the test itself checks when nothing moves any more", "the test");

  private static final List<Statement> ALL = List.of(A, B, C, D, E, F, G, H, I);

  private Invariants() {}

  /** All of them, in the order of their ids. */
  public static List<Statement> all() {
    return ALL;
  }

  /** One object of each, for one run. C before B: a duplicate is also a loss of balance. */
  static List<Invariant> forOneRun() {
    return List.of(
        new FencedOut(),
        new AtMostOnce(),
        new Conserved(),
        new DecisionStands(),
        new InOrderOrNotAtAll(),
        new Atomic(),
        new NothingLeft(),
        new ToldIsTrue(),
        new Progress());
  }
}
