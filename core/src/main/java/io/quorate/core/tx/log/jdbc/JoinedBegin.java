package io.quorate.core.tx.log.jdbc;

import io.quorate.core.tx.internal.SqlFailures;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.SequenceConflictException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes a BEGIN into a transaction of the application. */
final class JoinedBegin {
  private final String shard;
  private final String insertHead;
  private final String insertRecord;

  JoinedBegin(JdbcDialect dialect, String shard, TableNames names) {
    this.shard = shard;
    String columns = " (shard, tx, seq, status, due, held, epoch, started, changed) ";
    insertHead =
        switch (dialect) {
          // A duplicate must not abort the application's transaction.
          case POSTGRESQL ->
              "insert into "
                  + names.head()
                  + columns
                  + "values (?, ?, 0, 0, ?, 0, 0, ?, ?) on conflict (shard, tx) do nothing";
          // In H2 a failed statement leaves its transaction alone.
          case H2 -> "insert into " + names.head() + columns + "values (?, ?, 0, 0, ?, 0, 0, ?, ?)";
        };
    insertRecord =
        "insert into "
            + names.log()
            + " (shard, tx, seq, kind, forced, due, epoch, body) values (?, ?, 0, ?, ?, ?, 0, ?)";
  }

  /** Checks everything that can be known without the database. */
  static void requireJoinable(LogRecord begin) {
    if (begin.kind() != LogRecord.Kind.BEGIN) {
      throw new IllegalArgumentException(
          "begin: a " + begin.kind() + " (expected: BEGIN; all else is fenced by an epoch)");
    }
    if (begin.due() == null) {
      throw new IllegalArgumentException(
          "due: null (expected: a time; no epoch holds a joined begin, so nothing else would ever"
              + " start it)");
    }
    if (!begin.locks().isEmpty()) {
      throw new IllegalArgumentException(
          "locks: "
              + begin.locks()
              + " (expected: none; others would wait for the application's commit. Take them with"
              + " the first step)");
    }
  }

  void insert(Connection connection, LogRecord begin, Instant now)
      throws SQLException, SequenceConflictException {
    @Nullable Instant due = begin.due();
    BigDecimal dueSeconds = Columns.seconds(due == null ? now : due);
    BigDecimal nowSeconds = Columns.seconds(now);
    try (PreparedStatement insert = connection.prepareStatement(insertHead)) {
      insert.setString(1, shard);
      insert.setString(2, begin.tx().value());
      insert.setBigDecimal(3, dueSeconds);
      insert.setBigDecimal(4, nowSeconds);
      insert.setBigDecimal(5, nowSeconds);
      if (insert.executeUpdate() == 0) {
        throw SequenceConflictException.begun(begin.tx());
      }
    } catch (SQLException failure) {
      if (SqlFailures.of(failure) == SqlFailures.DUPLICATE) {
        throw SequenceConflictException.begun(begin.tx());
      }
      throw failure;
    }
    try (PreparedStatement insert = connection.prepareStatement(insertRecord)) {
      insert.setString(1, shard);
      insert.setString(2, begin.tx().value());
      insert.setInt(3, Columns.code(LogRecord.Kind.BEGIN));
      insert.setBoolean(4, begin.force() == LogRecord.Force.FORCED);
      insert.setBigDecimal(5, dueSeconds);
      insert.setBytes(6, begin.body());
      insert.executeUpdate();
    }
  }
}
