package io.quorate.raft.txlog;

import static java.util.Objects.requireNonNull;

import io.quorate.core.time.Timers;
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
import io.quorate.raft.RaftNode;
import io.quorate.raft.txlog.TableReply.Acquired;
import io.quorate.raft.txlog.TableReply.Conflict;
import io.quorate.raft.txlog.TableReply.Done;
import io.quorate.raft.txlog.TableReply.Fenced;
import io.quorate.raft.txlog.TableReply.Full;
import io.quorate.raft.txlog.TableReply.Held;
import io.quorate.raft.txlog.TableReply.Locked;
import io.quorate.raft.txlog.TableReply.Outcome;
import io.quorate.raft.txlog.TransactionTable.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transaction log that a group replicates. Coordinators on any of its nodes share it; when the
 * one that holds the epoch dies, another one takes over and finds all that was acknowledged.
 *
 * <pre>{@code
 * TransactionTable table = new TransactionTable();
 * RaftNode node = server.join(replica, members, new SessionMachine(table, 1_000));
 * try (TransactionLog log = RaftTransactionLog.open(node, table, RaftLogConfig.defaults())) {
 *   Epoch epoch = log.acquire("shop-1", Duration.ofSeconds(10));
 *   log.append(epoch, List.of(begin));
 * }
 * }</pre>
 *
 * <p><b>Durability.</b> An append, LAZY ones included, returns once a quorum has it on disk and it
 * was applied. One that was sent twice because its answer was lost takes effect once.
 *
 * <p><b>Fencing.</b> The epoch is compared where an append is applied, in the one order all nodes
 * agree on. No clock is involved.
 *
 * <p><b>Reading</b> is linearizable on every node. While the fate of an append of this log is not
 * known, reads wait for it: what they show is final.
 *
 * <p><b>Time</b> starts from the wall clock of the node that opens the log, or from the group's
 * where that is later, and runs by the ticker. A node whose wall clock is ahead so moves the time
 * of all forward: timers and leases run out early, nothing else.
 *
 * <p><b>Failure.</b> Without a quorum, calls fail after {@link RaftLogConfig#patience()}: {@link
 * LogUnavailableException} where nothing was written, {@link IndeterminateException} where that is
 * not known.
 *
 * <p><b>Threads.</b> As {@link TransactionLog} demands; costs one daemon thread, {@code
 * quorate-raft-txlog}.
 */
public final class RaftTransactionLog implements TransactionLog {
  private static final Logger LOG = LoggerFactory.getLogger(RaftTransactionLog.class);

  private final RaftNode node;
  private final TransactionTable table;
  private final RaftLogConfig config;
  private final Timers timers;
  private final GroupCalls calls;
  private final LogClock clock;
  private final Set<Epoch> acquired = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  private RaftTransactionLog(RaftNode node, TransactionTable table, RaftLogConfig config) {
    this.node = node;
    this.table = table;
    this.config = config;
    timers = Timers.system("quorate-raft-txlog");
    calls = new GroupCalls(node, timers, config);
    clock = new LogClock(config.ticker(), config.wall().instant());
  }

  /**
   * Opens the log of a group.
   *
   * @param node this node's part in the group; stays its owner's, and is closed after the log
   * @param table the one that {@code node} was joined with, inside a {@code SessionMachine}
   * @throws LogUnavailableException the group has no leader, or does not answer
   */
  public static RaftTransactionLog open(
      RaftNode node, TransactionTable table, RaftLogConfig config) {
    requireNonNull(node, "node");
    requireNonNull(table, "table");
    requireNonNull(config, "config");
    RaftTransactionLog log = new RaftTransactionLog(node, table, config);
    try {
      log.clock.moveBehind(log.calls.read(table::stats).latest());
      Outcome unused = log.call(new TableCommand.Tick(log.clock.reading()));
      return log;
    } catch (RuntimeException | Error e) {
      log.timers.close();
      throw e;
    }
  }

  private String name() {
    return "the log of group " + node.group();
  }

  @Override
  public Epoch acquire(String owner, Duration lease) throws EpochHeldException {
    requireOpen();
    Epoch asking = new Epoch(owner, 0); // checks the name
    if (lease.isNegative() || lease.isZero()) {
      throw new IllegalArgumentException("lease: " + lease + " (expected: > 0)");
    }
    clock.moveBehind(calls.read(table::stats).latest());
    Instant reading = clock.reading();
    Outcome outcome =
        call(new TableCommand.Acquire(reading, asking.owner(), lease, config.limits()));
    return switch (outcome) {
      case Acquired next -> {
        Epoch epoch = new Epoch(owner, next.epoch());
        acquired.add(epoch);
        LOG.info("epoch acquired: group={} epoch={} lease={}", node.group(), epoch, lease);
        yield epoch;
      }
      case Held held -> throw new EpochHeldException(name(), held.holder(), held.remaining());
      default -> throw unexpected(outcome);
    };
  }

  @Override
  public void renew(Epoch epoch) throws FencedException {
    requireOpen();
    Outcome outcome = call(new TableCommand.Renew(clock.reading(), epoch.number()));
    switch (outcome) {
      case Done done -> {}
      case Fenced fenced -> throw new FencedException(epoch, fenced.newest());
      default -> throw unexpected(outcome);
    }
  }

  @Override
  public void release(Epoch epoch) {
    requireNonNull(epoch, "epoch");
    if (!closed.get()) {
      giveUp(epoch);
    }
  }

  private void giveUp(Epoch epoch) {
    acquired.remove(epoch);
    try {
      Outcome unused = call(new TableCommand.Release(clock.reading(), epoch.number()));
    } catch (LogUnavailableException away) {
      LOG.warn(
          "epoch not released: group={} epoch={} cause={}", node.group(), epoch, away.getMessage());
    }
  }

  @Override
  public void append(Epoch epoch, List<LogRecord> given)
      throws FencedException, SequenceConflictException, LockHeldException, LogFullException {
    List<LogRecord> records = Sequence.require(given);
    requireOpen();
    LogRecord first = records.getFirst();
    TableCommand append = new TableCommand.Append(clock.reading(), epoch.number(), records);
    requireFit(append);
    Outcome outcome;
    try {
      outcome = told(append, calls.call(append));
    } catch (OutcomeUnknownException unknown) {
      throw new IndeterminateException(
          "transaction %s: record %d: %s".formatted(first.tx(), first.seq(), unknown.getMessage()),
          unknown);
    }
    switch (outcome) {
      case Done done -> {}
      case Fenced fenced -> throw new FencedException(epoch, fenced.newest());
      case Conflict conflict -> throw conflict(first, conflict.expected());
      case Locked locked -> throw new LockHeldException(locked.lock(), locked.holder());
      case Full full ->
          throw new LogFullException(
              "transaction %s: open transactions hold %d bytes (expected: < liveBytesMax)"
                  .formatted(first.tx(), full.liveBytes()));
      default -> throw unexpected(outcome);
    }
  }

  private void requireFit(TableCommand append) {
    long size = CommandCodec.size(append);
    if (size > config.appendBytesMax()) {
      throw new IllegalArgumentException(
          "records: %d bytes (expected: <= appendBytesMax, %d)"
              .formatted(size, config.appendBytesMax()));
    }
  }

  private static SequenceConflictException conflict(LogRecord first, int expected) {
    return expected == Conflict.ENDED
        ? SequenceConflictException.ended(first.tx(), first.seq())
        : new SequenceConflictException(first.tx(), first.seq(), expected);
  }

  /** A command whose outcome, if it is not known, may be either. */
  private Outcome call(TableCommand command) {
    try {
      return told(command, calls.call(command));
    } catch (OutcomeUnknownException unknown) {
      throw new LogUnavailableException(name() + ": " + unknown.getMessage(), unknown);
    }
  }

  private Outcome told(TableCommand command, TableReply reply) {
    clock.agreed(command.reading());
    clock.moveTo(reply.latest());
    return reply.outcome();
  }

  private IllegalStateException unexpected(Outcome outcome) {
    return new IllegalStateException(
        "%s: %s (expected: an answer of this release)".formatted(name(), outcome));
  }

  private <T> Seen<T> look(Supplier<Seen<T>> lookup) {
    Seen<T> seen = calls.read(lookup);
    clock.moveTo(seen.latest());
    return seen;
  }

  @Override
  public List<LogRecord> read(TxId tx) {
    requireNonNull(tx, "tx");
    requireOpen();
    return look(() -> table.read(tx)).value();
  }

  @Override
  public Optional<TxHead> head(TxId tx) {
    requireNonNull(tx, "tx");
    requireOpen();
    return look(() -> table.head(tx)).value();
  }

  @Override
  public List<TxHead> due(Epoch epoch, int limit) throws FencedException {
    requireLimit(limit);
    requireOpen();
    Instant reading = clock.reading();
    Seen<Optional<List<TxHead>>> seen = look(() -> table.due(epoch.number(), reading, limit));
    if (seen.value().isEmpty()) {
      throw new FencedException(epoch, seen.newest());
    }
    return seen.value().get();
  }

  @Override
  public List<TxHead> list(Set<TxHead.Status> statuses, @Nullable TxId after, int limit) {
    requireLimit(limit);
    requireOpen();
    Set<TxHead.Status> wanted = Set.copyOf(statuses);
    return look(() -> table.list(wanted, after, limit)).value();
  }

  private static void requireLimit(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
    }
  }

  /** Figures of the table, as of all that was agreed on before. */
  public TableStats stats() {
    requireOpen();
    return look(table::stats).value();
  }

  @Override
  public Instant now() {
    requireOpen();
    return clock.now(this::agreeOn);
  }

  private CompletableFuture<?> agreeOn(Instant reading) {
    TableCommand tick = new TableCommand.Tick(reading);
    return calls.begin(tick).thenApply(reply -> told(tick, reply));
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException(name() + " is closed");
    }
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    acquired.forEach(this::giveUp);
    calls.close(config.patience());
    timers.close();
  }
}
