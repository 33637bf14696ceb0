package io.quorate.testkit.barrier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.barrier.Barrier;
import io.quorate.core.tx.barrier.BarrierResult;
import io.quorate.testkit.log.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Function;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The barrier on a real PostgreSQL. */
final class PostgresBarrierTest extends BarrierRaces {
  private static HikariDataSource pool;

  @BeforeAll
  static void openPool() {
    HikariConfig config = new HikariConfig();
    config.setDataSource(PostgresServer.dataSource("barrier"));
    config.setMaximumPoolSize(10);
    pool = new HikariDataSource(config);
  }

  @AfterAll
  static void closePool() {
    pool.close();
  }

  @Override
  protected DataSource dataSource() {
    return pool;
  }

  @Override
  protected Barrier barrier(String table) {
    return Barrier.postgres(table);
  }

  /** A statement that failed ends the transaction; whom a deadlock hits is a matter of timing. */
  @Override
  protected boolean deadlockRollsAllBack() {
    return false;
  }

  @Override
  protected boolean isBlocked(Thread thread) throws SQLException {
    try (Connection connection = PostgresServer.dataSource("looker").getConnection();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select count(*) from pg_stat_activity"
                    + " where application_name = 'barrier' and wait_event_type = 'Lock'")) {
      row.next();
      return row.getInt(1) == 1;
    }
  }

  /** Else a service that starts would hold up all others behind whoever has not committed yet. */
  @Test
  void creating_the_tables_again_waits_for_no_open_transaction() throws SQLException {
    try (Connection working = shop.dataSource().getConnection();
        Connection starting = shop.dataSource().getConnection();
        Statement statement = starting.createStatement()) {
      working.setAutoCommit(false);
      assertThat(
              barrier.run(
                  working,
                  ref(Phase.TRY),
                  Function.identity(),
                  Function.identity(),
                  c -> "done".getBytes(UTF_8)))
          .isInstanceOf(BarrierResult.Ran.class);
      statement.execute("set lock_timeout = '200ms'");
      barrier.createTable(starting);
      statement.execute("reset lock_timeout");
      working.commit();
    }
  }

  @Test
  void a_statement_that_failed_and_was_swallowed_is_never_answered_with_ok() throws SQLException {
    for (String answer : new String[] {"", "done"}) {
      Verdict verdict =
          barrier.execute(
              shop.dataSource(),
              ref(Phase.TRY),
              c -> {
                shop.effect(c, ref(Phase.TRY));
                try (Statement statement = c.createStatement()) {
                  statement.execute("select 1 / 0");
                } catch (SQLException swallowed) {
                  assertThat(swallowed.getMessage()).contains("zero");
                }
                return answer.getBytes(UTF_8);
              });
      assertThat(verdict).isInstanceOf(Verdict.Unknown.class);
      assertThat(shop.state(ref(Phase.TRY))).isZero();
      assertThat(shop.effects(ref(Phase.TRY))).isEmpty();
    }
  }
}
