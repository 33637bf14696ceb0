package io.quorate.testkit.log;

import io.quorate.core.tx.log.jdbc.JdbcLogConfig;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.UnaryOperator;

/** The databases a JDBC log runs on, for tests that look into its tables. */
enum JdbcDatabases {
  POSTGRESQL,
  H2;

  /** A home of its own. */
  JdbcHome home(UnaryOperator<JdbcLogConfig.Builder> options) {
    return new JdbcHome(
        switch (this) {
          case POSTGRESQL -> JdbcHome.postgres();
          case H2 ->
              JdbcHome.h2(
                  "jdbc:h2:mem:" + PostgresServer.uniqueName("tables") + ";DB_CLOSE_DELAY=-1");
        },
        options);
  }

  JdbcHome home() {
    return home(builder -> builder);
  }

  /** Changes the tables behind the log's back. */
  static int run(JdbcHome home, String sql) throws SQLException {
    try (Connection connection = home.connection();
        Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  static long number(JdbcHome home, String sql) throws SQLException {
    try (Connection connection = home.connection()) {
      return number(connection, sql);
    }
  }

  static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
