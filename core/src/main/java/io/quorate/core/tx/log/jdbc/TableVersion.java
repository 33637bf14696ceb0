package io.quorate.core.tx.log.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/**
 * The version of the tables, one for all shards in them. Looked at before anything is created, when
 * a log is opened, and whenever an epoch is acquired: whoever lifts the tables to a newer version
 * acquires the shards first, so that an older release that is still running is fenced, and refused
 * when it wants to take over again.
 */
final class TableVersion {

  /** What this release writes, as in the schema beside this class. Grows with each change. */
  static final int SUPPORTED = 1;

  /** No such table: PostgreSQL; H2, by whether it knows similar ones or none at all. */
  private static final Set<String> NO_TABLE = Set.of("42P01", "42S02", "42S03", "42S04");

  private TableVersion() {}

  /**
   * Refuses tables of a newer release.
   *
   * @return false where there is no version because there are no tables yet
   * @throws TableVersionException when a newer release wrote them
   */
  static boolean check(Connection connection, TableNames names) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select version from " + names.format() + " where id = 1")) {
      if (!row.next()) {
        return false;
      }
      if (row.getInt(1) > SUPPORTED) {
        throw TableVersionException.of(names.format(), row.getInt(1), SUPPORTED);
      }
      return true;
    } catch (SQLException failure) {
      if (failure.getSQLState() == null || !NO_TABLE.contains(failure.getSQLState())) {
        throw failure;
      }
    }
    if (!connection.getAutoCommit()) {
      // PostgreSQL refuses whatever follows a failed statement.
      connection.rollback();
    }
    return false;
  }

  /** As {@link #check}; fails where there is no version. */
  static void require(Connection connection, TableNames names) throws SQLException {
    if (!check(connection, names)) {
      throw new SQLException("the table " + names.format() + " or its row is missing");
    }
  }
}
