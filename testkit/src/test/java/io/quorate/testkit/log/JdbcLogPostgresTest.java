package io.quorate.testkit.log;

import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.body;
import static io.quorate.testkit.log.TestRecords.due;
import static io.quorate.testkit.log.TestRecords.end;
import static io.quorate.testkit.log.TestRecords.lazy;
import static io.quorate.testkit.log.TestRecords.locking;
import static io.quorate.testkit.log.TestRecords.step;
import static io.quorate.testkit.log.TestRecords.tx;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.tx.log.jdbc.JdbcLogConfig;
import io.quorate.core.tx.log.jdbc.JdbcTransactionLog;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** How the log uses PostgreSQL: round trips, settings, connections, tables. */
final class JdbcLogPostgresTest {
  private static final Duration LEASE = Duration.ofMinutes(10);

  @Test
  void a_batch_is_three_statements_whatever_is_in_it() throws Exception {
    try (JdbcHome home = new JdbcHome(JdbcHome.postgres());
        JdbcTransactionLog log = home.open()) {
      Epoch epoch = log.acquire("node-1", LEASE);
      // The clock's ceiling is raised every two seconds: time stands still here, so it is not.
      TxId tx = tx("statements");
      List<List<LogRecord>> appends =
          List.of(
              List.of(locking(begin(tx), "a", "b")),
              List.of(locking(step(tx, 1), "c"), step(tx, 2)),
              List.of(end(tx, 3)),
              List.of(locking(begin(tx("other")), "a"), end(tx("other"), 1)));
      List<Integer> counts = new ArrayList<>();
      for (List<LogRecord> append : appends) {
        int before = home.faults(log).statements();
        log.append(epoch, append);
        counts.add(home.faults(log).statements() - before);
      }
      counts.sort(null);
      // At most one of them may have raised the ceiling: an update and a commit.
      assertThat(counts.subList(0, 3)).containsExactly(3, 3, 3);
      assertThat(counts.get(3)).isLessThanOrEqualTo(5);
    }
  }

  @Test
  void one_commit_carries_all_that_queued_while_the_last_one_ran() throws Exception {
    try (JdbcHome home = new JdbcHome(JdbcHome.postgres());
        JdbcTransactionLog log = home.open()) {
      Epoch epoch = log.acquire("node-1", LEASE);
      AtomicInteger commits = new AtomicInteger();
      home.faults(log)
          .onCommit(
              (connection, commit) -> {
                commits.incrementAndGet();
                commit.run();
              });
      int threads = 64;
      int each = 25;
      try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Void>> all = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
          TxId tx = tx("batched-" + t);
          Callable<Void> appender =
              () -> {
                log.append(epoch, List.of(begin(tx)));
                for (int seq = 1; seq < each; seq++) {
                  log.append(epoch, List.of(step(tx, seq)));
                }
                return null;
              };
          all.add(executor.submit(appender));
        }
        for (Future<Void> one : all) {
          one.get(60, SECONDS);
        }
      }
      System.out.printf("%d appends in %d commits%n", threads * each, commits.get());
      assertThat(commits.get()).isLessThan(threads * each / 4);
    }
  }

  @Test
  void lazy_appends_of_known_transactions_return_without_a_statement() throws Exception {
    try (JdbcHome home =
            new JdbcHome(JdbcHome.postgres(), b -> b.lazyFlushAfter(Duration.ofMinutes(1)));
        JdbcTransactionLog log = home.open()) {
      Epoch epoch = log.acquire("node-1", LEASE);
      TxId tx = tx("lazy");
      log.append(epoch, List.of(begin(tx)));
      int before = home.faults(log).statements();
      for (int seq = 1; seq <= 100; seq++) {
        log.append(epoch, List.of(lazy(step(tx, seq))));
      }
      assertThat(home.faults(log).statements()).isEqualTo(before);
      assertThat(log.read(tx)).hasSize(1);
      log.append(epoch, List.of(end(tx, 101)));
      assertThat(log.read(tx)).hasSize(102);
    }
  }

  @Test
  void asynchronous_commit_of_a_role_weakens_nothing_the_log_calls_durable() throws Exception {
    List<String> settings = new CopyOnWriteArrayList<>();
    JdbcHome.Server relaxed = options("-c synchronous_commit=off");
    try (JdbcHome home = new JdbcHome(relaxed);
        JdbcTransactionLog log = home.open()) {
      home.faults(log)
          .onCommit(
              (connection, commit) -> {
                settings.add(show(connection, "synchronous_commit"));
                commit.run();
              });
      Epoch epoch = log.acquire("node-1", LEASE);
      assertThat(settings).as("of an epoch that was handed out").containsOnly("on");
      settings.clear();
      log.append(epoch, List.of(begin(tx("strict"))));
      assertThat(settings).as("of a forced append").isNotEmpty().containsOnly("on");
      settings.clear();
      log.renew(epoch);
      assertThat(settings).as("of a lease").isNotEmpty().containsOnly("on");
      try (Connection connection = home.pool(log).getConnection()) {
        assertThat(show(connection, "fsync")).as("the server of these tests").isEqualTo("on");
        assertThat(show(connection, "synchronous_commit")).isEqualTo("off");
        assertThat(show(connection, "lock_timeout")).isEqualTo("0");
      }
    }
  }

  @Test
  void connections_come_back_as_they_were_lent_and_none_is_kept_when_idle() throws Exception {
    JdbcHome.Server strict = options("-c default_transaction_isolation=serializable");
    try (JdbcHome home = new JdbcHome(strict, b -> b.idleConnectionAfter(Duration.ofMillis(1)));
        JdbcTransactionLog log = home.open()) {
      Epoch epoch = log.acquire("node-1", LEASE);
      for (int i = 0; i < 10; i++) {
        log.append(epoch, List.of(begin(tx("strict-" + i))));
        assertThat(log.due(epoch, 10)).isEmpty();
      }
      HikariDataSource pool = (HikariDataSource) home.pool(log);
      long patience = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (pool.getHikariPoolMXBean().getActiveConnections() > 0) {
        assertThat(System.nanoTime()).as("a connection is kept").isLessThan(patience);
      }
      for (int i = 0; i < 6; i++) {
        try (Connection connection = pool.getConnection()) {
          assertThat(connection.getAutoCommit()).isTrue();
          assertThat(connection.getNetworkTimeout()).isZero();
          assertThat(show(connection, "transaction_isolation")).isEqualTo("serializable");
          assertThat(show(connection, "enable_seqscan")).isEqualTo("on");
          assertThat(show(connection, "plan_cache_mode")).isEqualTo("auto");
        }
      }
    }
  }

  @Test
  void a_pool_of_one_connection_is_enough() throws Exception {
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setDataSource(PostgresServer.dataSource("single"));
      pool.setMaximumPoolSize(1);
      JdbcLogConfig config =
          JdbcLogConfig.builder(pool)
              .createTables(true)
              .shard(PostgresServer.uniqueName("single-"))
              .build();
      try (JdbcTransactionLog log = JdbcTransactionLog.open(config)) {
        Epoch epoch = log.acquire("node-1", LEASE);
        for (int i = 0; i < 20; i++) {
          log.append(epoch, List.of(begin(tx("t" + i))));
          assertThat(log.head(tx("t" + i))).isPresent();
          log.renew(epoch);
        }
      }
    }
  }

  @Test
  void of_two_logs_that_use_the_same_epoch_one_wins_each_sequence() throws Exception {
    try (JdbcHome home = new JdbcHome(JdbcHome.postgres());
        JdbcTransactionLog first = home.open();
        JdbcTransactionLog second = home.open()) {
      Epoch epoch = first.acquire("node-1", LEASE);
      AtomicInteger wins = new AtomicInteger();
      int transactions = 20;
      int steps = 20;
      try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Void>> all = new ArrayList<>();
        for (int t = 0; t < transactions; t++) {
          TxId tx = tx("twin-" + t);
          CyclicBarrier start = new CyclicBarrier(2);
          for (JdbcTransactionLog log : List.of(first, second)) {
            Callable<Void> contender =
                () -> {
                  for (int seq = 0; seq < steps; seq++) {
                    start.await(60, SECONDS);
                    try {
                      log.append(epoch, List.of(seq == 0 ? begin(tx) : step(tx, seq)));
                      wins.incrementAndGet();
                    } catch (SequenceConflictException lost) {
                      assertThat(lost).hasMessageContaining(tx.value());
                    }
                  }
                  return null;
                };
            all.add(executor.submit(contender));
          }
        }
        for (Future<Void> one : all) {
          one.get(120, SECONDS);
        }
      }
      assertThat(wins).hasValue(transactions * steps);
    }
  }

  @Test
  void the_largest_body_fits() throws Exception {
    try (JdbcHome home = new JdbcHome(JdbcHome.postgres());
        JdbcTransactionLog log = home.open()) {
      byte[] largest = new byte[LogRecord.BODY_BYTES_MAX];
      new Random(1).nextBytes(largest);
      log.append(log.acquire("node-1", LEASE), List.of(body(begin(tx("large")), largest)));
      assertThat(log.read(tx("large")).getFirst().body()).isEqualTo(largest);
    }
  }

  @Test
  void shards_share_tables_and_nothing_else() throws Exception {
    try (JdbcHome one = new JdbcHome(JdbcHome.postgres());
        JdbcHome two = new JdbcHome(JdbcHome.postgres());
        JdbcTransactionLog first = one.open();
        JdbcTransactionLog second = two.open()) {
      Epoch a = first.acquire("ann", LEASE);
      Epoch b = second.acquire("bob", LEASE);
      first.append(a, List.of(locking(begin(tx("same")), "lock")));
      second.append(b, List.of(locking(begin(tx("same")), "lock"), end(tx("same"), 1)));
      assertThat(first.read(tx("same"))).hasSize(1);
      assertThat(second.read(tx("same"))).hasSize(2);
    }
  }

  @Test
  void missing_tables_are_named() {
    String prefix = PostgresServer.uniqueName("missing_") + "_";
    JdbcLogConfig without =
        JdbcLogConfig.builder(PostgresServer.dataSource("tables")).tablePrefix(prefix).build();
    assertThatThrownBy(() -> JdbcTransactionLog.open(without))
        .isInstanceOf(LogUnavailableException.class)
        .hasMessageContaining(prefix + "epoch")
        .hasMessageContaining("createTables");
  }

  /** Which catalog a racing session finds the name in differs from round to round. */
  @Test
  void tables_are_created_by_many_at_once() throws Exception {
    int sessions = 6;
    try (ExecutorService executor = Executors.newFixedThreadPool(sessions)) {
      for (int round = 0; round < 40; round++) {
        String prefix = PostgresServer.uniqueName("many_") + "_";
        CyclicBarrier start = new CyclicBarrier(sessions);
        Callable<Void> create =
            () -> {
              start.await(60, SECONDS);
              JdbcTransactionLog.createTables(PostgresServer.dataSource("tables"), prefix);
              return null;
            };
        for (Future<Void> done : executor.invokeAll(Collections.nCopies(sessions, create))) {
          done.get(60, SECONDS);
        }
      }
    }
  }

  /** Else a standby that starts would hold up all writers behind whoever has not committed yet. */
  @Test
  void creating_tables_that_exist_waits_for_no_open_transaction() throws Exception {
    try (JdbcHome home = new JdbcHome(JdbcHome.postgres());
        JdbcTransactionLog log = home.open();
        Connection application = home.connection()) {
      Epoch epoch = log.acquire("node-1", LEASE);
      application.setAutoCommit(false);
      log.append(application, due(begin(tx("joined")), log.now()));
      JdbcTransactionLog.createTables(options("-c lock_timeout=200ms").dataSource("tables"), "tx_");
      log.append(epoch, List.of(begin(tx("other"))));
      application.commit();
      assertThat(log.head(tx("joined"))).isPresent();
    }
  }

  private static String show(Connection connection, String setting) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("show " + setting)) {
      row.next();
      return row.getString(1);
    }
  }

  private static JdbcHome.Server options(String options) {
    JdbcHome.Server plain = JdbcHome.postgres();
    return new JdbcHome.Server() {
      @Override
      public javax.sql.DataSource dataSource(String owner) {
        PGSimpleDataSource source = PostgresServer.dataSource(owner);
        source.setOptions(options);
        return source;
      }

      @Override
      public void terminate(String owner) throws SQLException {
        plain.terminate(owner);
      }
    };
  }
}
