package io.quorate.core.tx.runtime;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.EpochHeldException;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.IndeterminateException;
import io.quorate.core.tx.log.LockHeldException;
import io.quorate.core.tx.log.LogFullException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.log.TxHead;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A real log between which and its user things go wrong on command. */
final class FaultyLog implements TransactionLog {

  /** What goes wrong with an append. */
  enum Fault {
    NONE,
    /** The answer is lost, the records are not. */
    LOST_ANSWER,
    /** The answer is lost, and so are the records. */
    LOST_RECORDS,
    /** Nothing is written. */
    UNAVAILABLE,
    /** Another coordinator has taken over. */
    FENCED,
    /** No room. */
    FULL
  }

  /** Chooses what goes wrong. */
  interface Plan {
    Fault faultAt(List<LogRecord> records);
  }

  private final TransactionLog real;
  private volatile Plan plan = records -> Fault.NONE;
  private volatile boolean away;
  private volatile boolean fencedElsewhere;
  private volatile Supplier<? extends @Nullable Throwable> renewalFailure = () -> null;
  private volatile Supplier<? extends @Nullable Throwable> lookFailure = () -> null;
  private final Map<TxId, Supplier<? extends @Nullable Throwable>> unreadable =
      new ConcurrentHashMap<>();
  final AtomicInteger looks = new AtomicInteger();
  final Map<TxId, Integer> reads = new ConcurrentHashMap<>();
  final AtomicInteger appends = new AtomicInteger();
  final AtomicInteger renewals = new AtomicInteger();
  final AtomicInteger refusals = new AtomicInteger();

  FaultyLog(TransactionLog real) {
    this.real = real;
  }

  void plan(Plan plan) {
    this.plan = plan;
  }

  /** While away, nothing answers. */
  void away(boolean away) {
    this.away = away;
  }

  /** Reading this transaction fails, until it heals. */
  void unreadable(TxId tx, Supplier<? extends Throwable> failure) {
    unreadable.put(tx, failure);
  }

  void heal(TxId tx) {
    unreadable.remove(tx);
  }

  /** Renewing fails with what this gives, unless that is {@code null}. */
  void renewalsFail(Supplier<? extends @Nullable Throwable> failure) {
    renewalFailure = failure;
  }

  /** Asking for what is due fails with what this gives, unless that is {@code null}. */
  void looksFail(Supplier<? extends @Nullable Throwable> failure) {
    lookFailure = failure;
  }

  private static void failWith(@Nullable Throwable failure) {
    switch (failure) {
      case null -> {}
      case RuntimeException thrown -> throw thrown;
      case Error thrown -> throw thrown;
      case Throwable other -> throw new AssertionError(other);
    }
  }

  /** Another coordinator has taken over: every epoch is an older one. */
  void fenceAll() {
    fencedElsewhere = true;
  }

  private void requireThere() {
    if (away) {
      refusals.incrementAndGet();
      throw new LogUnavailableException("away");
    }
  }

  private void requireNewest(Epoch epoch) throws FencedException {
    if (fencedElsewhere) {
      throw new FencedException(epoch, epoch.number() + 1);
    }
  }

  @Override
  public Epoch acquire(String owner, Duration lease) throws EpochHeldException {
    return real.acquire(owner, lease);
  }

  @Override
  public void renew(Epoch epoch) throws FencedException {
    renewals.incrementAndGet();
    failWith(renewalFailure.get());
    requireThere();
    requireNewest(epoch);
    real.renew(epoch);
  }

  @Override
  public void release(Epoch epoch) {
    real.release(epoch);
  }

  @Override
  public void append(Epoch epoch, List<LogRecord> records)
      throws FencedException, SequenceConflictException, LockHeldException, LogFullException {
    appends.incrementAndGet();
    requireThere();
    requireNewest(epoch);
    switch (plan.faultAt(records)) {
      case NONE -> real.append(epoch, records);
      case LOST_ANSWER -> {
        real.append(epoch, records);
        throw new IndeterminateException("the answer was lost", new RuntimeException("reset"));
      }
      case LOST_RECORDS ->
          throw new IndeterminateException("the request was lost", new RuntimeException("reset"));
      case UNAVAILABLE -> throw new LogUnavailableException("no answer to this one");
      case FENCED -> throw new FencedException(epoch, epoch.number() + 1);
      case FULL -> throw new LogFullException("full");
    }
  }

  @Override
  public List<LogRecord> read(TxId tx) {
    requireThere();
    reads.merge(tx, 1, Integer::sum);
    failWith(unreadable.getOrDefault(tx, () -> null).get());
    return real.read(tx);
  }

  @Override
  public Optional<TxHead> head(TxId tx) {
    requireThere();
    return real.head(tx);
  }

  @Override
  public List<TxHead> due(Epoch epoch, int limit) throws FencedException {
    looks.incrementAndGet();
    requireThere();
    failWith(lookFailure.get());
    requireNewest(epoch);
    return real.due(epoch, limit);
  }

  @Override
  public List<TxHead> list(Set<TxHead.Status> statuses, @Nullable TxId after, int limit) {
    requireThere();
    return real.list(statuses, after, limit);
  }

  @Override
  public Instant now() {
    return real.now();
  }

  @Override
  public void close() {
    real.close();
  }
}
