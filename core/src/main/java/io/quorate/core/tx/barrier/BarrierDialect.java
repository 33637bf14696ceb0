package io.quorate.core.tx.barrier;

import java.sql.Connection;
import java.sql.SQLException;

/** What differs between databases. {@code %s} is the table. */
enum BarrierDialect {
  /** A locking read finds the newest mark at READ COMMITTED and fails on a stale snapshot above. */
  POSTGRESQL(
      "postgresql.sql",
      "insert into %s (tx, branch, state, epoch, started) values (?, ?, ?, ?, ?)"
          + " on conflict (tx, branch) do nothing",
      "select mark from %s_mark where id = 1 for share",
      "select extract(epoch from clock_timestamp())",
      "delete from %1$s where (tx, branch) in (select tx, branch from %1$s where started < ?"
          + " order by started limit ? for update skip locked)"),

  /** A duplicate key fails the statement alone, not the transaction. */
  H2(
      "h2.sql",
      "insert into %s (tx, branch, state, epoch, started) values (?, ?, ?, ?, ?)",
      "select mark from %s_mark where id = 1 for update",
      "select extract(epoch from current_timestamp)",
      "delete from %s where started < ? fetch first ? rows only"),

  /** A locking read finds the newest mark at every level. */
  MARIADB(
      "mariadb.sql",
      "insert ignore into %s (tx, branch, state, epoch, started) values (?, ?, ?, ?, ?)",
      "select mark from %s_mark where id = 1 lock in share mode",
      "select unix_timestamp()",
      "delete from %s where started < ? order by started limit ?");

  private final String schema;
  private final String insert;
  private final String mark;
  private final String now;
  private final String delete;

  BarrierDialect(String schema, String insert, String mark, String now, String delete) {
    this.schema = schema;
    this.insert = insert;
    this.mark = mark;
    this.now = now;
    this.delete = delete;
  }

  /** The resource with the tables. */
  String schema() {
    return schema;
  }

  /** Inserts a branch's row, and does nothing (or fails with a duplicate key) if there is one. */
  String insert(String table) {
    return insert.formatted(table);
  }

  /** Reads the database's time, in seconds since 1970. */
  String now() {
    return now;
  }

  /** Deletes old rows: parameters are the mark and the limit. */
  String delete(String table) {
    return delete.formatted(table);
  }

  /**
   * Reads the newest committed mark, whatever the snapshot of the transaction, or fails as a
   * serialization failure. H2 has no shared row lock, so that at READ COMMITTED, where each
   * statement has a snapshot of its own, a plain read does without stopping all others.
   */
  String mark(String table, Connection connection) throws SQLException {
    if (this == H2
        && connection.getTransactionIsolation() <= Connection.TRANSACTION_READ_COMMITTED) {
      return "select mark from " + table + "_mark where id = 1";
    }
    return mark.formatted(table);
  }
}
