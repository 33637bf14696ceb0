package io.quorate.core.tx.machine;

import io.quorate.core.tx.Outcome;
import java.util.List;
import java.util.Set;

/**
 * Where a transaction stands.
 *
 * @param direction which way it goes
 * @param branches its branches in the order they were defined
 * @param outcome what a caller would be told now
 */
public record Standing(
    Outcome.Direction direction, List<Branch> branches, Outcome<byte[]> outcome) {
  public Standing {
    branches = List.copyOf(branches);
  }

  /**
   * One branch.
   *
   * @param name unique within the transaction
   * @param after the branches that must be done before it starts; it is undone before they are
   * @param undoable whether it can be undone once done
   * @param state what is known of it
   * @param attempts how often its current phase was tried
   * @param detail the last thing heard of it, for people; empty where nothing was
   */
  public record Branch(
      String name, Set<String> after, boolean undoable, State state, int attempts, String detail) {
    public Branch {
      after = Set.copyOf(after);
    }
  }

  /** What is known of a branch. */
  public enum State {
    /** Not asked yet. */
    IDLE,
    /** Asked, or about to be asked again. It may or may not have had its effect. */
    RUNNING,
    /** Done. */
    DONE,
    /** Refused: it had no effect. */
    REFUSED,
    /** Being undone. */
    UNDOING,
    /** Undone. */
    UNDONE,
    /** Waits for a person. */
    PARKED,
    /** The participant holds the opposite. */
    CONFLICT
  }
}
