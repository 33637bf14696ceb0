package io.quorate.testkit.log;

import static java.util.Objects.requireNonNull;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.log.jdbc.JdbcLogConfig;
import io.quorate.core.tx.log.jdbc.JdbcTransactionLog;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** A shard of a JDBC log on a real database, with clocks that the test moves. */
public final class JdbcHome implements LogHome {

  /** The database a home is on. */
  public interface Server {
    /** Connections by which those of {@code owner} can be told from others. */
    DataSource dataSource(String owner) throws SQLException;

    /** Makes sure that no connection of {@code owner} is left at work. */
    void terminate(String owner) throws SQLException;

    default void close() throws SQLException {}
  }

  private record Opened(String owner, FaultyDataSource faults, HikariDataSource pool) {}

  private final Server server;
  private final String shard;
  private final UnaryOperator<JdbcLogConfig.Builder> options;
  private final Map<TransactionLog, Opened> opened = new ConcurrentHashMap<>();
  private final AtomicLong advancedNanos = new AtomicLong();
  private final AtomicLong jumpedNanos = new AtomicLong();

  public JdbcHome(Server server, UnaryOperator<JdbcLogConfig.Builder> options) {
    this.server = server;
    this.shard = PostgresServer.uniqueName("shard-");
    this.options = options;
  }

  public JdbcHome(Server server) {
    this(server, builder -> builder);
  }

  @Override
  public JdbcTransactionLog open() throws SQLException {
    String owner = PostgresServer.uniqueName("log-");
    FaultyDataSource faults =
        new FaultyDataSource(
            server.dataSource(owner),
            () -> Duration.ofNanos(advancedNanos.get() + jumpedNanos.get()));
    HikariConfig pooling = new HikariConfig();
    pooling.setDataSource(faults);
    pooling.setMaximumPoolSize(6);
    pooling.setMinimumIdle(0);
    pooling.setPoolName(owner);
    HikariDataSource pool = new HikariDataSource(pooling);
    JdbcLogConfig config =
        options
            .apply(
                JdbcLogConfig.builder(pool)
                    .createTables(true)
                    .shard(shard)
                    .ticker(() -> System.nanoTime() + advancedNanos.get()))
            .build();
    JdbcTransactionLog log = JdbcTransactionLog.open(config);
    opened.put(log, new Opened(owner, faults, pool));
    return log;
  }

  private Opened parts(TransactionLog log) {
    return requireNonNull(opened.get(log), "not a log of this home");
  }

  /** What to break below a log. */
  public FaultyDataSource faults(TransactionLog log) {
    return parts(log).faults();
  }

  /** Connections of the log's pool. */
  public DataSource pool(TransactionLog log) {
    return parts(log).pool();
  }

  /** Connections nobody breaks, for a look at the tables. */
  public Connection connection() throws SQLException {
    return dataSource().getConnection();
  }

  /** Where {@link #connection} comes from. */
  public DataSource dataSource() throws SQLException {
    return server.dataSource("looker");
  }

  public String shard() {
    return shard;
  }

  /** Ends the log's connections on the server, as an administrator or a failing network would. */
  public void terminate(TransactionLog log) throws SQLException {
    server.terminate(parts(log).owner());
  }

  @Override
  public void crash(TransactionLog log) throws SQLException {
    Opened parts = parts(log);
    opened.remove(log);
    parts.faults().kill();
    parts.pool().close();
    server.terminate(parts.owner());
    try {
      log.close();
    } catch (LogUnavailableException lazyAppendsLost) {
      // As in a crash.
    }
  }

  @Override
  public void advance(Duration by) {
    advancedNanos.addAndGet(by.toNanos());
  }

  @Override
  public void jumpWallClock(Duration by) {
    jumpedNanos.addAndGet(by.toNanos());
  }

  @Override
  public void close() throws IOException {
    opened.values().forEach(parts -> parts.pool().close());
    try {
      server.close();
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  /** The PostgreSQL all tests share; each home has a shard of its own. */
  public static Server postgres() {
    return new Server() {
      @Override
      public DataSource dataSource(String owner) {
        return PostgresServer.dataSource(owner);
      }

      @Override
      public void terminate(String owner) throws SQLException {
        PostgresServer.terminate(owner);
      }
    };
  }

  /** An H2 of its own, in memory or in a file. A crash of a log crashes a database in a file. */
  public static Server h2(String url) {
    return new Server() {
      @Override
      public DataSource dataSource(String owner) {
        org.h2.jdbcx.JdbcDataSource source = new org.h2.jdbcx.JdbcDataSource();
        source.setURL(url);
        return source;
      }

      @Override
      public void terminate(String owner) throws SQLException {
        if (url.contains(":file:")) {
          shutDown("shutdown immediately");
        }
      }

      @Override
      public void close() throws SQLException {
        shutDown("shutdown");
      }

      private void shutDown(String how) throws SQLException {
        try (Connection connection = dataSource("").getConnection();
            Statement statement = connection.createStatement()) {
          statement.execute(how);
        } catch (SQLException closing) {
          if (closing.getErrorCode() != 90121) {
            throw closing;
          }
        }
      }
    };
  }
}
