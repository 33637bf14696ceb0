package io.quorate.core.tx.barrier;

import io.quorate.core.tx.Refusal;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * What a participant does in its database for one phase of one branch. Runs at most once with
 * effect; may run again after a rollback.
 *
 * @param <T> what it answers
 */
@FunctionalInterface
public interface SqlWork<T> {

  /**
   * Does the work.
   *
   * @param connection the connection the barrier's row is written on; neither to be committed nor
   *     rolled back here
   * @throws Refusal to answer no; nothing of the work remains
   * @throws SQLException when a statement fails; it must not be swallowed
   */
  T on(Connection connection) throws SQLException;
}
