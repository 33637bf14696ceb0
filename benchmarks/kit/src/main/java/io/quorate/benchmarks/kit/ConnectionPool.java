package io.quorate.benchmarks.kit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Connections in autocommit mode, kept open. Safe for use by many threads. */
public final class ConnectionPool implements AutoCloseable {
  private final HikariDataSource connections;

  private ConnectionPool(HikariDataSource connections) {
    this.connections = connections;
  }

  static ConnectionPool open(Database database, int size) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.url());
    config.setUsername(database.user());
    config.setMaximumPoolSize(size);
    // A server process without work still costs memory: start with one, and grow under load.
    config.setMinimumIdle(1);
    config.setPoolName("bench");
    return new ConnectionPool(new HikariDataSource(config));
  }

  /** The pool as a data source. */
  public DataSource dataSource() {
    return connections;
  }

  /** A connection; closing it returns it. */
  public Connection borrow() throws SQLException {
    return connections.getConnection();
  }

  /** Runs a script of statements, for example a schema. */
  public void execute(String script) throws SQLException {
    try (Connection connection = borrow();
        Statement statement = connection.createStatement()) {
      statement.execute(script);
    }
  }

  @Override
  public void close() {
    connections.close();
  }
}
