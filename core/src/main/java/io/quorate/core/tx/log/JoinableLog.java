package io.quorate.core.tx.log;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A log that lives in a database and can be written as part of somebody's local transaction there.
 */
public interface JoinableLog extends TransactionLog {

  /**
   * Adds the {@code BEGIN} record of a transaction within the caller's local transaction: it exists
   * if, and only if, that commits. Not fenced; whichever coordinator holds the log takes it up.
   *
   * @param callersTransaction in a transaction, to the database that holds this log; neither
   *     committed nor rolled back here
   * @param begin a {@link LogRecord.Kind#BEGIN} with a {@code due} and without locks
   * @throws SequenceConflictException when the transaction exists; the caller's transaction is
   *     still usable
   * @throws IllegalArgumentException for another kind of record, or a connection that is not in a
   *     transaction
   * @throws SQLException when a statement fails; the caller's transaction is to be rolled back
   */
  void append(Connection callersTransaction, LogRecord begin)
      throws SQLException, SequenceConflictException;
}
