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
  private final HeadRows rows;
  private final String records;
  private final String head;
  private final String due;
  private final String ended;
  private final String lastSequences;

  HeadQueries(String shard, TableNames names) {
    this.shard = shard;
    this.names = names;
    this.rows = new HeadRows(shard);
    String heads = "select " + HeadRows.COLUMNS + " from " + names.head() + " where shard = ? and ";
    records =
        "select seq, kind, forced, due, locks, body from "
            + names.log()
            + " where shard = ? and tx = ? order by seq";
    head = heads + "tx = ?";
    // held is 0 where a time counts, so one predicate covers both; a shard has one reader of what
    // is due, the holder of its epoch, so nothing is locked or skipped here.
    due = heads + "status = 0 and due <= ? and held < ? order by due, tx limit ?";
    // Locked: of two that purge at once, the later one must not delete what has been forgotten by
    // the other and begun again under the same id.
    ended =
        "select tx from "
            + names.head()
            + " where shard = ? and status = 2 and changed < ? order by changed limit ? for update";
    lastSequences =
        "select (select seq from "
            + names.head()
            + " where shard = ? and tx = ?), (select max(seq) from "
            + names.log()
            + " where shard = ? and tx = ?)";
  }

  /**
   * The records of a transaction.
   *
   * @throws LogDamagedException when one is missing or means nothing
   */
  List<LogRecord> read(Connection connection, TxId tx) throws SQLException {
    List<LogRecord> all = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(records)) {
      select.setString(1, shard);
      select.setString(2, tx.value());
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          int seq = row.getInt(1);
          if (seq != all.size()) {
            throw LogDamagedException.missing(shard, tx, all.size(), seq);
          }
          all.add(record(tx, seq, row));
        }
      }
    }
    return List.copyOf(all);
  }

  private LogRecord record(TxId tx, int seq, ResultSet row) throws SQLException {
    Place place = Place.record(shard, tx.value(), seq);
    LogRecord.Kind kind = place.read("kind", row.getInt(2), Columns::kind);
    LogRecord.Force force = row.getBoolean(3) ? LogRecord.Force.FORCED : LogRecord.Force.LAZY;
    @Nullable BigDecimal seconds = row.getBigDecimal(4);
    @Nullable Instant at = seconds == null ? null : place.read("due", seconds, Columns::instant);
    Set<String> locks = place.read("locks", row.getString(5), Columns::locks);
    byte[] body = row.getBytes(6);
    return place.read("kind", kind, k -> new LogRecord(tx, seq, k, force, at, locks, body));
  }

  /**
   * Where a transaction stands.
   *
   * @throws LogDamagedException when a value of the row means nothing
   */
  Optional<TxHead> head(Connection connection, TxId tx) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(head)) {
      select.setString(1, shard);
      select.setString(2, tx.value());
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(rows.head(row)) : Optional.empty();
      }
    }
  }

  /** What is due; rows that mean nothing are left out and reported. */
  List<TxHead> due(Connection connection, long epoch, Instant now, int limit) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(due)) {
      select.setString(1, shard);
      select.setBigDecimal(2, Columns.seconds(now));
      select.setLong(3, epoch);
      return rows.readable(select, 4, limit);
    }
  }

  /** The transactions in a status; rows that mean nothing are left out and reported. */
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
            + HeadRows.COLUMNS
            + " from "
            + names.head()
            + " where shard = ? and tx > ? and status in ("
            + codes
            + ") order by tx limit ?";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, shard);
      select.setString(2, after == null ? "" : after.value());
      return rows.readable(select, 3, limit);
    }
  }

  /** How head and records of a transaction contradict each other; empty where they do not. */
  Optional<LogDamagedException> disagreement(Connection connection, TxId tx) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(lastSequences)) {
      select.setString(1, shard);
      select.setString(2, tx.value());
      select.setString(3, shard);
      select.setString(4, tx.value());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        long stands = orNone(row, 1);
        long last = orNone(row, 2);
        return stands == last
            ? Optional.empty()
            : Optional.of(LogDamagedException.disagree(shard, tx, stands, last));
      }
    }
  }

  private static long orNone(ResultSet row, int column) throws SQLException {
    long seq = row.getLong(column);
    return row.wasNull() ? -1 : seq;
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
}
