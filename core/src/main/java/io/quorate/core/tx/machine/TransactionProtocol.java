package io.quorate.core.tx.machine;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.log.LogRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;

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
   * Whether transactions begun under {@code other} can be taken up: the same, or one migrated from.
   */
  default boolean reads(ProtocolId other) {
    return other.equals(id());
  }

  /**
   * Starts a transaction.
   *
   * @param input the caller's encoded input
   * @param busyLocks see {@link #step}
   * @return a transition whose first record is the {@code BEGIN}
   */
  Transition<S> begin(TxId tx, byte[] input, Epoch epoch, Instant now, Map<String, TxId> busyLocks);

  /**
   * The {@code BEGIN} record of a transaction that a coordinator takes up later, due at once: how a
   * start is joined to somebody else's local transaction.
   */
  LogRecord enlist(TxId tx, byte[] input, Instant now);

  /**
   * The input a {@code BEGIN} record was made from.
   *
   * @throws UnreadableHistoryException when the record is not of this protocol
   */
  byte[] input(LogRecord begin) throws UnreadableHistoryException;

  /**
   * Takes a transaction up from its records.
   *
   * @param busyLocks see {@link #step}
   * @throws UnreadableHistoryException when the records do not fit this protocol; says what differs
   */
  Transition<S> recover(Recovery recovery, Map<String, TxId> busyLocks)
      throws UnreadableHistoryException;

  /**
   * Takes one input.
   *
   * @param busyLocks locks the log has just refused to a record made from this very input, with
   *     their holders: the transition must not ask for them again now. Empty at the first try
   * @throws ResolutionRefusedException for an {@link Input.Resolve} that does not fit the state
   */
  Transition<S> step(S state, Input input, Map<String, TxId> busyLocks);

  /** Where a transaction stands, for people and tests. */
  Standing standing(S state);

  /**
   * Where a transaction stands by its records alone: what {@link #recover} would do next, a
   * deadline that has passed meanwhile for example, has not happened and is not part of it.
   *
   * @throws UnreadableHistoryException when the records do not fit this protocol; says what differs
   */
  Standing standing(Recovery recovery) throws UnreadableHistoryException;

  /**
   * The decisions that people made about a transaction, in their order, from its records: for
   * audit.
   *
   * @throws UnreadableHistoryException when the records do not fit this protocol
   */
  default List<Decision> decisions(List<LogRecord> history) throws UnreadableHistoryException {
    return List.of();
  }

  /**
   * Performs a call: the one place where the outside world is touched. Runs on a virtual thread and
   * may block; is interrupted when the answer is no longer wanted. What it throws counts as {@link
   * Verdict.Unknown}, an {@link Error} included.
   *
   * @param state the state that asked for the call
   */
  Verdict perform(S state, Call call);
}
