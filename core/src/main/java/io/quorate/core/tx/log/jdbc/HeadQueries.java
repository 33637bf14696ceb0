package io.quorate.core.tx.log.jdbc;

import static java.util.stream.Collectors.joining;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.TxHead;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is read from the tables, and what {@code purge} removes. */
final class HeadQueries {
  private final String shard;
  private final TableNames names;
  private final String records;
  private final String head;
  private final String due;
  private final String ended;

  HeadQueries(String shard, TableNames names) {
    this.shard = shard;
    this.names = names;
    String heads = "select " + Columns.HEAD + " from " + names.head() + " where shard = ? and ";
    records =
        "select seq, kind, forced, due, locks, body from "
            + names.log()
            + " where shard = ? and tx = ? order by seq";
    head = heads + "tx = ?";
    // held is 0 where a time counts, so one predicate covers both; a shard has one reader of what
    // is due, the holder of its epoch, so nothing is locked or skipped here.
    due = heads + "status = 0 and due <= ? and held < ? order by due, tx limit ?";
    ended =
        "select tx from "
            + names.head()
            + " where shard = ? and status = 2 and changed < ? order by changed limit ?";
  }

  List<LogRecord> read(Connection connection, TxId tx) throws SQLException {
    List<LogRecord> all = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(records)) {
      select.setString(1, shard);
      select.setString(2, tx.value());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          @Nullable BigDecimal dueSeconds = row.getBigDecimal(4);
          all.add(
              new LogRecord(
                  tx,
                  row.getInt(1),
                  Columns.kind(row.getInt(2)),
                  row.getBoolean(3) ? LogRecord.Force.FORCED : LogRecord.Force.LAZY,
                  dueSeconds == null ? null : Columns.instant(dueSeconds),
                  Columns.locks(row.getString(5)),
                  row.getBytes(6)));
        }
      }
    }
    return List.copyOf(all);
  }

  Optional<TxHead> head(Connection connection, TxId tx) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(head)) {
      select.setString(1, shard);
      select.setString(2, tx.value());
      return heads(select).stream().findFirst();
    }
  }

  List<TxHead> due(Connection connection, long epoch, Instant now, int limit) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(due)) {
      select.setString(1, shard);
      select.setBigDecimal(2, Columns.seconds(now));
      select.setLong(3, epoch);
      select.setInt(4, limit);
      return heads(select);
    }
  }

  List<TxHead> list(
      Connection connection, Set<TxHead.Status> statuses, @Nullable TxId after, int limit)
      throws SQLException {
    // Literals, not parameters: PostgreSQL matches its partial indexes against them.
    String codes =
        statuses.stream()
            .map(s -> Integer.toString(Columns.code(s)))
            .sorted()
            .collect(joining(","));
    String sql =
        "select "
            + Columns.HEAD
            + " from "
            + names.head()
            + " where shard = ? and tx > ? and status in ("
            + codes
            + ") order by tx limit ?";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, shard);
      select.setString(2, after == null ? "" : after.value());
      select.setInt(3, limit);
      return heads(select);
    }
  }

  /** Forgets at most {@code limit} transactions that ended before {@code before}. */
  int purge(Connection connection, Instant before, int limit) throws SQLException {
    List<String> gone = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(ended)) {
      select.setString(1, shard);
      select.setBigDecimal(2, Columns.seconds(before));
      select.setInt(3, limit);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          gone.add(row.getString(1));
        }
      }
    }
    if (!gone.isEmpty()) {
      delete(connection, names.log(), gone);
      delete(connection, names.head(), gone);
    }
    return gone.size();
  }

  private void delete(Connection connection, String table, List<String> transactions)
      throws SQLException {
    String sql = "delete from " + table + " where shard = ? and tx = any(?)";
    try (PreparedStatement delete = connection.prepareStatement(sql)) {
      delete.setString(1, shard);
      delete.setArray(2, connection.createArrayOf("varchar", transactions.toArray()));
      delete.executeUpdate();
    }
  }

  private static List<TxHead> heads(PreparedStatement select) throws SQLException {
    List<TxHead> all = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        all.add(Columns.head(row));
      }
    }
    return List.copyOf(all);
  }
}
