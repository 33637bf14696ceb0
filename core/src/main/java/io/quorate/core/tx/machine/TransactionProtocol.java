package io.quorate.core.tx.machine;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.log.LogRecord;
import java.time.Instant;
import java.util.List;

/**
 * One kind of transaction: a saga definition, a TCC or 2PC coordinator.
 *
 * <p>Everything but {@link #perform} is pure: no clock, no thread, no random, no IO, the same
 * answer for the same arguments. States are immutable values.
 *
 * @param <S> the state of one transaction
 */
public interface TransactionProtocol<S> {

  /** Identifies the protocol in a {@code BEGIN} record: see {@link ProtocolId#of(LogRecord)}. */
  ProtocolId id();

  /**
   * Starts a transaction.
   *
   * @param input the caller's encoded input
   * @return a transition whose first record is the {@code BEGIN}
   */
  Transition<S> begin(TxId tx, byte[] input, Epoch epoch, Instant now);

  /**
   * Takes a transaction up from its records, under a new epoch or after it was put aside.
   *
   * @param history all its records, at least the {@code BEGIN}
   * @throws UnreadableHistoryException when the records do not fit this protocol; says what differs
   */
  Transition<S> recover(List<LogRecord> history, Epoch epoch, Instant now)
      throws UnreadableHistoryException;

  /** Takes one input. */
  Transition<S> step(S state, Input input);

  /** Where a transaction stands, for people and tests. */
  Standing standing(S state);

  /**
   * Performs a call: the one place where the outside world is touched. Runs on a virtual thread and
   * may block; is interrupted when the answer is no longer wanted. What it throws counts as {@link
   * Verdict.Unknown}, an {@link Error} included.
   *
   * @param state the state that asked for the call
   */
  Verdict perform(S state, Call call);
}
