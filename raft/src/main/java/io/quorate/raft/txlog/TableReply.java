package io.quorate.raft.txlog;

import io.quorate.core.tx.TxId;
import java.time.Duration;
import java.time.Instant;

/**
 * What a table answers.
 *
 * @param latest the table's time
 * @param outcome what came of the command
 */
record TableReply(Instant latest, Outcome outcome) {

  /** What came of a command. All but {@link Acquired} and {@link Done} changed nothing but time. */
  sealed interface Outcome {}

  /** The next epoch. */
  record Acquired(long epoch) implements Outcome {}

  /** Another owner's lease has not run out. */
  record Held(String holder, Duration remaining) implements Outcome {}

  /** Done. */
  record Done() implements Outcome {}

  /** The epoch is not the newest. */
  record Fenced(long newest) implements Outcome {}

  /**
   * The transaction is elsewhere.
   *
   * @param expected the sequence that would fit; {@link #ENDED} where none does
   */
  record Conflict(int expected) implements Outcome {
    static final int ENDED = -1;
  }

  /** Another transaction holds a lock. */
  record Locked(TxId holder, String lock) implements Outcome {}

  /** Open transactions hold too much for another one. */
  record Full(long liveBytes) implements Outcome {}

  /** The command makes no sense to this release. */
  record Senseless() implements Outcome {}
}
