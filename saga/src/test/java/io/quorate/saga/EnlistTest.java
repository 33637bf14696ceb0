package io.quorate.saga;

import static io.quorate.saga.Shop.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.tx.log.jdbc.JdbcLogConfig;
import io.quorate.core.tx.log.jdbc.JdbcTransactionLog;
import io.quorate.core.tx.runtime.RuntimeConfig;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A start that belongs to the caller's own local transaction. */
@Timeout(60)
class EnlistTest {
  private final Shop shop = new Shop();
  private final JdbcDataSource database = new JdbcDataSource();
  private final CountDownLatch shipped = new CountDownLatch(1);
  private final SagaDefinition<Shop.Order> saga =
      shop.named("s")
          .then(shop.hold)
          .then(shop.steps.pivot("ship", (c, o) -> shipped.countDown()))
          .build();

  @BeforeEach
  void makeOrders() throws Exception {
    database.setURL(
        "jdbc:h2:mem:" + getClass().getSimpleName() + hashCode() + ";DB_CLOSE_DELAY=-1");
    try (Connection c = database.getConnection();
        Statement s = c.createStatement()) {
      s.execute("create table orders(id varchar primary key)");
    }
  }

  @Test
  void the_saga_runs_if_and_only_if_the_callers_transaction_commits() throws Exception {
    try (var log =
            JdbcTransactionLog.open(JdbcLogConfig.builder(database).createTables(true).build());
        var sagas =
            SagaCoordinator.open(
                log, RuntimeConfig.defaults().withPollInterval(Duration.ofSeconds(30)), saga)) {
      try (Connection c = database.getConnection()) {
        c.setAutoCommit(false);
        insert(c, "rolled-back");
        sagas.enlist(saga, new TxId("rolled-back"), ORDER, c);
        c.rollback();
        insert(c, "kept");
        sagas.enlist(saga, new TxId("kept"), ORDER, c);
        assertThat(sagas.outcome(new TxId("kept"))).as("not committed yet").isEmpty();
        c.commit();
        insert(c, "again");
        assertThatThrownBy(() -> sagas.enlist(saga, new TxId("kept"), ORDER, c))
            .isInstanceOf(SequenceConflictException.class);
        c.commit();
      }
      sagas.nudge();
      shipped.await();
      assertThat(sagas.run(saga, new TxId("kept"), ORDER)).isInstanceOf(Outcome.Done.class);
      assertThat(sagas.outcome(new TxId("rolled-back"))).isEmpty();
      assertThat(count()).as("the caller's own rows").isEqualTo(2);
    }
  }

  private static void insert(Connection c, String id) throws Exception {
    try (var insert = c.prepareStatement("insert into orders values (?)")) {
      insert.setString(1, id);
      insert.executeUpdate();
    }
  }

  private int count() throws Exception {
    try (Connection c = database.getConnection();
        Statement s = c.createStatement();
        ResultSet rows = s.executeQuery("select count(*) from orders")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
