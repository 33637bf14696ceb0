package io.quorate.saga;

import static io.quorate.saga.Shop.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.EpochHeldException;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.JoinableLog;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.tx.log.jdbc.JdbcLogConfig;
import io.quorate.core.tx.log.jdbc.JdbcTransactionLog;
import io.quorate.core.tx.runtime.RuntimeConfig;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A coordinator on a real PostgreSQL, its end, and the next one. */
@Timeout(180)
class PostgresCoordinatorTest {
  private static final Duration LEASE = Duration.ofHours(1);
  private static final RuntimeConfig CONFIG =
      RuntimeConfig.defaults()
          .withLease(LEASE)
          .withAcquireWait(Duration.ZERO)
          .withPollInterval(Duration.ofMillis(10))
          .withCloseWait(Duration.ZERO)
          .withCallGrace(Duration.ofSeconds(30));

  private static EmbeddedPostgres server;

  private final AtomicLong passedNanos = new AtomicLong();
  private final CountDownLatch inside = new CountDownLatch(1);
  private final CountDownLatch never = new CountDownLatch(1);
  private final AtomicInteger calls = new AtomicInteger();
  private final Shop shop = new Shop();
  private final SagaDefinition<Shop.Order> saga =
      shop.named("s")
          .then(shop.hold)
          .then(
              shop.steps.pivot(
                  "pay",
                  (c, o) -> {
                    if (calls.incrementAndGet() == 1) {
                      inside.countDown();
                      never.await();
                    }
                  }))
          .build();

  @BeforeAll
  static void start() throws Exception {
    server = EmbeddedPostgres.builder().setServerConfig("fsync", "on").start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static DataSource database() {
    return server.getPostgresDatabase();
  }

  private JdbcTransactionLog log() {
    return JdbcTransactionLog.open(
        JdbcLogConfig.builder(database())
            .createTables(true)
            .ticker(() -> System.nanoTime() + passedNanos.get())
            .build());
  }

  /** A log whose owner dies before it can give it back. */
  private static JoinableLog neverReleased(JdbcTransactionLog log) {
    return (JoinableLog)
        Proxy.newProxyInstance(
            JoinableLog.class.getClassLoader(),
            new Class<?>[] {JoinableLog.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("release")) {
                return null;
              }
              try {
                return method.invoke(log, arguments);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  @Test
  void a_start_joined_to_a_commit_is_finished_by_the_next_owner_once_the_lease_has_run_out()
      throws Exception {
    execute("create table orders(id varchar primary key)");
    try (var firstLog = log();
        var secondLog = log()) {
      var first = SagaCoordinator.open(neverReleased(firstLog), CONFIG.withOwner("first"), saga);
      try (Connection connection = database().getConnection()) {
        connection.setAutoCommit(false);
        insert(connection, "rolled-back");
        first.enlist(saga, new TxId("rolled-back"), ORDER, connection);
        connection.rollback();
        insert(connection, "kept");
        first.enlist(saga, new TxId("kept"), ORDER, connection);
        assertThat(first.outcome(new TxId("kept"))).as("not committed yet").isEmpty();
        connection.commit();
        assertThatThrownBy(() -> first.enlist(saga, new TxId("kept"), ORDER, connection))
            .isInstanceOf(SequenceConflictException.class);
        connection.rollback();
      }
      inside.await();
      first.close();
      int records = firstLog.read(new TxId("kept")).size();

      RuntimeConfig next = CONFIG.withOwner("second");
      assertThatThrownBy(() -> SagaCoordinator.open(secondLog, next, saga))
          .isInstanceOf(EpochHeldException.class)
          .hasMessageContaining("first");
      passedNanos.addAndGet(LEASE.toNanos());
      try (var second = SagaCoordinator.open(secondLog, next, saga)) {
        assertThat(second.run(saga, new TxId("kept"), ORDER)).isInstanceOf(Outcome.Done.class);
        assertThat(calls).hasValue(2);
        assertThat(second.outcome(new TxId("rolled-back"))).isEmpty();
        assertThat(second.operator().unfinished(10)).isEmpty();
        assertThat(secondLog.read(new TxId("kept"))).hasSizeGreaterThan(records);
        long epoch = secondLog.head(new TxId("kept")).orElseThrow().epoch();
        assertThatThrownBy(() -> firstLog.renew(new Epoch("first", epoch - 1)))
            .isInstanceOf(FencedException.class);
      }
    }
    assertThat(count("orders")).as("the caller's own rows").isEqualTo(1);
  }

  private void execute(String sql) throws Exception {
    try (Connection connection = database().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void insert(Connection connection, String id) throws Exception {
    try (var insert = connection.prepareStatement("insert into orders values (?)")) {
      insert.setString(1, id);
      insert.executeUpdate();
    }
  }

  private int count(String table) throws Exception {
    try (Connection connection = database().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select count(*) from " + table)) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
