package io.quorate.core.tx.log.jdbc;

import static java.util.Objects.requireNonNull;

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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log's time: the database's at the start, and from there on what the ticker measures, so that
 * no jump of a wall clock moves it.
 *
 * <p>To keep it from going back over a restart, a ceiling is made durable before a time beyond the
 * old ceiling is given: {@code given <= ceiling} always, and the next start begins at {@code
 * max(database's time, ceiling)}. A crash so puts it ahead by at most {@link #AHEAD}.
 *
 * <p>The ceiling is raised by one at a time and outside the lock. The others, and whoever raises,
 * wait for it no longer than {@link #PATIENCE}; then time stands still at the old ceiling, so that
 * a database that is away, or a pool without a connection, holds up nobody who asks for the time.
 */
final class LogClock {
  private static final Logger LOG = LoggerFactory.getLogger(LogClock.class);
  private static final Duration AHEAD = Duration.ofSeconds(2);

  /** How long a raise is waited for, counted from its start; not at all after one that failed. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** How long after a failure the next raise is tried. */
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
  private @Nullable Throwable lastFailure;
  private @Nullable Raising raising;

  /**
   * A raise under way.
   *
   * @param next the ceiling when it is done
   * @param over completed, normally, once it is done or has failed
   */
  private record Raising(Instant next, long sinceNanos, CompletableFuture<Void> over) {}

  /** Begins an update in a transaction of its own; the future ends when it is committed. */
  @FunctionalInterface
  interface Raise {
    CompletableFuture<?> begin(Database.Work<?> update);
  }

  /** Runs an update in a transaction on the caller's connection. */
  @FunctionalInterface
  interface RaiseHere {
    void run(Database.Work<?> update) throws SQLException;
  }

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
        return row.next()
            ? later(
                database,
                new Place(shard, "the row of the epoch")
                    .read("clock", row.getBigDecimal(1), Columns::instant))
            : database;
      }
    }
  }

  /** Sets the clock, forward only. */
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
   * @param raise makes a new ceiling durable; while it fails or takes long, time stands still at
   *     the old one
   * @throws LogUnavailableException when no ceiling was ever raised, so that there is no time yet
   */
  Instant now(Raise raise) {
    Raising current;
    boolean mine = false;
    lock.lock();
    try {
      Optional<Instant> now = known();
      if (now.isPresent()) {
        return now.get();
      }
      @Nullable Raising underWay = raising;
      if (underWay == null) {
        mine = true;
        underWay = new Raising(next(), Database.nanos(), new CompletableFuture<>());
        raising = underWay;
      }
      current = underWay;
    } finally {
      lock.unlock();
    }
    if (mine) {
      begin(current, raise);
    }
    await(current);
    return stood();
  }

  /**
   * The log's time, for one who has a connection at hand and so waits for nobody else's.
   *
   * @param raise as in {@link #now(Raise)}, on that connection
   */
  Instant nowBy(RaiseHere raise) {
    Instant next;
    lock.lock();
    try {
      Optional<Instant> now = known();
      if (now.isPresent()) {
        return now.get();
      }
      next = next();
    } finally {
      lock.unlock();
    }
    try {
      raise.run(connection -> update(connection, Columns.seconds(next)));
      settle(next, null);
    } catch (SQLException failure) {
      settle(next, failure);
    }
    return stood();
  }

  private void begin(Raising current, Raise raise) {
    CompletableFuture<?> update;
    try {
      update = raise.begin(connection -> update(connection, Columns.seconds(current.next())));
    } catch (RuntimeException closed) {
      over(current, closed);
      throw closed;
    }
    CompletableFuture<?> unused = update.whenComplete((done, failure) -> over(current, failure));
  }

  private void over(Raising current, @Nullable Throwable failure) {
    settle(current.next(), failure);
    lock.lock();
    try {
      raising = null;
    } finally {
      lock.unlock();
    }
    current.over().complete(null);
  }

  private void await(Raising current) {
    boolean begun;
    boolean probing;
    lock.lock();
    try {
      begun = !ceiling.equals(Instant.MIN);
      probing = failing;
    } finally {
      lock.unlock();
    }
    // join, unlike get, keeps an interrupt for later.
    if (!begun) {
      Void unused = current.over().join();
      return;
    }
    long leftNanos = current.sinceNanos() + PATIENCE.toNanos() - Database.nanos();
    if (!probing && leftNanos > 0) {
      Void unused =
          current.over().copy().completeOnTimeout(null, leftNanos, TimeUnit.NANOSECONDS).join();
    }
  }

  private void settle(Instant next, @Nullable Throwable failure) {
    lock.lock();
    try {
      if (failure == null) {
        ceiling = later(ceiling, next);
        failing = false;
        return;
      }
      if (!failing) {
        LOG.warn("log time stands still: shard={} cause={}", shard, failure.toString());
      }
      failing = true;
      failedNanos = ticker.nanos();
      lastFailure = failure;
    } finally {
      lock.unlock();
    }
  }

  /** The time where it is known without a raise; empty where one is to be tried. */
  private Optional<Instant> known() {
    boolean pausing =
        failing && !ceiling.equals(Instant.MIN) && ticker.nanos() - failedNanos < RETRY_NANOS;
    return pausing || !running().isAfter(ceiling) ? Optional.of(give()) : Optional.empty();
  }

  /** The time after a raise: as it runs, or the ceiling if that was not raised. */
  private Instant stood() {
    lock.lock();
    try {
      if (ceiling.equals(Instant.MIN)) {
        throw new LogUnavailableException(
            "the log's time has not begun", requireNonNull(lastFailure));
      }
      return give();
    } finally {
      lock.unlock();
    }
  }

  private Instant give() {
    Instant now = later(running(), given);
    given = now.isAfter(ceiling) ? ceiling : now;
    return given;
  }

  private Instant next() {
    return later(running(), given).plus(AHEAD);
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
