package io.quorate.testkit.barrier;

import io.quorate.core.tx.barrier.Barrier;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;

/** The barrier on H2 in its default mode. */
final class H2BarrierTest extends BarrierRaces {
  private static final String URL = "jdbc:h2:mem:barrier;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=20000";

  @Override
  protected DataSource dataSource() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL(URL);
    return source;
  }

  @Override
  protected Barrier barrier(String table) {
    return Barrier.h2(table);
  }

  /** H2 waits for a key by inserting again and again, for a row in its transaction. */
  @Override
  protected boolean isBlocked(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(
            frame ->
                frame.getClassName().equals("org.h2.command.dml.Insert")
                    || frame.getMethodName().equals("waitForThisToEnd"));
  }

  @Override
  protected boolean deadlockRollsAllBack() {
    return true;
  }

  @AfterEach
  void dropAll() throws SQLException {
    try (Connection connection = dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("drop all objects");
    }
  }
}
