package io.quorate.core.tx.barrier;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import javax.sql.DataSource;

/**
 * Forgets the rows of old transactions without ever letting a late duplicate run again.
 *
 * <p>The order makes it safe: first the mark is raised and committed, then rows below it are
 * deleted, in as many transactions as it takes. A call that finds its row missing reads the newest
 * mark afterwards, so if the row was deleted, the call is refused as {@link BarrierResult.TooOld}.
 * On PostgreSQL and MariaDB raising the mark waits for the calls in flight that found no row; they
 * wait for nobody else. A crash in between leaves rows to the next run.
 */
public final class BarrierGc {
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
   * Forgets transactions that began before a time, at most {@code limit} branches in this call; to
   * be called again as long as it returns {@code limit}. Uses two transactions of its own.
   *
   * @param startedBefore in the time of the coordinators' logs; further back than the oldest open
   *     transaction and the latest redelivery, for a reservation that is forgotten can be neither
   *     confirmed nor cancelled any more. Never takes effect backwards: an earlier time than before
   *     deletes nothing new
   * @param limit at least 1
   * @return how many branches were forgotten
   */
  public int collect(DataSource dataSource, Instant startedBefore, int limit) throws SQLException {
    if (limit < 1) {
      throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
    }
    try (Connection connection = dataSource.getConnection()) {
      boolean autoCommit = connection.getAutoCommit();
      connection.setAutoCommit(false);
      try {
        long mark = raise(connection, BranchRows.micros(startedBefore));
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
