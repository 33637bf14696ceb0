package io.quorate.core.tx.log.jdbc;

import io.quorate.core.time.Ticker;
import io.quorate.core.tx.log.LogUnavailableException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log's time: the database's at the start, and from there on what the ticker measures, so that
 * no jump of a wall clock moves it.
 *
 * <p>To keep it from going back over a restart, a ceiling is made durable before a time beyond the
 * old ceiling is given: {@code given <= ceiling} always, and the next start begins at {@code
 * max(database's time, ceiling)}. A crash so puts it ahead by at most {@link #AHEAD}.
 */
final class LogClock {
  private static final Logger LOG = LoggerFactory.getLogger(LogClock.class);
  private static final Duration AHEAD = Duration.ofSeconds(2);
  private static final long RETRY_NANOS = Duration.ofMillis(200).toNanos();

  private final Ticker ticker;
  private final String shard;
  private final String readNow;
  private final String readCeiling;
  private final String raiseCeiling;
  private final ReentrantLock lock = new ReentrantLock();

  private Instant start = Instant.MIN;
  private long startNanos;
  private Instant ceiling = Instant.MIN;
  private Instant given = Instant.MIN;
  private long failedNanos;
  private boolean failing;

  LogClock(JdbcLogConfig config, JdbcDialect dialect, TableNames names) {
    this.ticker = config.ticker();
    this.shard = config.shard();
    this.readNow = dialect.now();
    this.readCeiling = "select clock from " + names.epoch() + " where shard = ?";
    this.raiseCeiling = "update " + names.epoch() + " set clock = ? where shard = ? and clock < ?";
  }

  /** What the clock may start from: the database's time or the durable ceiling, the later one. */
  Instant read(Connection connection) throws SQLException {
    Instant database = databaseTime(connection);
    try (PreparedStatement select = connection.prepareStatement(readCeiling)) {
      select.setString(1, shard);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? later(database, Columns.instant(row.getBigDecimal(1))) : database;
      }
    }
  }

  /**
   * Sets the clock, forward only. Not to be called with the epoch's row locked: whoever raises the
   * ceiling holds this clock's lock and waits for that row.
   */
  void startFrom(Instant read) {
    lock.lock();
    try {
      start = later(read, running());
      startNanos = ticker.nanos();
    } finally {
      lock.unlock();
    }
  }

  /** The database's own time. Safe for nothing but leases, where it only decides who waits. */
  Instant databaseTime(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(readNow)) {
      row.next();
      return Columns.instant(row.getBigDecimal(1));
    }
  }

  /**
   * The log's time.
   *
   * @param raise makes a new ceiling durable; while it fails, time stands still at the old one
   */
  Instant now(Raise raise) {
    lock.lock();
    try {
      Instant now = later(running(), given);
      if (now.isAfter(ceiling)) {
        now = raise(now, raise) ? now : ceiling;
      }
      given = now;
      return now;
    } finally {
      lock.unlock();
    }
  }

  /** Runs an update in a transaction of its own. */
  @FunctionalInterface
  interface Raise {
    void run(Database.Work<?> update) throws SQLException;
  }

  private boolean raise(Instant now, Raise raise) {
    if (failing && !ceiling.equals(Instant.MIN) && ticker.nanos() - failedNanos < RETRY_NANOS) {
      return false;
    }
    Instant next = now.plus(AHEAD);
    try {
      raise.run(connection -> update(connection, Columns.seconds(next)));
      ceiling = next;
      failing = false;
      return true;
    } catch (SQLException failure) {
      if (!failing) {
        LOG.warn("log time stands still: shard={} cause={}", shard, failure.toString());
      }
      failing = true;
      failedNanos = ticker.nanos();
      if (ceiling.equals(Instant.MIN)) {
        throw new LogUnavailableException("the log's time has not begun", failure);
      }
      return false;
    }
  }

  private int update(Connection connection, BigDecimal next) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(raiseCeiling)) {
      update.setBigDecimal(1, next);
      update.setString(2, shard);
      update.setBigDecimal(3, next);
      return update.executeUpdate();
    }
  }

  private Instant running() {
    return start.equals(Instant.MIN) ? start : start.plusNanos(ticker.nanos() - startNanos);
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }
}
