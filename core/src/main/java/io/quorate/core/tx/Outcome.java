package io.quorate.core.tx;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a caller is told about a transaction. It always equals what the log holds: where the log
 * does not know, neither does the outcome.
 *
 * @param <R> what a finished transaction returns
 */
public sealed interface Outcome<R> {

  /** The transaction this is about. */
  TxId id();

  /** Every effect is in place. Final. */
  record Done<R>(TxId id, R value) implements Outcome<R> {
    public Done {
      requireNonNull(id, "id");
    }
  }

  /**
   * No effect remains. Final.
   *
   * @param why the first cause
   */
  record Undone<R>(TxId id, String why) implements Outcome<R> {
    public Undone {
      requireNonNull(id, "id");
      requireNonNull(why, "why");
    }
  }

  /**
   * Not finished. The coordinator, this one or the next, goes on by itself.
   *
   * @param direction which way it will end, as far as that is durably decided
   * @param waitingFor the branches it waits for; empty where this process does not know
   */
  record Pending<R>(TxId id, Direction direction, List<String> waitingFor) implements Outcome<R> {
    public Pending {
      requireNonNull(id, "id");
      requireNonNull(direction, "direction");
      waitingFor = List.copyOf(waitingFor);
    }
  }

  /**
   * Not finished, and a person has to decide: the attempts allowed for a branch are used up.
   *
   * @param branch the branch that is stuck
   * @param why what the last attempt said
   * @param attempts how many were made
   */
  record Parked<R>(TxId id, String branch, String why, int attempts) implements Outcome<R> {
    public Parked {
      requireNonNull(id, "id");
      requireNonNull(branch, "branch");
      requireNonNull(why, "why");
    }
  }

  /**
   * Participants disagree: one holds the opposite of what was decided.
   *
   * @param facts one line for each branch, with what is known of it
   */
  record Hazard<R>(TxId id, List<String> facts) implements Outcome<R> {
    public Hazard {
      requireNonNull(id, "id");
      facts = List.copyOf(facts);
    }
  }

  /** Which way an unfinished transaction will end. */
  enum Direction {
    /** Either way is still possible. */
    UNDECIDED,
    /** It will be done: nothing can stop it any more. */
    FORWARD,
    /** It will be undone. */
    BACKWARD
  }
}
