package io.quorate.core.tx.log.jdbc;

import io.quorate.core.tx.TxId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Set;

/** How a batch is read and written in one dialect. Called by the writer's thread alone. */
sealed interface LogTables permits PostgresTables, H2Tables {

  /**
   * Starts the transaction of a batch: locks the epoch, so that no newer one can be acquired before
   * this transaction ends, and reads what the batch will be judged by.
   */
  BatchPlan.Snapshot begin(Connection connection, Set<TxId> transactions, Set<String> locks)
      throws SQLException;

  /**
   * Writes what the plan accepted.
   *
   * @return false when a head was not as it had been read: roll back and begin again
   */
  boolean write(Connection connection, BatchPlan plan) throws SQLException;

  /** The writer has got this connection and keeps it for many batches. */
  default void opened(Connection connection) throws SQLException {}

  /** The writer is about to give it back: as it was. */
  default void closing(Connection connection) throws SQLException {}

  /** Has the COMMIT of the transaction that begins here wait for the disk, whatever the default. */
  default void durably(Connection connection) throws SQLException {}

  /** Makes durable what is committed, where COMMIT does not. */
  default void force(Connection connection) throws SQLException {}

  static LogTables of(JdbcDialect dialect, String shard, TableNames names) {
    return switch (dialect) {
      case POSTGRESQL -> new PostgresTables(shard, names);
      case H2 -> new H2Tables(shard, names);
    };
  }

  static String[] ids(Collection<TxId> transactions) {
    return transactions.stream().map(TxId::value).toArray(String[]::new);
  }

  static String[] escaped(Collection<String> locks) {
    return locks.stream().map(Columns::escaped).toArray(String[]::new);
  }
}
