package io.quorate.core.tx.log;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The durable memory of a coordinator.
 *
 * <p><b>Fencing.</b> {@link #acquire} hands out growing epochs. An append under an epoch that is
 * not the newest throws {@link FencedException} and writes nothing: of two processes that both
 * believe to be the coordinator, at most one can write. Leases only decide how long a newcomer
 * waits; they carry no safety.
 *
 * <p><b>Durability.</b> An append returns normally once every FORCED record of it is durable, and
 * with it everything appended before. LAZY records may be lost in a crash, but only as a suffix of
 * their transaction: a transaction's records never have a gap. What {@link #read}, {@link #head},
 * {@link #due} and {@link #list} show is durable: nothing they return can be lost afterwards.
 *
 * <p><b>Atomicity.</b> All records of one append become durable together or not at all.
 *
 * <p><b>Time.</b> {@link #now} is the log's own clock, the only one written into records: it does
 * not go back, not even over a restart, and it decides nothing but when something is tried.
 *
 * <p><b>Threads.</b> All methods may be called by many threads at once, platform or virtual, and
 * block the caller. An interrupt does not abandon an append: it is kept and the append completes.
 *
 * <p>Every implementation passes {@code TransactionLogContract} of quorate-testkit.
 */
public interface TransactionLog extends AutoCloseable {

  /**
   * Becomes the coordinator of this log.
   *
   * @param owner who asks, for people to read; see {@link Epoch#owner()}
   * @param lease how long others wait for a renewal before they may take over; positive. A log
   *     whose storage already has a single owner ignores it
   * @throws EpochHeldException when another owner's lease has not run out; names it
   * @throws LogUnavailableException when the storage does not answer
   */
  Epoch acquire(String owner, Duration lease) throws EpochHeldException;

  /**
   * Extends the lease of {@code epoch}, from now, by the duration it was acquired with.
   *
   * @throws FencedException when a newer epoch exists
   */
  void renew(Epoch epoch) throws FencedException;

  /** Gives the lease up, so that the next {@link #acquire} need not wait. Idempotent. */
  void release(Epoch epoch);

  /**
   * Adds records of one transaction, in sequence.
   *
   * @param records not empty, all of one transaction, with consecutive {@code seq}
   * @throws FencedException a newer epoch exists; nothing was written
   * @throws SequenceConflictException the transaction is not at {@code seq - 1}, or has ended;
   *     nothing was written
   * @throws LockHeldException another transaction holds one of the locks; nothing was written
   * @throws LogFullException no room for a {@code BEGIN}; nothing was written. Room for what open
   *     transactions need is kept back
   * @throws IndeterminateException it is not known whether the records are durable; find out with
   *     {@link #read} before acting on either
   * @throws LogUnavailableException the log does not work any more; nothing was written by this
   *     call
   */
  void append(Epoch epoch, List<LogRecord> records)
      throws FencedException, SequenceConflictException, LockHeldException, LogFullException;

  /** All records of a transaction in sequence; empty where the log does not know it (any more). */
  List<LogRecord> read(TxId tx);

  /** Where a transaction stands; empty where the log does not know it (any more). */
  Optional<TxHead> head(TxId tx);

  /**
   * The open transactions that want attention under {@code epoch}: those whose {@code due} has
   * come, and those in the hands of an older epoch. Longest due first, at most {@code limit}.
   *
   * @throws FencedException when a newer epoch exists
   */
  List<TxHead> due(Epoch epoch, int limit) throws FencedException;

  /**
   * Transactions in a status, in the order of their ids, at most {@code limit}.
   *
   * @param after continue behind this id; {@code null} from the start
   */
  List<TxHead> list(Set<TxHead.Status> statuses, @Nullable TxId after, int limit);

  /** The log's time: never before any time it gave earlier, over restarts too. */
  Instant now();

  /** Gives up all that is held. A clean close loses nothing, LAZY records included. */
  @Override
  void close();
}
