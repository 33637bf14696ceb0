package io.quorate.testkit.barrier;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.quorate.core.tx.barrier.Barrier;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;

/** The barrier on a MariaDB, wherever it runs. */
public abstract class MariaDbBarrier extends BarrierRaces {
  private HikariDataSource pool;

  /** A JDBC URL with user and password. */
  protected abstract String url();

  @Override
  protected final DataSource dataSource() {
    if (pool == null) {
      HikariConfig config = new HikariConfig();
      config.setJdbcUrl(url());
      config.setMaximumPoolSize(10);
      pool = new HikariDataSource(config);
    }
    return pool;
  }

  @AfterEach
  final void dropTables() throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      for (String suffix : new String[] {"", "_mark", "_effects", "_account"}) {
        statement.execute("drop table if exists " + shop.table() + suffix);
      }
    } finally {
      pool.close();
    }
  }

  @Override
  protected final Barrier barrier(String table) {
    return Barrier.mariaDb(table);
  }

  @Override
  protected final boolean deadlockRollsAllBack() {
    return true;
  }

  @Override
  protected final boolean isBlocked(Thread thread) throws SQLException {
    try (Connection connection = dataSource().getConnection();
        Statement statement = connection.createStatement();
        // Not information_schema.innodb_trx: that shows an old picture to whoever asks often.
        ResultSet row =
            statement.executeQuery("show global status like 'Innodb_row_lock_current_waits'")) {
      row.next();
      return row.getInt("Value") > 0;
    }
  }
}
