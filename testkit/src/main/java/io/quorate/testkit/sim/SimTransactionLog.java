package io.quorate.testkit.sim;

import static java.util.Objects.requireNonNull;

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
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TransactionLog} in memory, on simulated time, that keeps the contract to the letter and
 * not one bit beyond it: an append that forces nothing stays volatile until a forced one, or a
 * reader, comes; {@link #crash} loses of the volatile ones as many as it is told to.
 *
 * <p>Each object is the log as one process has it open; {@link #openAnother} is the same storage in
 * another process. For use in one thread or many.
 */
public final class SimTransactionLog implements TransactionLog {
  private static final Comparator<TxHead> LONGEST_DUE_FIRST =
      Comparator.comparing(SimTransactionLog::dueSince).thenComparing(TxHead::tx);

  private final SimLogDisk disk;
  private final InstantSource clock;
  private boolean closed;
  private boolean full;
  private @Nullable AppendFault fault;

  private SimTransactionLog(SimLogDisk disk, InstantSource clock) {
    this.disk = disk;
    this.clock = requireNonNull(clock, "clock");
  }

  /**
   * An empty log.
   *
   * @param clock the time of the storage, for example {@link SimWorld#clock()}
   */
  public static SimTransactionLog on(InstantSource clock) {
    return new SimTransactionLog(new SimLogDisk(), clock);
  }

  /** The same storage, opened by another process. */
  public SimTransactionLog openAnother() {
    return new SimTransactionLog(disk, clock);
  }

  /** How many appends of this process a crash now could lose. */
  public int volatileAppends() {
    return locked(() -> disk.pending(this));
  }

  /**
   * Makes the oldest volatile appends durable, as a disk does in its own time.
   *
   * @param appends 0 to {@link #volatileAppends()}
   */
  public void persist(int appends) {
    disk.guard.lock();
    try {
      requireAppends(appends);
      disk.persist(appends);
    } finally {
      disk.guard.unlock();
    }
  }

  /**
   * Ends this process as its death would. Its lease stays.
   *
   * @param kept how many volatile appends, from the oldest, the disk has: 0 to {@link
   *     #volatileAppends()}
   */
  public void crash(int kept) {
    disk.guard.lock();
    try {
      requireAppends(kept);
      closed = true;
      if (disk.pending(this) > 0) {
        disk.persist(kept);
        disk.lose();
      }
    } finally {
      disk.guard.unlock();
    }
  }

  private void requireAppends(int appends) {
    int volatileAppends = disk.pending(this);
    if (appends < 0 || appends > volatileAppends) {
      throw new IllegalArgumentException(
          "appends: %d (expected: 0..%d, the volatile ones)".formatted(appends, volatileAppends));
    }
  }

  /** The next append of this process that would have been accepted fails like this instead. */
  public void failNext(AppendFault next) {
    locked(() -> fault = requireNonNull(next, "next"));
  }

  /** Whether there is room for no {@code BEGIN}. */
  public void full(boolean isFull) {
    locked(() -> full = isFull);
  }

  /**
   * The heads of all transactions by id, what is volatile included. Looks without touching: unlike
   * {@link #head} it makes nothing durable.
   */
  public List<TxHead> inspect() {
    return locked(
        () -> disk.heads(true).stream().sorted(Comparator.comparing(TxHead::tx)).toList());
  }

  /** The locks held and by whom, looked at without touching. */
  public Map<String, TxId> locks() {
    return locked(disk::locks);
  }

  @Override
  public Epoch acquire(String owner, Duration lease) throws EpochHeldException {
    if (lease.isNegative() || lease.isZero()) {
      throw new IllegalArgumentException("lease: " + lease + " (expected: > 0)");
    }
    disk.guard.lock();
    try {
      requireOpen();
      Instant now = disk.time(clock.instant());
      Map.@Nullable Entry<String, Duration> holder = disk.holder(owner, now);
      if (holder != null) {
        throw new EpochHeldException("simulated log", holder.getKey(), holder.getValue());
      }
      return disk.acquire(this, owner, lease, now);
    } finally {
      disk.guard.unlock();
    }
  }

  @Override
  public void renew(Epoch epoch) throws FencedException {
    disk.guard.lock();
    try {
      requireOpen();
      requireNewest(epoch);
      disk.renew(disk.time(clock.instant()));
    } finally {
      disk.guard.unlock();
    }
  }

  @Override
  public void release(Epoch epoch) {
    locked(
        () -> {
          disk.release(epoch);
          return epoch;
        });
  }

  @Override
  public void append(Epoch epoch, List<LogRecord> records)
      throws FencedException, SequenceConflictException, LockHeldException, LogFullException {
    requireSequence(records);
    disk.guard.lock();
    try {
      requireOpen();
      requireNewest(epoch);
      requireNext(records.getFirst());
      requireLocks(records);
      if (full && records.getFirst().seq() == 0) {
        throw new LogFullException("simulated log is full (expected: room for a BEGIN)");
      }
      AppendFault failing = fault;
      fault = null;
      if (failing == AppendFault.UNAVAILABLE) {
        throw new LogUnavailableException("simulated log does not answer");
      }
      if (failing != AppendFault.INDETERMINATE_LOST) {
        disk.append(this, epoch.number(), records, disk.time(clock.instant()));
      }
      if (failing != null) {
        throw new IndeterminateException(
            "simulated log: the connection was lost", new java.io.EOFException("connection"));
      }
    } finally {
      disk.guard.unlock();
    }
  }

  private static void requireSequence(List<LogRecord> records) {
    if (records.isEmpty()) {
      throw new IllegalArgumentException("records: empty (expected: at least one)");
    }
    LogRecord first = records.getFirst();
    for (int i = 0; i < records.size(); i++) {
      LogRecord record = records.get(i);
      if (!record.tx().equals(first.tx()) || record.seq() != first.seq() + i) {
        throw new IllegalArgumentException(
            "records: %s behind %s (expected: one transaction in sequence)"
                .formatted(record, first));
      }
      if (record.kind() == LogRecord.Kind.END && i < records.size() - 1) {
        throw new IllegalArgumentException("records: more behind " + record + " (expected: none)");
      }
    }
  }

  private void requireNewest(Epoch epoch) throws FencedException {
    if (!epoch.equals(disk.newest()) || epoch.number() == 0) {
      throw new FencedException(epoch, disk.newest().number());
    }
  }

  private void requireNext(LogRecord first) throws SequenceConflictException {
    int size = disk.size(first.tx());
    if (first.seq() != size || disk.isEnded(first.tx())) {
      throw new SequenceConflictException(first.tx(), first.seq(), size);
    }
  }

  private void requireLocks(List<LogRecord> records) throws LockHeldException {
    for (LogRecord record : records) {
      for (String lock : record.locks()) {
        TxId holder = disk.lockHolder(lock);
        if (holder != null && !holder.equals(record.tx())) {
          throw new LockHeldException(lock, holder);
        }
      }
    }
  }

  @Override
  public List<LogRecord> read(TxId tx) {
    return shown(() -> disk.read(tx));
  }

  @Override
  public Optional<TxHead> head(TxId tx) {
    return shown(() -> Optional.ofNullable(disk.head(tx)));
  }

  @Override
  public List<TxHead> due(Epoch epoch, int limit) throws FencedException {
    requireLimit(limit);
    disk.guard.lock();
    try {
      requireOpen();
      requireNewest(epoch);
      disk.persist(disk.pending(this));
      Instant now = disk.time(clock.instant());
      return disk.heads(false).stream()
          .filter(head -> isDue(head, epoch, now))
          .sorted(LONGEST_DUE_FIRST)
          .limit(limit)
          .toList();
    } finally {
      disk.guard.unlock();
    }
  }

  private static boolean isDue(TxHead head, Epoch epoch, Instant now) {
    if (head.status() != TxHead.Status.OPEN) {
      return false;
    }
    Instant due = head.due();
    return due == null ? head.epoch() < epoch.number() : !due.isAfter(now);
  }

  private static Instant dueSince(TxHead head) {
    Instant due = head.due();
    return due == null ? head.changedAt() : due;
  }

  @Override
  public List<TxHead> list(Set<TxHead.Status> statuses, @Nullable TxId after, int limit) {
    requireLimit(limit);
    return shown(
        () ->
            disk.heads(false).stream()
                .filter(head -> statuses.contains(head.status()))
                .filter(head -> after == null || head.tx().compareTo(after) > 0)
                .sorted(Comparator.comparing(TxHead::tx))
                .limit(limit)
                .toList());
  }

  private static void requireLimit(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
    }
  }

  @Override
  public Instant now() {
    return locked(
        () -> {
          requireOpen();
          return disk.time(clock.instant());
        });
  }

  @Override
  public void close() {
    disk.guard.lock();
    try {
      if (!closed) {
        disk.persist(disk.pending(this));
        disk.releaseAll(this);
        closed = true;
      }
    } finally {
      disk.guard.unlock();
    }
  }

  private interface Look<T> {
    T look();
  }

  private <T> T locked(Look<T> look) {
    disk.guard.lock();
    try {
      return look.look();
    } finally {
      disk.guard.unlock();
    }
  }

  /** What is shown must be durable, so this process writes what it has first. */
  private <T> T shown(Look<T> look) {
    return locked(
        () -> {
          requireOpen();
          disk.persist(disk.pending(this));
          return look.look();
        });
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the log is closed (expected: open)");
    }
  }
}
