package io.quorate.core.tx.barrier;

import static java.util.Objects.requireNonNull;

import io.quorate.core.retry.Retry;
import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.Refusal;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.internal.SqlFailures;
import io.quorate.core.tx.internal.SqlScript;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * Makes a participant's work happen at most once per branch and phase, in whatever order calls
 * arrive, how often, and from which coordinator. One row per branch, written in the same database
 * transaction as the work:
 *
 * <pre>
 *   none ──try──▶ tried ──confirm──▶ confirmed
 *     │             └─────cancel───▶ cancelled
 *     ├──try, work says no──▶ refused      a later try is refused
 *     └──cancel──▶ cancelled before        a later try is refused
 * </pre>
 *
 * {@link BarrierResult} has the whole table. A saga's step is a try, its compensation a cancel.
 *
 * <p><b>Concurrency.</b> Each transition is one compare-and-set on the row; a cancel that overtakes
 * an uncommitted try waits for it at the row's key. Right at READ COMMITTED, REPEATABLE READ and
 * SERIALIZABLE; above the first the database may answer with a serialization failure, which {@link
 * #execute} tries again.
 *
 * <p><b>Fencing.</b> The row keeps the newest epoch that called; older coordinators are refused.
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class Barrier {

  /** The table's name unless another is given. */
  public static final String TABLE = "tx_barrier";

  private static final Retry RETRY =
      Retry.exponential(Duration.ofMillis(2), Duration.ofMillis(200)).attempts(12);

  private final String table;
  private final BarrierDialect dialect;
  private final BranchRows rows;

  private Barrier(BarrierDialect dialect, String table) {
    this.table = SqlScript.requireIdentifier("table", table);
    this.dialect = dialect;
    this.rows = new BranchRows(table, dialect);
  }

  /** A barrier in PostgreSQL 12 or later, in the table {@value #TABLE}. */
  public static Barrier postgres() {
    return postgres(TABLE);
  }

  /**
   * A barrier in PostgreSQL 12 or later.
   *
   * @param table a lower-case identifier of at most 40 characters
   */
  public static Barrier postgres(String table) {
    return new Barrier(BarrierDialect.POSTGRESQL, table);
  }

  /** A barrier in H2 2.2 or later, in any mode, in the table {@value #TABLE}. */
  public static Barrier h2() {
    return h2(TABLE);
  }

  /**
   * A barrier in H2 2.2 or later, in any mode.
   *
   * @param table a lower-case identifier of at most 40 characters
   */
  public static Barrier h2(String table) {
    return new Barrier(BarrierDialect.H2, table);
  }

  /** A barrier in MariaDB 10.6 or later with InnoDB, in the table {@value #TABLE}. */
  public static Barrier mariaDb() {
    return mariaDb(TABLE);
  }

  /**
   * A barrier in MariaDB 10.6 or later with InnoDB.
   *
   * @param table a lower-case identifier of at most 40 characters
   */
  public static Barrier mariaDb(String table) {
    return new Barrier(BarrierDialect.MARIADB, table);
  }

  /**
   * Creates the tables if they are missing; changes none that exist. The statements are in the
   * resources beside this class, for those who prefer migrations.
   *
   * @param connection with autocommit on, unless the caller commits
   */
  public void createTable(Connection connection) throws SQLException {
    SqlScript.of(Barrier.class, dialect.schema(), Map.of("table", table)).run(connection);
  }

  /**
   * Decides about one call and runs the work if it is to run, within a transaction of the caller's.
   * The caller commits; until then nothing is decided. If this throws, what it did is undone back
   * to where it began, and the caller's transaction goes on as far as its database allows: on a
   * serialization failure or deadlock all of it is rolled back, also where the work swallowed the
   * exception, which is found out and thrown from here with SQLSTATE 40001.
   *
   * @param connection with autocommit off
   * @param encode the durable form of an answer, kept in the row for duplicates
   * @param decode its inverse
   * @throws Refusal what the work of a confirm or cancel threw; that of a try is {@link
   *     BarrierResult.Refused}
   * @throws SQLException the work or a statement of the barrier failed
   * @throws IllegalArgumentException autocommit is on
   */
  public <T> BarrierResult<T> run(
      Connection connection,
      BranchRef ref,
      Function<? super T, byte[]> encode,
      Function<byte[], ? extends T> decode,
      SqlWork<? extends T> work)
      throws SQLException {
    requireNonNull(ref, "ref");
    if (connection.getAutoCommit()) {
      throw new IllegalArgumentException(
          "connection: autocommit is on (expected: off, work and barrier commit together)");
    }
    Savepoint before = connection.setSavepoint();
    try {
      return decide(connection, ref, encode, decode, work);
    } catch (SQLException | RuntimeException | Error e) {
      try {
        connection.rollback(before);
      } catch (SQLException lost) {
        // The database has rolled all of it back, or the connection is gone. What the work did
        // after that must not stay behind for the caller to commit.
        e.addSuppressed(lost);
        rollBack(connection, e);
      }
      throw e;
    }
  }

  /**
   * Decides about one call in a transaction of its own and says what to answer the coordinator.
   * Serialization failures, deadlocks and lock timeouts are tried again, 12 attempts in all; so the
   * work may run more than once, each time after a rollback.
   *
   * <p>A {@link Refusal} is rolled back and answered with {@link Verdict.No}; that of a try is
   * remembered, so that every later copy of the call is answered the same. An exception during
   * COMMIT is {@link Verdict.Unknown}: the next attempt meets the row, or its absence. So is any
   * other failure of the database. What else the work throws is rolled back and thrown.
   *
   * @param work gives the encoded answer
   */
  public Verdict execute(DataSource dataSource, BranchRef ref, SqlWork<byte[]> work) {
    requireNonNull(ref, "ref");
    for (int attempt = 1; ; attempt++) {
      try {
        return executeOnce(dataSource, ref, work);
      } catch (SQLException failure) {
        SqlFailures kind = SqlFailures.of(failure);
        boolean again =
            kind == SqlFailures.CONTENTION
                || kind == SqlFailures.BLOCKED
                || kind == SqlFailures.DUPLICATE;
        if (!again || !RETRY.allowsAfter(attempt)) {
          return new Verdict.Unknown("not done: " + failure.getMessage());
        }
        try {
          Thread.sleep(
              RETRY.pauseAfter(attempt, ref.key().hashCode() + Thread.currentThread().threadId()));
        } catch (InterruptedException stop) {
          Thread.currentThread().interrupt();
          return new Verdict.Unknown("not done: interrupted before the next attempt");
        }
      }
    }
  }

  private Verdict executeOnce(DataSource dataSource, BranchRef ref, SqlWork<byte[]> work)
      throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      boolean autoCommit = connection.getAutoCommit();
      connection.setAutoCommit(false);
      try {
        BarrierResult<byte[]> result =
            decide(connection, ref, Function.identity(), Function.identity(), work);
        try {
          connection.commit();
        } catch (SQLException failure) {
          if (SqlFailures.commitWasRefused(failure)) {
            throw failure;
          }
          return new Verdict.Unknown("COMMIT got no answer: " + failure.getMessage());
        }
        return result.toVerdict(Function.identity());
      } catch (Refusal refusal) {
        connection.rollback();
        return new Verdict.No(refusal.reason());
      } catch (SQLException | RuntimeException | Error e) {
        rollBack(connection, e);
        throw e;
      } finally {
        restore(connection, autoCommit);
      }
    }
  }

  private <T> BarrierResult<T> decide(
      Connection connection,
      BranchRef ref,
      Function<? super T, byte[]> encode,
      Function<byte[], ? extends T> decode,
      SqlWork<? extends T> work)
      throws SQLException {
    Optional<BarrierResult<byte[]>> decided =
        switch (ref.phase()) {
          case TRY -> tryOnce(connection, ref);
          case CONFIRM -> confirm(connection, ref);
          case CANCEL -> cancel(connection, ref);
        };
    if (decided.isEmpty()) {
      return ref.phase() == Phase.TRY
          ? runTry(connection, ref, encode, work)
          : run(connection, ref, encode, work);
    }
    return switch (decided.get()) {
      case BarrierResult.Ran<byte[]> ran -> new BarrierResult.Ran<>(decode.apply(ran.value()));
      case BarrierResult.Duplicate<byte[]> stored ->
          new BarrierResult.Duplicate<>(decode.apply(stored.value()));
      case BarrierResult.Refused<byte[]> refused -> new BarrierResult.Refused<>(refused.reason());
      case BarrierResult.EmptyCancel<byte[]> empty -> new BarrierResult.EmptyCancel<>();
      case BarrierResult.Hanging<byte[]> hanging -> new BarrierResult.Hanging<>();
      case BarrierResult.Conflict<byte[]> conflict -> new BarrierResult.Conflict<>(conflict.fact());
      case BarrierResult.StaleEpoch<byte[]> stale -> new BarrierResult.StaleEpoch<>(stale.newest());
      case BarrierResult.TooOld<byte[]> tooOld -> new BarrierResult.TooOld<>();
    };
  }

  private <T> BarrierResult<T> run(
      Connection connection,
      BranchRef ref,
      Function<? super T, byte[]> encode,
      SqlWork<? extends T> work)
      throws SQLException {
    T value = work.on(connection);
    rows.storeResult(connection, ref, encode.apply(value));
    return new BarrierResult.Ran<>(value);
  }

  /** As {@link #run}; a refusal undoes the work and stays in the row, in the same transaction. */
  private <T> BarrierResult<T> runTry(
      Connection connection,
      BranchRef ref,
      Function<? super T, byte[]> encode,
      SqlWork<? extends T> work)
      throws SQLException {
    Savepoint rowOnly = connection.setSavepoint();
    try {
      return run(connection, ref, encode, work);
    } catch (Refusal refusal) {
      try {
        connection.rollback(rowOnly);
      } catch (SQLException lost) {
        throw SqlFailures.of(lost) == SqlFailures.OTHER
            ? new SQLException("the transaction was rolled back while the work ran", "40001", lost)
            : lost;
      }
      rows.storeRefusal(connection, ref, refusal.reason());
      return new BarrierResult.Refused<>(refusal.reason());
    }
  }

  /** Empty: the row is this call's, run the work. */
  private Optional<BarrierResult<byte[]>> tryOnce(Connection connection, BranchRef ref)
      throws SQLException {
    if (rows.insert(connection, ref, BranchRow.TRIED)) {
      if (rows.isForgotten(connection, ref)) {
        rows.delete(connection, ref);
        return Optional.of(new BarrierResult.TooOld<>());
      }
      return Optional.empty();
    }
    return Optional.of(judge(connection, ref, lock(connection, ref)));
  }

  private Optional<BarrierResult<byte[]>> confirm(Connection connection, BranchRef ref)
      throws SQLException {
    if (rows.moveFromTried(connection, ref, BranchRow.CONFIRMED)) {
      return Optional.empty();
    }
    Optional<BranchRow> row = rows.lock(connection, ref);
    if (row.isPresent()) {
      return Optional.of(judge(connection, ref, row.get()));
    }
    return Optional.of(
        rows.isForgotten(connection, ref)
            ? new BarrierResult.TooOld<>()
            : new BarrierResult.Conflict<>("confirm of what was never tried here"));
  }

  private Optional<BarrierResult<byte[]>> cancel(Connection connection, BranchRef ref)
      throws SQLException {
    if (rows.moveFromTried(connection, ref, BranchRow.CANCELLED)) {
      return Optional.empty();
    }
    // Waits at the key for a try that has not committed.
    if (rows.insert(connection, ref, BranchRow.CANCELLED_BEFORE)) {
      if (rows.isForgotten(connection, ref)) {
        rows.delete(connection, ref);
        return Optional.of(new BarrierResult.TooOld<>());
      }
      return Optional.of(new BarrierResult.EmptyCancel<>());
    }
    if (rows.moveFromTried(connection, ref, BranchRow.CANCELLED)) {
      return Optional.empty();
    }
    return Optional.of(judge(connection, ref, lock(connection, ref)));
  }

  /**
   * The row that made an insert fail; gone again or beyond the snapshot, it is a serialization
   * failure.
   */
  private BranchRow lock(Connection connection, BranchRef ref) throws SQLException {
    return rows.lock(connection, ref)
        .orElseThrow(() -> new SQLException("the row of " + ref.key() + " changed", "40001"));
  }

  /** The answer to a call that does not run. */
  private BarrierResult<byte[]> judge(Connection connection, BranchRef ref, BranchRow row)
      throws SQLException {
    if (ref.epoch().number() < row.epoch()) {
      return new BarrierResult.StaleEpoch<>(row.epoch());
    }
    if (ref.epoch().number() > row.epoch()) {
      rows.raiseEpoch(connection, ref);
    }
    Phase phase = ref.phase();
    return switch (row.state()) {
      case BranchRow.TRIED ->
          switch (phase) {
            case TRY -> new BarrierResult.Duplicate<>(row.tryResult());
            // The transition failed on the epoch alone, and the epoch has been looked at above.
            case CONFIRM, CANCEL -> throw new SQLException("the row changed", "40001");
          };
      case BranchRow.CONFIRMED ->
          switch (phase) {
            case TRY -> new BarrierResult.Duplicate<>(row.tryResult());
            case CONFIRM -> new BarrierResult.Duplicate<>(row.endResult());
            case CANCEL -> new BarrierResult.Conflict<>("confirmed");
          };
      case BranchRow.CANCELLED, BranchRow.CANCELLED_BEFORE ->
          switch (phase) {
            case TRY -> new BarrierResult.Hanging<>();
            case CONFIRM ->
                new BarrierResult.Conflict<>(
                    row.state() == BranchRow.CANCELLED
                        ? "cancelled"
                        : "cancelled before it was tried");
            case CANCEL -> new BarrierResult.Duplicate<>(row.endResult());
          };
      case BranchRow.REFUSED ->
          switch (phase) {
            case TRY ->
                new BarrierResult.Refused<>(new String(row.tryResult(), StandardCharsets.UTF_8));
            case CONFIRM -> new BarrierResult.Conflict<>("refused");
            case CANCEL -> new BarrierResult.EmptyCancel<>();
          };
      default ->
          throw new IllegalStateException(
              "state of %s#%s: %d (expected: 1..5, or the release that wrote it)"
                  .formatted(ref.tx(), ref.branch(), row.state()));
    };
  }

  private static void rollBack(Connection connection, Throwable cause) {
    try {
      connection.rollback();
    } catch (SQLException lost) {
      cause.addSuppressed(lost);
    }
  }

  private static void restore(Connection connection, boolean autoCommit) {
    try {
      connection.setAutoCommit(autoCommit);
    } catch (SQLException lost) {
      // A broken connection is the data source's to notice; the verdict stands.
    }
  }

  String table() {
    return table;
  }

  BarrierDialect dialect() {
    return dialect;
  }
}
