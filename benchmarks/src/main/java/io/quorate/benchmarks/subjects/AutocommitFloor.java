package io.quorate.benchmarks.subjects;

import io.quorate.benchmarks.kit.ConnectionPool;
import io.quorate.benchmarks.kit.Subject;
import io.quorate.benchmarks.kit.SubjectContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * The least that keeps a three-step saga's progress in a table: one row inserted, and updated after
 * each step, each statement its own transaction. No recovery, no compensation, no results.
 */
public final class AutocommitFloor implements Subject {
  private static final int STEPS = 3;

  private final ConnectionPool connections;

  public AutocommitFloor(SubjectContext context) throws SQLException {
    connections = context.connectionPool();
    connections.execute(
        "create table saga (id text primary key, step smallint not null, input text not null)");
  }

  @Override
  public void run(long n) throws SQLException {
    String id = "order-" + n;
    try (Connection connection = connections.borrow();
        PreparedStatement begin =
            connection.prepareStatement("insert into saga values (?, 0, '{}')");
        PreparedStatement advance =
            connection.prepareStatement("update saga set step = ? where id = ?")) {
      begin.setString(1, id);
      begin.executeUpdate();
      for (int step = 1; step <= STEPS; step++) {
        advance.setInt(1, step);
        advance.setString(2, id);
        if (advance.executeUpdate() != 1) {
          throw new IllegalStateException(id + ": lost");
        }
      }
    }
  }

  @Override
  public void close() {
    connections.close();
  }
}
