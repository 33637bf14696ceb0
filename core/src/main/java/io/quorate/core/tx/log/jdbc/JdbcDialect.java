package io.quorate.core.tx.log.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** The databases a {@link JdbcTransactionLog} runs on. */
public enum JdbcDialect {
  /** PostgreSQL 12 or later. */
  POSTGRESQL("postgresql.sql", "select extract(epoch from clock_timestamp())"),

  /**
   * H2 2.2 or later, in any mode, embedded or as a server. The user needs the ADMIN right: a forced
   * append ends with {@code CHECKPOINT SYNC}, because H2's COMMIT alone does not reach the disk.
   */
  H2("h2.sql", "select extract(epoch from current_timestamp)");

  private final String schema;
  private final String now;

  JdbcDialect(String schema, String now) {
    this.schema = schema;
    this.now = now;
  }

  /** The resource with the tables, beside {@link JdbcTransactionLog}. */
  String schema() {
    return schema;
  }

  /** Reads the database's time, in seconds since 1970. */
  String now() {
    return now;
  }

  /**
   * The dialect of the database behind {@code connection}.
   *
   * @throws IllegalArgumentException when the log does not run on it
   */
  static JdbcDialect of(Connection connection) throws SQLException {
    String product = connection.getMetaData().getDatabaseProductName();
    return switch (product) {
      case "PostgreSQL" -> POSTGRESQL;
      case "H2" -> H2;
      default ->
          throw new IllegalArgumentException(
              "dataSource: a database named \"" + product + "\" (expected: PostgreSQL or H2)");
    };
  }
}
