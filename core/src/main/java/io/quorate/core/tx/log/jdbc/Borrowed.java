package io.quorate.core.tx.log.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import javax.sql.DataSource;

/** A connection from the data source, given back as it was found. */
final class Borrowed implements AutoCloseable {

  /** How a connection is used. */
  enum Use {
    /** Each statement for itself. */
    STATEMENTS,
    /** Transactions at READ COMMITTED, whatever the data source's default. */
    TRANSACTIONS
  }

  private final Connection connection;
  private final boolean autoCommit;
  private final int isolation;
  private final int networkTimeoutMillis;

  private Borrowed(
      Connection connection, boolean autoCommit, int isolation, int networkTimeoutMillis) {
    this.connection = connection;
    this.autoCommit = autoCommit;
    this.isolation = isolation;
    this.networkTimeoutMillis = networkTimeoutMillis;
  }

  static Borrowed from(DataSource source, Use use, Duration ioTimeout) throws SQLException {
    Connection connection = source.getConnection();
    try {
      boolean autoCommit = connection.getAutoCommit();
      int networkTimeoutMillis = limitWaiting(connection, Math.toIntExact(ioTimeout.toMillis()));
      int isolation = Connection.TRANSACTION_READ_COMMITTED;
      if (use == Use.TRANSACTIONS) {
        isolation = connection.getTransactionIsolation();
        if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
          connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        }
      }
      if (autoCommit != (use == Use.STATEMENTS)) {
        connection.setAutoCommit(use == Use.STATEMENTS);
      }
      return new Borrowed(connection, autoCommit, isolation, networkTimeoutMillis);
    } catch (SQLException | RuntimeException | Error e) {
      connection.close();
      throw e;
    }
  }

  Connection connection() {
    return connection;
  }

  /** Gives the connection back. Never throws: a broken one is the data source's to notice. */
  @Override
  public void close() {
    try (connection) {
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
      if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
        connection.setTransactionIsolation(isolation);
      }
      if (connection.getAutoCommit() != autoCommit) {
        connection.setAutoCommit(autoCommit);
      }
      limitWaiting(connection, networkTimeoutMillis);
    } catch (SQLException broken) {
      // Whatever was to be written has been committed or has failed before.
    }
  }

  /** Bounds the wait for one answer where the driver can, so that a dead peer is noticed. */
  private static int limitWaiting(Connection connection, int millis) throws SQLException {
    try {
      int before = connection.getNetworkTimeout();
      if (before != millis) {
        connection.setNetworkTimeout(Runnable::run, millis);
      }
      return before;
    } catch (SQLFeatureNotSupportedException none) {
      return 0;
    }
  }
}
