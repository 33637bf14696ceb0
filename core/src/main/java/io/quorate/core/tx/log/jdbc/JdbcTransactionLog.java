package io.quorate.core.tx.log.jdbc;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.internal.SqlFailures;
import io.quorate.core.tx.internal.SqlScript;
import io.quorate.core.tx.log.EpochHeldException;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.IndeterminateException;
import io.quorate.core.tx.log.JoinableLog;
import io.quorate.core.tx.log.LockHeldException;
import io.quorate.core.tx.log.LogFullException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.log.TxHead;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transaction log in PostgreSQL or H2.
 *
 * <p><b>Writing.</b> All appends go through one writer thread, which commits as one transaction
 * whatever queued while the previous COMMIT ran: at idle an append is committed at once, under load
 * one COMMIT carries hundreds. On PostgreSQL a batch is three round trips. A refusal (sequence,
 * lock, fencing) concerns its own append and no other of the batch.
 *
 * <p><b>Fencing.</b> A batch locks the epoch's row in share mode until it is committed; acquiring
 * an epoch updates that row. So an epoch is handed out only when no append of an older one can
 * still become durable, and such an append finds the newer epoch when it gets its lock.
 *
 * <p><b>Durability.</b> Forced appends, epochs and leases are committed with {@code
 * synchronous_commit} at least {@code on} (PostgreSQL) or forced to disk (H2). An exception during
 * COMMIT becomes {@link IndeterminateException}; after one, every read first waits until that
 * transaction is over, so what it shows is final. A LAZY append of a transaction this log wrote
 * before returns at once; others cost as much as forced ones.
 *
 * <p><b>Forgetting.</b> The holder of the epoch forgets transactions by itself once their end is
 * longer ago than {@link JdbcLogConfig#retention()}, beside the appends and in small bites.
 *
 * <p><b>Damage.</b> Rows that mean nothing or contradict each other are a {@link
 * LogDamagedException} where their transaction is read or appended to; {@link #due} and {@link
 * #list} leave them out and report them, so that they stop no other transaction. Tables of a newer
 * release are refused ({@link TableVersionException}).
 *
 * <p><b>Time.</b> {@link #now} starts from the database's clock and runs by the ticker. It stands
 * still while the database is away for longer than two seconds.
 *
 * <p><b>Threads.</b> As {@link TransactionLog} demands. Connections are used by threads of the
 * log's own; a caller's interrupt reaches none.
 */
public final class JdbcTransactionLog implements JoinableLog {
  private static final Logger LOG = LoggerFactory.getLogger(JdbcTransactionLog.class);

  /** Ten years: longer leases are cut to it, so that their end can be written as a time. */
  private static final Duration LEASE_MAX = Duration.ofDays(3650);

  private final JdbcLogConfig config;
  private final Database database;
  private final LogTables tables;
  private final HeadQueries queries;
  private final Leases leases;
  private final LogClock clock;
  private final JoinedBegin joinedBegin;
  private final AppendQueue queue;
  private final BatchWriter writer;
  private final Purger purger;
  private final TableNames names;
  private final Set<Epoch> acquired = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();

  private JdbcTransactionLog(JdbcLogConfig config, JdbcDialect dialect) {
    this.config = config;
    this.names = new TableNames(config.tablePrefix());
    this.tables = LogTables.of(dialect, config.shard(), names);
    this.database = new Database(config, names, tables);
    this.queries = new HeadQueries(config.shard(), names);
    this.clock = new LogClock(config, dialect, names);
    this.leases = new Leases(config, clock, names);
    this.joinedBegin = new JoinedBegin(dialect, config.shard(), names);
    this.queue = new AppendQueue(config);
    this.writer =
        new BatchWriter(
            config, database, queue, new WriterSession(database, tables, clock, queries));
    this.purger = new Purger(config, this::purgeAsHolder);
  }

  /**
   * Opens the log; it costs one thread, a virtual one that purges, and, while there is work, one
   * connection.
   *
   * @throws LogUnavailableException when the database does not answer, or has not got the tables
   * @throws TableVersionException when a newer release wrote the tables; nothing was changed
   * @throws IllegalArgumentException when the log does not run on this database
   */
  public static JdbcTransactionLog open(JdbcLogConfig config) {
    JdbcDialect dialect;
    try (Connection connection = config.dataSource().getConnection()) {
      dialect = JdbcDialect.of(connection);
      if (config.createTables()) {
        createTables(connection, dialect, config.tablePrefix());
      }
    } catch (SQLException failure) {
      throw new LogUnavailableException(
          "shard " + config.shard() + " was not opened: " + failure.getMessage(), failure);
    }
    JdbcTransactionLog log = new JdbcTransactionLog(config, dialect);
    try {
      log.clock.startFrom(log.database.query("opening", log::prepare));
      Instant unused = log.now(); // makes the first ceiling durable
    } catch (LogUnavailableException away) {
      log.database.close();
      throw new LogUnavailableException(
          "shard %s was not opened; if its tables are missing, run createTables: %s"
              .formatted(config.shard(), away.getMessage()),
          away);
    } catch (RuntimeException | Error e) {
      log.database.close();
      throw e;
    }
    log.writer.start();
    log.purger.start();
    return log;
  }

  /**
   * Creates the tables that are missing; changes none that exist, and locks none that a writer
   * would wait for (PostgreSQL). Safe to run by several processes at once. The statements are in
   * {@code postgresql.sql} and {@code h2.sql} beside this class.
   *
   * @param tablePrefix see {@link JdbcLogConfig#tablePrefix()}
   * @throws TableVersionException when a newer release wrote the tables; nothing was changed
   */
  public static void createTables(DataSource dataSource, String tablePrefix) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      createTables(connection, JdbcDialect.of(connection), tablePrefix);
    }
  }

  private static void createTables(Connection connection, JdbcDialect dialect, String tablePrefix)
      throws SQLException {
    SqlScript.requireIdentifier("tablePrefix", tablePrefix);
    // Before anything is created: a newer release may have done without one of these tables.
    boolean unused = TableVersion.check(connection, new TableNames(tablePrefix));
    SqlScript.of(JdbcTransactionLog.class, dialect.schema(), Map.of("prefix", tablePrefix))
        .run(connection);
    if (!connection.getAutoCommit()) {
      connection.commit();
    }
  }

  private Instant prepare(Connection connection) throws SQLException {
    boolean exists = leases.exists(connection);
    TableVersion.require(connection, names);
    if (!exists) {
      try {
        leases.create(connection);
      } catch (SQLException failure) {
        if (SqlFailures.of(failure) != SqlFailures.DUPLICATE) {
          throw failure;
        }
      }
    }
    return clock.read(connection);
  }

  @Override
  public Epoch acquire(String owner, Duration lease) throws EpochHeldException {
    ensureOpen();
    Epoch asking = new Epoch(owner, 0); // checks the name
    if (lease.isNegative() || lease.isZero()) {
      throw new IllegalArgumentException("lease: " + lease + " (expected: > 0)");
    }
    Duration length = lease.compareTo(LEASE_MAX) < 0 ? lease : LEASE_MAX;
    Leases.Acquired answer =
        database.transact(
            "acquire",
            connection -> {
              TableVersion.require(connection, names);
              return leases.acquire(connection, asking.owner(), length);
            });
    Epoch epoch = answer.orThrow("the log of shard " + config.shard());
    clock.startFrom(answer.time());
    queue.forgetHeads();
    acquired.add(epoch);
    LOG.info("epoch acquired: shard={} epoch={} lease={}", config.shard(), epoch, length);
    return epoch;
  }

  @Override
  public void renew(Epoch epoch) throws FencedException {
    ensureOpen();
    if (!database.transact("renew", connection -> leases.renew(connection, epoch))) {
      throw new FencedException(epoch, newest());
    }
  }

  @Override
  public void release(Epoch epoch) {
    if (!closed.get()) {
      giveUp(epoch);
    }
  }

  private void giveUp(Epoch epoch) {
    acquired.remove(epoch);
    try {
      database.transact(
          "release",
          connection -> {
            leases.release(connection, epoch);
            return true;
          });
    } catch (LogUnavailableException away) {
      LOG.warn(
          "epoch not released: shard={} epoch={} cause={}",
          config.shard(),
          epoch,
          away.getMessage());
    }
  }

  @Override
  public void append(Epoch epoch, List<LogRecord> records)
      throws FencedException, SequenceConflictException, LockHeldException, LogFullException {
    requireNonNull(epoch, "epoch");
    List<LogRecord> copy = requireSequence(records);
    PendingAppend append = queue.put(epoch, copy);
    if (!append.awaited) {
      return;
    }
    try {
      // join is not cut short by an interrupt and keeps it for the caller.
      append.done.join();
    } catch (CompletionException failed) {
      switch (failed.getCause()) {
        case FencedException fenced -> throw fenced;
        case SequenceConflictException conflict -> throw conflict;
        case LockHeldException held -> throw held;
        case LogFullException full -> throw full;
        case IndeterminateException unknown ->
            throw new IndeterminateException(String.valueOf(unknown.getMessage()), unknown);
        case LogUnavailableException away ->
            throw new LogUnavailableException(String.valueOf(away.getMessage()), away);
        case LogDamagedException damaged -> throw damaged.here();
        case null, default -> throw failed;
      }
    }
  }

  /**
   * Adds a BEGIN within a transaction of the application: the log's transaction begins if and when
   * that one commits, and a coordinator takes it up at {@code due}. It is not fenced ({@link
   * Epoch#NONE}), because it decides nothing.
   *
   * <p>Until the application commits or rolls back, an append of a BEGIN with the same id by
   * anybody else waits, and after a tenth of a second is told that the log is unavailable.
   *
   * @param callersTransaction a connection to the log's database with autocommit off; left as it
   *     is, also after a refusal
   * @param begin a BEGIN with a due time and without locks
   * @throws IllegalArgumentException {@code begin} or the connection are none of that
   * @throws SequenceConflictException the log knows the id; nothing was written
   * @throws SQLException the application's transaction failed
   */
  @Override
  public void append(Connection callersTransaction, LogRecord begin)
      throws SQLException, SequenceConflictException {
    ensureOpen();
    JoinedBegin.requireJoinable(begin);
    if (callersTransaction.getAutoCommit()) {
      throw new IllegalArgumentException(
          "callersTransaction: autocommit is on (expected: off, there is nothing to join)");
    }
    joinedBegin.insert(callersTransaction, begin, now());
  }

  @Override
  public List<LogRecord> read(TxId tx) {
    return show("read", connection -> queries.read(connection, tx));
  }

  @Override
  public Optional<TxHead> head(TxId tx) {
    return show("head", connection -> queries.head(connection, tx));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Nothing is locked or skipped here ({@code FOR UPDATE SKIP LOCKED} and the like): a shard has
   * one holder of its epoch, so nobody competes for the rows, and whoever asks under an older epoch
   * is refused.
   */
  @Override
  public List<TxHead> due(Epoch epoch, int limit) throws FencedException {
    requireNonNull(epoch, "epoch");
    requireLimit(limit);
    Instant now = now();
    Optional<List<TxHead>> due =
        show(
            "due",
            connection ->
                epoch.number() != Epoch.NONE.number() && leases.newest(connection) == epoch.number()
                    ? Optional.of(queries.due(connection, epoch.number(), now, limit))
                    : Optional.empty());
    if (due.isEmpty()) {
      throw new FencedException(epoch, newest());
    }
    return due.get();
  }

  @Override
  public List<TxHead> list(Set<TxHead.Status> statuses, @Nullable TxId after, int limit) {
    requireLimit(limit);
    if (statuses.isEmpty()) {
      ensureOpen();
      return List.of();
    }
    return show("list", connection -> queries.list(connection, statuses, after, limit));
  }

  @Override
  public Instant now() {
    ensureOpen();
    return clock.now(database::update);
  }

  /**
   * Forgets transactions whose end is longer ago than the retention, oldest first, in one database
   * transaction. The holder of the epoch does so by itself, unless {@link
   * JdbcLogConfig#purgeEvery()} is 0; then it is to be called now and then, again at once as long
   * as it returns {@code limit}. Needs no epoch: what has ended is nobody's.
   *
   * @param limit the most transactions to forget; at least 1
   * @return how many were forgotten
   * @throws LogUnavailableException when the database does not answer
   */
  public int purge(int limit) {
    requireLimit(limit);
    Instant before = now().minus(config.retention());
    return database.transact("purge", connection -> queries.purge(connection, before, limit));
  }

  private int purgeAsHolder(int limit) {
    long mine = acquired.stream().mapToLong(Epoch::number).max().orElse(Epoch.NONE.number());
    if (mine == Epoch.NONE.number()) {
      return 0;
    }
    Instant before = clock.now(database::update).minus(config.retention());
    return database.transact(
        "purge",
        connection ->
            leases.newest(connection) == mine ? queries.purge(connection, before, limit) : 0);
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    int lost = writer.close();
    purger.close();
    try {
      for (Epoch epoch : acquired) {
        giveUp(epoch);
      }
    } finally {
      database.close();
    }
    if (lost > 0) {
      @Nullable Throwable death = writer.death();
      String message =
          "shard %s was closed while %s: %d lazy appends are lost, as in a crash"
              .formatted(
                  config.shard(),
                  death == null ? "the database was away" : "its writer was dead",
                  lost);
      throw death == null
          ? new LogUnavailableException(message)
          : new LogUnavailableException(message, death);
    }
  }

  private <T> T show(String what, Database.Work<T> read) {
    ensureOpen();
    return database.query(what, read);
  }

  private long newest() {
    return database.query("epoch", leases::newest);
  }

  private void ensureOpen() {
    if (closed.get()) {
      throw new IllegalStateException("the log is closed");
    }
  }

  private static void requireLimit(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
    }
  }

  private static List<LogRecord> requireSequence(List<LogRecord> records) {
    List<LogRecord> copy = List.copyOf(records);
    if (copy.isEmpty()) {
      throw new IllegalArgumentException("records: none (expected: at least one)");
    }
    LogRecord previous = copy.getFirst();
    for (LogRecord next : copy.subList(1, copy.size())) {
      if (!next.tx().equals(previous.tx())
          || next.seq() != previous.seq() + 1
          || previous.kind() == LogRecord.Kind.END) {
        throw new IllegalArgumentException(
            "records: %s behind %s (expected: the next of the same transaction, none behind END)"
                .formatted(next, previous));
      }
      previous = next;
    }
    return copy;
  }
}
