package io.quorate.testkit.log;

import static io.quorate.testkit.log.JdbcDatabases.number;
import static io.quorate.testkit.log.JdbcDatabases.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.log.jdbc.JdbcTransactionLog;
import io.quorate.core.tx.log.jdbc.TableVersionException;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables of another release. */
final class JdbcTableVersionTest {
  private static final Duration LEASE = Duration.ofMinutes(10);

  @ParameterizedTest
  @EnumSource
  void tables_of_a_newer_release_are_refused_and_left_as_they_are(JdbcDatabases database)
      throws Exception {
    String prefix = PostgresServer.uniqueName("newer_") + "_";
    try (JdbcHome home = database.home(b -> b.tablePrefix(prefix))) {
      home.open().close();
      run(home, "update " + prefix + "format set version = 2");
      // What a newer release does without.
      run(home, "drop table " + prefix + "lock");
      run(home, "delete from " + prefix + "epoch");
      assertThatThrownBy(home::open)
          .isInstanceOf(TableVersionException.class)
          .hasMessageContaining(prefix + "format")
          .hasMessageContaining("version 2")
          .hasMessageContaining("<= 1");
      assertThatThrownBy(() -> createTables(home, prefix))
          .isInstanceOf(TableVersionException.class);
      assertThat(number(home, "select count(*) from " + prefix + "epoch")).isZero();
      assertThatThrownBy(() -> number(home, "select count(*) from " + prefix + "lock"))
          .as("it was not created again")
          .isInstanceOf(SQLException.class);
      run(home, "update " + prefix + "format set version = 1");
      home.open().close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_log_that_is_open_does_not_take_over_tables_that_were_made_newer(JdbcDatabases database)
      throws Exception {
    String prefix = PostgresServer.uniqueName("lifted_") + "_";
    try (JdbcHome home = database.home(b -> b.tablePrefix(prefix));
        JdbcTransactionLog log = home.open()) {
      long mine = log.acquire("node-1", LEASE).number();
      run(home, "update " + prefix + "format set version = 2");
      assertThatThrownBy(() -> log.acquire("node-1", LEASE))
          .isInstanceOf(TableVersionException.class)
          .hasMessageContaining("version 2");
      assertThat(number(home, "select number from " + prefix + "epoch")).isEqualTo(mine);
    }
  }

  @ParameterizedTest
  @EnumSource
  void tables_without_a_version_are_not_opened(JdbcDatabases database) throws Exception {
    String prefix = PostgresServer.uniqueName("unversioned_") + "_";
    try (JdbcHome home = database.home(b -> b.tablePrefix(prefix).createTables(false))) {
      createTables(home, prefix);
      run(home, "drop table " + prefix + "format");
      assertThatThrownBy(home::open)
          .isInstanceOf(LogUnavailableException.class)
          .hasMessageContaining(prefix + "format")
          .hasMessageContaining("createTables");
      createTables(home, prefix);
      home.open().close();
    }
  }

  private static void createTables(JdbcHome home, String prefix) throws SQLException {
    JdbcTransactionLog.createTables(home.dataSource(), prefix);
  }
}
