package io.quorate.core.tx.log.jdbc;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.internal.SqlFailures;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The writer's connection, kept while there is work. Used by the writer's thread alone. */
final class WriterSession implements AutoCloseable {

  /** COMMIT ended without an answer: the batch is in the log, or it is not. */
  static final class CommitUnanswered extends SQLException {
    private static final long serialVersionUID = 1;

    CommitUnanswered(SQLException cause) {
      super(cause.getMessage(), cause.getSQLState(), cause.getErrorCode(), cause);
    }
  }

  private final Database database;
  private final LogTables tables;
  private final LogClock clock;
  private final HeadQueries queries;
  private @Nullable Borrowed borrowed;

  WriterSession(Database database, LogTables tables, LogClock clock, HeadQueries queries) {
    this.database = database;
    this.tables = tables;
    this.clock = clock;
    this.queries = queries;
  }

  boolean isOpen() {
    return borrowed != null;
  }

  /**
   * Commits a batch.
   *
   * @return the plan that was carried out
   * @throws CommitUnanswered it is not known whether the batch is committed
   * @throws SQLException nothing of the batch was written
   */
  BatchPlan commit(List<PendingAppend> batch) throws SQLException {
    try {
      Connection connection = connection();
      // Before the epoch is locked: raising the clock's ceiling writes the same row.
      Instant now = clock.nowBy(update -> raise(connection, update));
      return commit(connection, batch, now);
    } catch (CommitUnanswered unanswered) {
      close();
      throw unanswered;
    } catch (SQLException failure) {
      if (borrowed != null && SqlFailures.of(failure) != SqlFailures.CONNECTION) {
        rollBack(borrowed.connection());
      } else {
        close();
      }
      throw failure;
    } catch (RuntimeException | Error bug) {
      close();
      throw bug;
    }
  }

  /** What is left of a raise that failed must not be found by the batch behind it. */
  private void raise(Connection connection, Database.Work<?> update) throws SQLException {
    try {
      Object unused = database.committed(update).on(connection);
    } catch (SQLException failure) {
      try {
        connection.rollback();
      } catch (SQLException broken) {
        failure.addSuppressed(broken);
      }
      throw failure;
    }
  }

  private BatchPlan commit(Connection connection, List<PendingAppend> batch, Instant now)
      throws SQLException {
    BatchPlan.Snapshot snapshot =
        tables.begin(connection, BatchPlan.transactions(batch), BatchPlan.locks(batch));
    BatchPlan plan = BatchPlan.of(snapshot, batch, now);
    if (plan.rows().isEmpty()) {
      connection.rollback();
      return plan;
    }
    if (!tables.write(connection, plan)) {
      throw new SQLException("a head changed since it was read", "40001");
    }
    try {
      connection.commit();
      tables.force(connection);
    } catch (SQLException failure) {
      throw SqlFailures.commitWasRefused(failure) ? failure : new CommitUnanswered(failure);
    }
    return plan;
  }

  /** How the rows of a transaction contradict each other; empty where they do not, or who knows. */
  Optional<LogDamagedException> damageOf(TxId tx) {
    try {
      Connection connection = connection();
      Optional<LogDamagedException> found = queries.disagreement(connection, tx);
      connection.rollback();
      return found;
    } catch (SQLException away) {
      close();
      return Optional.empty();
    }
  }

  private Connection connection() throws SQLException {
    Borrowed mine = borrowed;
    if (mine == null) {
      mine = database.borrow(Borrowed.Use.TRANSACTIONS);
      borrowed = mine;
      tables.opened(mine.connection());
    }
    return mine.connection();
  }

  private void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException broken) {
      close();
    }
  }

  /** Gives the connection back. The next batch borrows another. */
  @Override
  public void close() {
    Borrowed mine = borrowed;
    if (mine == null) {
      return;
    }
    borrowed = null;
    try {
      mine.connection().rollback();
      tables.closing(mine.connection());
    } catch (SQLException broken) {
      // The data source's to notice, as whatever else is wrong with it.
    } finally {
      mine.close();
    }
  }
}
