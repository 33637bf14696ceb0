package io.quorate.core.tx.log.jdbc;

import io.quorate.core.retry.Retry;
import io.quorate.core.time.Ticker;
import io.quorate.core.tx.internal.SqlFailures;
import io.quorate.core.tx.log.LogUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Borrows connections, tries again while the database is away, and keeps callers' interrupts away
 * from connections: work runs on threads of its own, because an interrupt closes the socket a
 * virtual thread reads from, and H2's files.
 */
final class Database implements AutoCloseable {

  /** Work on a connection. May run more than once; each time in a new transaction. */
  @FunctionalInterface
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private static final Retry RETRY =
      Retry.exponential(Duration.ofMillis(10), Duration.ofSeconds(1));

  /** Waiting for a database is measured in real time, whatever the log's ticker. */
  private static final Ticker REAL = Ticker.system();

  private final JdbcLogConfig config;
  private final LogTables tables;
  private final String lockEpoch;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** How many COMMITs ended without an answer, and how many of them are over for certain. */
  private final AtomicLong unanswered = new AtomicLong();

  private final AtomicLong settled = new AtomicLong();

  Database(JdbcLogConfig config, TableNames names, LogTables tables) {
    this.config = config;
    this.tables = tables;
    this.lockEpoch = "select number from " + names.epoch() + " where shard = ? for update";
  }

  /** Runs statements that each stand for themselves; what they read is durable on return. */
  <T> T query(String what, Work<T> work) {
    Work<T> durable =
        connection -> {
          T result = work.on(connection);
          tables.force(connection);
          return result;
        };
    return onOwnThread(() -> patiently(what, () -> once(Borrowed.Use.STATEMENTS, durable)));
  }

  /** Runs one transaction; what it wrote is durable on return. */
  <T> T transact(String what, Work<T> work) {
    return onOwnThread(
        () -> patiently(what, () -> once(Borrowed.Use.TRANSACTIONS, committed(work))));
  }

  /** {@code work}, a COMMIT, and what else makes it durable. */
  <T> Work<T> committed(Work<T> work) {
    return connection -> {
      tables.durably(connection);
      T result = work.on(connection);
      connection.commit();
      tables.force(connection);
      return result;
    };
  }

  /**
   * Runs one small transaction on a thread of its own, without trying again and without waiting for
   * it. The future fails with what the data source or the work threw.
   */
  CompletableFuture<Void> update(Work<?> work) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    Runnable run =
        () -> {
          try {
            Object unused = once(Borrowed.Use.TRANSACTIONS, committed(work));
            result.complete(null);
          } catch (SQLException | RuntimeException | Error failure) {
            result.completeExceptionally(failure);
          }
        };
    try {
      threads.execute(run);
    } catch (RejectedExecutionException closed) {
      throw new IllegalStateException("the log is closed", closed);
    }
    return result;
  }

  /** Runs statements once, without trying again, on the calling thread. */
  private <T> T once(Borrowed.Use use, Work<T> work) throws SQLException {
    try (Borrowed borrowed = borrow(use)) {
      return work.on(borrowed.connection());
    }
  }

  Borrowed borrow(Borrowed.Use use) throws SQLException {
    Borrowed borrowed = Borrowed.from(config.dataSource(), use, config.ioTimeout());
    try {
      settle(borrowed.connection());
      return borrowed;
    } catch (SQLException | RuntimeException | Error e) {
      borrowed.close();
      throw e;
    }
  }

  /**
   * Notes that a COMMIT got no answer: from now on nothing is read before that transaction is over,
   * so that what is read back is the final truth.
   */
  void commitUnanswered() {
    unanswered.incrementAndGet();
  }

  /**
   * Waits until the transactions of unanswered COMMITs are over: each holds a lock on the epoch's
   * row until it is committed or rolled back.
   */
  private void settle(Connection connection) throws SQLException {
    long seen = unanswered.get();
    if (settled.get() >= seen) {
      return;
    }
    try (PreparedStatement lock = connection.prepareStatement(lockEpoch)) {
      lock.setString(1, config.shard());
      try (ResultSet row = lock.executeQuery()) {
        row.next();
      }
    }
    if (!connection.getAutoCommit()) {
      connection.rollback();
    }
    settled.accumulateAndGet(seen, Math::max);
  }

  /** How long to pause before the next attempt, or negative when enough have been made. */
  long pauseNanos(int attempt, long startNanos) {
    long pause = RETRY.pauseAfter(attempt, startNanos).toNanos();
    long left = config.unavailableAfter().toNanos() - (REAL.nanos() - startNanos);
    return left <= 0 ? -1 : Math.min(pause, left);
  }

  static long nanos() {
    return REAL.nanos();
  }

  LogUnavailableException unavailable(String what, SQLException cause) {
    return new LogUnavailableException(
        "%s of shard %s: the database refused or did not answer: %s"
            .formatted(what, config.shard(), cause.getMessage()),
        cause);
  }

  @Override
  public void close() {
    threads.close();
  }

  @FunctionalInterface
  private interface SqlCall<T> {
    T call() throws SQLException;
  }

  private <T> T patiently(String what, SqlCall<T> call) {
    long startNanos = nanos();
    for (int attempt = 1; ; attempt++) {
      try {
        return call.call();
      } catch (SQLException failure) {
        long pause = pauseNanos(attempt, startNanos);
        if (pause < 0 || SqlFailures.of(failure) == SqlFailures.OTHER) {
          throw unavailable(what, failure);
        }
        LockSupport.parkNanos(pause);
      }
    }
  }

  private <T> T onOwnThread(Supplier<T> call) {
    CompletableFuture<T> result;
    try {
      result = CompletableFuture.supplyAsync(call, threads);
    } catch (RejectedExecutionException closed) {
      throw new IllegalStateException("the log is closed", closed);
    }
    try {
      // join keeps an interrupt for later.
      return result.join();
    } catch (CompletionException failed) {
      throw switch (failed.getCause()) {
        case LogUnavailableException away ->
            new LogUnavailableException(String.valueOf(away.getMessage()), away);
        case LogDamagedException damaged -> damaged.here();
        case TableVersionException newer -> newer.here();
        case null, default -> failed;
      };
    }
  }
}
