package io.quorate.core.tx.log.jdbc;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Statement by statement: H2 mostly runs in this process, where a round trip costs nothing. */
final class H2Tables implements LogTables {
  private final String shard;
  private final String lockEpoch;
  private final String readHeads;
  private final String readLocks;
  private final String insertRecord;
  private final String insertHead;
  private final String updateHead;
  private final String deleteLocksOf;
  private final String deleteLock;
  private final String insertLock;

  H2Tables(String shard, TableNames names) {
    this.shard = shard;
    // H2 has no shared row lock; the one writer of a shard is alone with this row anyway.
    lockEpoch = "select number from " + names.epoch() + " where shard = ? for update";
    readHeads = "select tx, seq, status from " + names.head() + " where shard = ? and tx = any(?)";
    readLocks = "select name, tx from " + names.lock() + " where shard = ? and name = any(?)";
    insertRecord =
        "insert into "
            + names.log()
            + " (shard, tx, seq, kind, forced, due, locks, epoch, body)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    insertHead =
        "insert into "
            + names.head()
            + " (seq, status, due, held, epoch, changed, started, shard, tx)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    updateHead =
        "update "
            + names.head()
            + " set seq = ?, status = ?, due = ?, held = ?, epoch = ?, changed = ?"
            + " where shard = ? and tx = ? and seq = ?";
    deleteLocksOf = "delete from " + names.lock() + " where shard = ? and tx = any(?)";
    deleteLock = "delete from " + names.lock() + " where shard = ? and name = any(?)";
    insertLock = "insert into " + names.lock() + " (shard, name, tx) values (?, ?, ?)";
  }

  @Override
  public BatchPlan.Snapshot begin(Connection connection, Set<TxId> transactions, Set<String> locks)
      throws SQLException {
    long epoch;
    Map<TxId, BatchPlan.Stored> heads = new HashMap<>();
    Map<String, String> holders = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(lockEpoch)) {
      select.setString(1, shard);
      try (ResultSet row = select.executeQuery()) {
        epoch = row.next() ? row.getLong(1) : -1;
      }
    }
    try (PreparedStatement select = connection.prepareStatement(readHeads)) {
      bindMany(connection, select, LogTables.ids(transactions));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          heads.put(new TxId(row.getString(1)), new BatchPlan.Stored(row.getInt(2), row.getInt(3)));
        }
      }
    }
    if (!locks.isEmpty()) {
      try (PreparedStatement select = connection.prepareStatement(readLocks)) {
        bindMany(connection, select, LogTables.escaped(locks));
        try (ResultSet row = select.executeQuery()) {
          while (row.next()) {
            holders.put(Columns.unescaped(row.getString(1)), row.getString(2));
          }
        }
      }
    }
    return new BatchPlan.Snapshot(shard, epoch, heads, holders);
  }

  @Override
  public boolean write(Connection connection, BatchPlan plan) throws SQLException {
    if (!writeHeads(connection, plan)) {
      return false;
    }
    try (PreparedStatement insert = connection.prepareStatement(insertRecord)) {
      for (BatchPlan.Row row : plan.rows()) {
        bindRecord(insert, row.record(), row.epoch());
        insert.addBatch();
      }
      insert.executeBatch();
    }
    delete(connection, deleteLocksOf, LogTables.ids(plan.ended()));
    if (!plan.taken().isEmpty()) {
      delete(connection, deleteLock, LogTables.escaped(plan.taken().keySet()));
      try (PreparedStatement insert = connection.prepareStatement(insertLock)) {
        for (Map.Entry<String, TxId> lock : plan.taken().entrySet()) {
          insert.setString(1, shard);
          insert.setString(2, Columns.escaped(lock.getKey()));
          insert.setString(3, lock.getValue().value());
          insert.addBatch();
        }
        insert.executeBatch();
      }
    }
    return true;
  }

  /** COMMIT leaves the last changes in memory for up to half a second. */
  @Override
  public void force(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("checkpoint sync");
    }
  }

  private boolean writeHeads(Connection connection, BatchPlan plan) throws SQLException {
    BigDecimal now = Columns.seconds(plan.now());
    try (PreparedStatement insert = connection.prepareStatement(insertHead);
        PreparedStatement update = connection.prepareStatement(updateHead)) {
      boolean inserts = false;
      boolean updates = false;
      for (BatchPlan.Head head : plan.heads().values()) {
        boolean fresh = head.was() < 0;
        PreparedStatement write = fresh ? insert : update;
        write.setInt(1, head.last().seq());
        write.setInt(2, head.statusCode());
        write.setBigDecimal(3, Columns.seconds(plan.due(head)));
        write.setLong(4, BatchPlan.held(head));
        write.setLong(5, head.epoch());
        write.setBigDecimal(6, now);
        if (fresh) {
          write.setBigDecimal(7, now);
          write.setString(8, shard);
          write.setString(9, head.last().tx().value());
          inserts = true;
        } else {
          write.setString(7, shard);
          write.setString(8, head.last().tx().value());
          write.setInt(9, head.was());
          updates = true;
        }
        write.addBatch();
      }
      return (!inserts || allOne(insert.executeBatch()))
          && (!updates || allOne(update.executeBatch()));
    }
  }

  private static boolean allOne(int[] counts) {
    return Arrays.stream(counts).allMatch(count -> count == 1);
  }

  private void bindRecord(PreparedStatement insert, LogRecord record, long epoch)
      throws SQLException {
    insert.setString(1, shard);
    insert.setString(2, record.tx().value());
    insert.setInt(3, record.seq());
    insert.setInt(4, Columns.code(record.kind()));
    insert.setBoolean(5, record.force() == LogRecord.Force.FORCED);
    if (record.due() == null) {
      insert.setNull(6, Types.NUMERIC);
    } else {
      insert.setBigDecimal(6, Columns.seconds(record.due()));
    }
    insert.setString(7, Columns.locks(record.locks()));
    insert.setLong(8, epoch);
    insert.setBytes(9, record.body());
  }

  private void bindMany(Connection connection, PreparedStatement statement, String[] names)
      throws SQLException {
    statement.setString(1, shard);
    statement.setArray(2, connection.createArrayOf("varchar", names));
  }

  private void delete(Connection connection, String sql, String[] names) throws SQLException {
    if (names.length > 0) {
      try (PreparedStatement delete = connection.prepareStatement(sql)) {
        bindMany(connection, delete, names);
        delete.executeUpdate();
      }
    }
  }
}
