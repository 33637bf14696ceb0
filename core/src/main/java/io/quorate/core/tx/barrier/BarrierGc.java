package io.quorate.core.tx.barrier;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/**
 * Forgets the rows of old transactions without ever letting a late duplicate run again.
 *
 * <p>The order makes it safe: first the mark is raised and committed, then rows below it are
 * deleted, in as many transactions as it takes. A call that finds its row missing reads the newest
 * mark afterwards, so if the row was deleted, the call is refused as {@link BarrierResult.TooOld}.
 * On PostgreSQL and MariaDB raising the mark waits for the calls in flight that found no row; they
 * wait for nobody else. A crash in between leaves rows to the next run.
 *
 * <p>The mark never goes back, so a mark in the future would refuse every transaction for ever. Two
 * rules keep it from that, one for each of the clocks in play: what is asked for must lie {@link
 * #RETENTION_LEAST} behind the clock of this database, and the mark stops behind the newest row,
 * which is in the time of the coordinators' logs. A database whose clock is ahead of theirs so
 * forgets too early, but refuses nothing that begins later.
 */
public final class BarrierGc {

  /**
   * How young a transaction may not be to be forgotten, whatever is asked for: more than the clocks
   * of a database and of coordinators differ where anybody looks after them.
   */
  public static final Duration RETENTION_LEAST = Duration.ofHours(1);

  private static final Duration RETENTION_MOST = Duration.ofDays(36_500);

  private final BarrierDialect dialect;
  private final String table;

  private BarrierGc(Barrier barrier) {
    this.dialect = barrier.dialect();
    this.table = barrier.table();
  }

  /** Collects in the tables of {@code barrier}. */
  public static BarrierGc of(Barrier barrier) {
    return new BarrierGc(barrier);
  }

  /**
   * Forgets transactions that began longer ago than {@code retention} by this database's clock, at
   * most {@code limit} branches in this call; to be called again as long as it returns {@code
   * limit}. Uses two transactions of its own.
   *
   * @param retention longer than any transaction is open and any call is delivered late, for a
   *     reservation that is forgotten can be neither confirmed nor cancelled any more; {@link
   *     #RETENTION_LEAST} to 100 years
   * @param limit at least 1
   * @return how many branches were forgotten
   * @throws IllegalArgumentException naming the value and its rule; nothing was changed
   */
  public int collect(DataSource dataSource, Duration retention, int limit) throws SQLException {
    if (retention.compareTo(RETENTION_LEAST) < 0 || retention.compareTo(RETENTION_MOST) > 0) {
      throw new IllegalArgumentException(
          "retention: %s (expected: %s..%s)".formatted(retention, RETENTION_LEAST, RETENTION_MOST));
    }
    return collectAt(dataSource, now -> now.minus(retention), limit);
  }

  /**
   * Forgets transactions that began before a given time; else as {@link #collect(DataSource,
   * Duration, int)}, which suits most.
   *
   * @param startedBefore in the time of the coordinators' logs; at least {@link #RETENTION_LEAST}
   *     before now by this database's clock. Never takes effect backwards: an earlier time than
   *     before deletes nothing new
   * @param limit at least 1
   * @return how many branches were forgotten
   * @throws IllegalArgumentException naming the value and its rule; nothing was changed
   */
  public int collect(DataSource dataSource, Instant startedBefore, int limit) throws SQLException {
    requireNonNull(startedBefore, "startedBefore");
    return collectAt(
        dataSource,
        now -> {
          Instant latest = now.minus(RETENTION_LEAST);
          if (startedBefore.isAfter(latest)) {
            throw new IllegalArgumentException(
                "startedBefore: %s (expected: <= %s, %s before this database's time)"
                    .formatted(startedBefore, latest, RETENTION_LEAST));
          }
          return startedBefore;
        },
        limit);
  }

  private int collectAt(DataSource dataSource, UnaryOperator<Instant> startedBefore, int limit)
      throws SQLException {
    if (limit < 1) {
      throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
    }
    try (Connection connection = dataSource.getConnection()) {
      boolean autoCommit = connection.getAutoCommit();
      connection.setAutoCommit(false);
      try {
        Instant before = startedBefore.apply(now(connection));
        OptionalLong newest = newest(connection);
        if (newest.isEmpty()) {
          connection.rollback();
          return 0;
        }
        long mark = raise(connection, Math.min(BranchRows.micros(before), newest.getAsLong() + 1));
        connection.commit();
        int deleted = delete(connection, mark, limit);
        connection.commit();
        return deleted;
      } catch (SQLException | RuntimeException | Error e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(autoCommit);
      }
    }
  }

  private Instant now(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(dialect.now())) {
      row.next();
      return Instant.ofEpochSecond(row.getBigDecimal(1).longValue());
    }
  }

  /** When the youngest transaction began of those that have rows here; empty where none has. */
  private OptionalLong newest(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select max(started) from " + table)) {
      row.next();
      long started = row.getLong(1);
      return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(started);
    }
  }

  private long raise(Connection connection, long mark) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "update " + table + "_mark set mark = ? where id = 1 and mark < ?")) {
      update.setLong(1, mark);
      update.setLong(2, mark);
      update.executeUpdate();
    }
    try (PreparedStatement select =
            connection.prepareStatement("select mark from " + table + "_mark where id = 1");
        ResultSet row = select.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("the row of " + table + "_mark is missing: run its schema again");
      }
      // Never beyond what is durably refused.
      return Math.min(mark, row.getLong(1));
    }
  }

  private int delete(Connection connection, long mark, int limit) throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement(dialect.delete(table))) {
      delete.setLong(1, mark);
      delete.setInt(2, limit);
      return delete.executeUpdate();
    }
  }
}
