package io.quorate.core.tx.barrier;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.internal.SqlFailures;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The statements on the barrier's tables. */
final class BranchRows {
  private static final long MICROS = 1_000_000;

  private final String table;
  private final BarrierDialect dialect;
  private final String insert;
  private final String delete;
  private final String select;
  private final String move;
  private final String raiseEpoch;
  private final String storeTry;
  private final String storeConfirm;
  private final String storeCancel;
  private final String storeRefusal;

  BranchRows(String table, BarrierDialect dialect) {
    this.table = table;
    this.dialect = dialect;
    String branch = " where tx = ? and branch = ?";
    insert = dialect.insert(table);
    delete = "delete from " + table + branch;
    select = "select state, epoch, try_result, end_result from " + table + branch + " for update";
    move =
        "update " + table + " set state = ?, epoch = ?" + branch + " and state = 1 and epoch <= ?";
    raiseEpoch = "update " + table + " set epoch = ?" + branch;
    // The row as this call made it, and no other: see store.
    String fresh = branch + " and state = " + BranchRow.TRIED + " and try_result is null";
    storeTry = "update " + table + " set try_result = ?" + fresh;
    storeConfirm = storeEnd(BranchRow.CONFIRMED);
    storeCancel = storeEnd(BranchRow.CANCELLED);
    storeRefusal =
        "update " + table + " set state = " + BranchRow.REFUSED + ", try_result = ?" + fresh;
  }

  private String storeEnd(int state) {
    return "update "
        + table
        + " set end_result = ? where tx = ? and branch = ? and state = "
        + state
        + " and end_result is null";
  }

  /** Microseconds since 1970, rounded down; far times are cut off. */
  static long micros(Instant time) {
    long seconds =
        Math.clamp(time.getEpochSecond(), Long.MIN_VALUE / MICROS + 1, Long.MAX_VALUE / MICROS - 1);
    return seconds * MICROS + time.getNano() / 1000;
  }

  /** Creates the row; false when there is one. Waits for whoever is creating it. */
  boolean insert(Connection connection, BranchRef ref, int state) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(insert)) {
      statement.setString(1, ref.tx().value());
      statement.setString(2, ref.branch());
      statement.setInt(3, state);
      statement.setLong(4, ref.epoch().number());
      statement.setLong(5, micros(ref.startedAt()));
      return statement.executeUpdate() == 1;
    } catch (SQLException failure) {
      if (dialect == BarrierDialect.H2 && SqlFailures.of(failure) == SqlFailures.DUPLICATE) {
        return false;
      }
      throw failure;
    }
  }

  void delete(Connection connection, BranchRef ref) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(delete)) {
      statement.setString(1, ref.tx().value());
      statement.setString(2, ref.branch());
      statement.executeUpdate();
    }
  }

  /** Reads and locks the row. */
  Optional<BranchRow> lock(Connection connection, BranchRef ref) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(select)) {
      statement.setString(1, ref.tx().value());
      statement.setString(2, ref.branch());
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(
                new BranchRow(
                    row.getInt(1),
                    row.getLong(2),
                    orEmpty(row.getBytes(3)),
                    orEmpty(row.getBytes(4))))
            : Optional.empty();
      }
    }
  }

  /** Takes a tried branch to another state; false when it is not tried, or of a newer epoch. */
  boolean moveFromTried(Connection connection, BranchRef ref, int state) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(move)) {
      statement.setInt(1, state);
      statement.setLong(2, ref.epoch().number());
      statement.setString(3, ref.tx().value());
      statement.setString(4, ref.branch());
      statement.setLong(5, ref.epoch().number());
      return statement.executeUpdate() == 1;
    }
  }

  void raiseEpoch(Connection connection, BranchRef ref) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(raiseEpoch)) {
      statement.setLong(1, ref.epoch().number());
      statement.setString(2, ref.tx().value());
      statement.setString(3, ref.branch());
      statement.executeUpdate();
    }
  }

  /**
   * Keeps the answer. Done for an empty one too: where the work swallowed a failed statement,
   * PostgreSQL refuses this one, while COMMIT might roll back without a word.
   *
   * @throws SQLException a serialization failure when the row is not as this call made it
   */
  void storeResult(Connection connection, BranchRef ref, byte[] result) throws SQLException {
    String sql =
        switch (ref.phase()) {
          case TRY -> storeTry;
          case CONFIRM -> storeConfirm;
          case CANCEL -> storeCancel;
        };
    store(connection, ref, sql, result);
  }

  /** The try of this row, just inserted, was refused; the reason takes the place of its answer. */
  void storeRefusal(Connection connection, BranchRef ref, String reason) throws SQLException {
    store(connection, ref, storeRefusal, reason.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Only the row that this call has written in this transaction has its state and no answer yet. A
   * deadlock rolls the whole transaction back on H2 and MariaDB; where the work swallowed it and
   * went on, what it did since then would be committed without the row that keeps it from running
   * again, or under a row that another call has written meanwhile.
   */
  private static void store(Connection connection, BranchRef ref, String sql, byte[] result)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setBytes(1, result);
      statement.setString(2, ref.tx().value());
      statement.setString(3, ref.branch());
      if (statement.executeUpdate() != 1) {
        throw new SQLException(
            "the row of %s has gone: the database rolled the transaction back while the work ran"
                .formatted(ref.key()),
            "40001");
      }
    }
  }

  /**
   * Whether the transaction began before what is remembered. To be asked after the branch's row was
   * found missing: the mark is raised and committed before any row is deleted, so whoever misses a
   * deleted row finds the mark that covers it.
   */
  boolean isForgotten(Connection connection, BranchRef ref) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(dialect.mark(table, connection));
        ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("the row of " + table + "_mark is missing: run its schema again");
      }
      return micros(ref.startedAt()) < row.getLong(1);
    }
  }

  private static byte[] orEmpty(byte @Nullable [] bytes) {
    return bytes == null ? new byte[0] : bytes;
  }
}
