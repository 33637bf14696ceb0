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
   * <p>An owner of the same name does not wait for itself: started again, it takes over at once and
   * fences what is left of its former life. The new epoch is larger than every earlier one, also
   * over close and crash.
   *
   * @param owner who asks, for people to read; see {@link Epoch#owner()}
   * @param lease how long others wait for a renewal before they may take over; positive. A log
   *     whose storage already has a single owner ignores it: there acquiring always succeeds
   * @throws EpochHeldException when another owner's lease has not run out; names it
   * @throws IllegalArgumentException when {@code lease} is not positive
   * @throws LogUnavailableException when the storage does not answer
   */
  Epoch acquire(String owner, Duration lease) throws EpochHeldException;

  /**
   * Extends the lease of {@code epoch}, from now, by the duration it was acquired with. Works after
   * the lease has run out too, as long as nobody has taken over.
   *
   * @throws FencedException when {@code epoch} is not the newest
   */
  void renew(Epoch epoch) throws FencedException;

  /**
   * Gives the lease up, so that the next {@link #acquire} need not wait. Idempotent, does nothing
   * for an epoch that is not the newest, and never throws: at worst the lease runs out by itself.
   */
  void release(Epoch epoch);

  /**
   * Adds records of one transaction, in sequence. Returns once they are durable if one of them is
   * FORCED. Refusals are thrown from here for LAZY ones too, with one exception: where a newer
   * epoch was acquired elsewhere a moment ago, a LAZY append may return and be lost, as in a crash.
   *
   * @param epoch the newest; {@link Epoch#NONE} never is
   * @param records not empty, all of one transaction, with consecutive {@code seq}, none behind an
   *     {@code END}
   * @throws IllegalArgumentException {@code records} are none of that; nothing was written
   * @throws FencedException {@code epoch} is not the newest; nothing was written
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
   * come, and those without one that are in the hands of an older epoch; the latter count as due
   * since their last record. Longest due first, at most {@code limit}.
   *
   * @param limit at least 1
   * @throws FencedException when {@code epoch} is not the newest
   */
  List<TxHead> due(Epoch epoch, int limit) throws FencedException;

  /**
   * Transactions in a status, in the order of their ids, at most {@code limit}.
   *
   * @param after continue behind this id; {@code null} from the start
   * @param limit at least 1
   */
  List<TxHead> list(Set<TxHead.Status> statuses, @Nullable TxId after, int limit);

  /** The log's time: never before any time it gave earlier, over restarts too. */
  Instant now();

  /**
   * Writes what is queued, LAZY records included, gives up the leases acquired here and all other
   * resources. Idempotent; every other method then throws {@link IllegalStateException}, except
   * {@link #release}, which does nothing.
   *
   * @throws LogUnavailableException when LAZY records could not be written; resources are given up
   *     all the same
   */
  @Override
  void close();
}
