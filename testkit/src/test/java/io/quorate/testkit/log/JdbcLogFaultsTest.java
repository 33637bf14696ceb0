package io.quorate.testkit.log;

import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.body;
import static io.quorate.testkit.log.TestRecords.due;
import static io.quorate.testkit.log.TestRecords.lazy;
import static io.quorate.testkit.log.TestRecords.step;
import static io.quorate.testkit.log.TestRecords.tx;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.IndeterminateException;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a JDBC log makes of a database that fails, on a real PostgreSQL. */
final class JdbcLogFaultsTest {
  private static final Duration LEASE = Duration.ofMinutes(10);

  private JdbcHome home;
  private JdbcTransactionLog log;
  private FaultyDataSource faults;
  private Epoch epoch;

  @BeforeEach
  void open() throws Exception {
    home = new JdbcHome(JdbcHome.postgres());
    log = home.open();
    faults = home.faults(log);
    epoch = log.acquire("node-1", LEASE);
    log.append(epoch, List.of(begin(tx("t"))));
  }

  @AfterEach
  void close() throws Exception {
    faults.onCommit((connection, commit) -> commit.run());
    faults.onStatement((connection, sql) -> {});
    try {
      log.close();
    } finally {
      home.close();
    }
  }

  @Test
  void a_commit_whose_answer_is_lost_is_indeterminate_and_reading_back_shows_it_written() {
    faults.onCommit(
        (connection, commit) -> {
          commit.run();
          throw new SQLException("connection reset", "08006");
        });
    assertThatThrownBy(() -> log.append(epoch, List.of(step(tx("t"), 1))))
        .isInstanceOf(IndeterminateException.class);
    assertThat(log.read(tx("t"))).containsExactly(begin(tx("t")), step(tx("t"), 1));
  }

  @Test
  void a_server_that_dies_at_commit_is_indeterminate_and_reading_back_shows_nothing()
      throws Exception {
    AtomicInteger deaths = new AtomicInteger();
    faults.onCommit(
        (connection, commit) -> {
          if (deaths.getAndIncrement() == 0) {
            home.terminate(log);
          }
          commit.run();
        });
    assertThatThrownBy(() -> log.append(epoch, List.of(step(tx("t"), 1))))
        .isInstanceOf(IndeterminateException.class);
    assertThat(log.read(tx("t"))).containsExactly(begin(tx("t")));
    log.append(epoch, List.of(step(tx("t"), 1)));
    assertThat(log.read(tx("t"))).hasSize(2);
  }

  @Test
  void reading_back_waits_for_a_commit_that_is_still_on_its_way() throws Exception {
    CompletableFuture<Connection> pending = new CompletableFuture<>();
    faults.onCommit(
        (connection, commit) -> {
          if (pending.complete(connection)) {
            faults.keepOpen(connection);
            throw new SQLException("timed out", "08006");
          }
          commit.run();
        });
    assertThatThrownBy(() -> log.append(epoch, List.of(step(tx("t"), 1))))
        .isInstanceOf(IndeterminateException.class);
    FutureTask<List<LogRecord>> reading = new FutureTask<>(() -> log.read(tx("t")));
    Thread unused = Thread.ofVirtual().start(reading);
    awaitLockWaiter(reading);
    pending.join().commit();
    pending.join().close();
    assertThat(reading.get(30, SECONDS)).hasSize(2);
  }

  @Test
  void lazy_records_of_an_unanswered_commit_are_neither_lost_nor_doubled() throws Exception {
    for (boolean written : List.of(true, false)) {
      TxId tx = tx("lazy-" + written);
      log.append(epoch, List.of(begin(tx)));
      AtomicInteger commits = new AtomicInteger();
      faults.onCommit(
          (connection, commit) -> {
            if (commits.getAndIncrement() > 0 || written) {
              commit.run();
            } else {
              connection.rollback();
            }
            if (commits.get() == 1) {
              throw new SQLException("connection reset", "08006");
            }
          });
      log.append(epoch, List.of(lazy(step(tx, 1))));
      log.append(epoch, List.of(lazy(step(tx, 2))));
      // Whether this one is indeterminate depends on who rides with whom; afterwards all is known.
      TxId other = tx("other-" + written);
      try {
        log.append(epoch, List.of(begin(other)));
      } catch (IndeterminateException rodeAlong) {
        if (log.head(other).isEmpty()) {
          log.append(epoch, List.of(begin(other)));
        }
      }
      log.append(epoch, List.of(step(other, 1)));
      assertThat(log.read(tx)).containsExactly(begin(tx), lazy(step(tx, 1)), lazy(step(tx, 2)));
    }
  }

  @Test
  void a_connection_lost_before_commit_is_tried_again_unseen() throws Exception {
    AtomicInteger failures = new AtomicInteger();
    faults.onStatement(
        (connection, sql) -> {
          if (sql.contains("for share") && failures.getAndIncrement() < 3) {
            home.terminate(log);
          }
        });
    log.append(epoch, List.of(step(tx("t"), 1)));
    assertThat(failures).hasValueGreaterThan(3);
    assertThat(log.read(tx("t"))).hasSize(2);
  }

  @Test
  void a_database_that_stays_away_is_reported_and_lazy_records_wait_for_its_return()
      throws Exception {
    // Without a pool, which would add its own patience.
    FaultyDataSource away =
        new FaultyDataSource(PostgresServer.dataSource("away"), () -> Duration.ZERO);
    JdbcLogConfig config =
        JdbcLogConfig.builder(away)
            .shard(PostgresServer.uniqueName("away-"))
            .unavailableAfter(Duration.ofMillis(300))
            .lazyFlushAfter(Duration.ofSeconds(30))
            .build();
    try (JdbcTransactionLog own = JdbcTransactionLog.open(config)) {
      Epoch mine = own.acquire("node-1", LEASE);
      own.append(mine, List.of(begin(tx("t"))));
      own.append(mine, List.of(lazy(step(tx("t"), 1))));
      away.refuse(true);
      assertThatThrownBy(() -> own.append(mine, List.of(begin(tx("away")))))
          .isInstanceOf(LogUnavailableException.class);
      assertThatThrownBy(() -> own.read(tx("t"))).isInstanceOf(LogUnavailableException.class);
      away.refuse(false);
      own.append(mine, List.of(begin(tx("back"))));
      assertThat(own.read(tx("t"))).containsExactly(begin(tx("t")), lazy(step(tx("t"), 1)));
      assertThat(own.head(tx("away"))).isEmpty();
    }
  }

  @Test
  void an_acquire_waits_for_what_an_older_epoch_is_committing() throws Exception {
    JdbcTransactionLog successor = home.open();
    CountDownLatch committing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    faults.onCommit(
        (connection, commit) -> {
          committing.countDown();
          await(goOn);
          commit.run();
        });
    FutureTask<Void> zombie =
        new FutureTask<>(
            () -> {
              log.append(epoch, List.of(step(tx("t"), 1)));
              return null;
            });
    Thread unused = Thread.ofVirtual().start(zombie);
    await(committing);

    FutureTask<List<LogRecord>> takeOver =
        new FutureTask<>(
            () -> {
              Epoch newer = successor.acquire("node-1", LEASE);
              assertThat(newer.number()).isGreaterThan(epoch.number());
              return successor.read(tx("t"));
            });
    Thread alsoUnused = Thread.ofVirtual().start(takeOver);
    awaitLockWaiter(takeOver);
    goOn.countDown();
    zombie.get(30, SECONDS);
    assertThat(takeOver.get(30, SECONDS))
        .as("the successor sees what the zombie was about to write")
        .hasSize(2);
    assertThatThrownBy(() -> log.append(epoch, List.of(step(tx("t"), 2))))
        .isInstanceOf(FencedException.class);
    successor.close();
  }

  @Test
  void a_lazy_append_behind_one_in_flight_is_judged_with_it() throws Exception {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    faults.onCommit(
        (connection, commit) -> {
          held.countDown();
          await(goOn);
          commit.run();
        });
    FutureTask<Void> forced = start(step(tx("t"), 1));
    await(held);
    FutureTask<Void> same = start(lazy(step(tx("t"), 1)));
    FutureTask<Void> other = start(begin(tx("other")));
    goOn.countDown();
    forced.get(30, SECONDS);
    other.get(30, SECONDS);
    assertThatThrownBy(() -> same.get(30, SECONDS))
        .hasCauseInstanceOf(SequenceConflictException.class);
  }

  @Test
  void an_append_blocked_by_an_uncommitted_begin_fails_alone() throws Exception {
    try (Connection application = home.connection()) {
      application.setAutoCommit(false);
      log.append(application, due(begin(tx("joined")), log.now()));
      CountDownLatch held = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      faults.onCommit(
          (connection, commit) -> {
            held.countDown();
            await(goOn);
            commit.run();
          });
      List<FutureTask<Void>> appends = new ArrayList<>();
      appends.add(start(begin(tx("first"))));
      await(held);
      appends.add(start(begin(tx("joined"))));
      for (int i = 0; i < 10; i++) {
        appends.add(start(begin(tx("neighbour-" + i))));
      }
      goOn.countDown();
      for (FutureTask<Void> append : appends) {
        if (append == appends.get(1)) {
          assertThatThrownBy(() -> append.get(30, SECONDS))
              .hasCauseInstanceOf(LogUnavailableException.class);
        } else {
          append.get(30, SECONDS);
        }
      }
      application.rollback();
    }
    log.append(epoch, List.of(begin(tx("joined"))));
  }

  @Test
  void appends_wait_when_the_queue_is_full_and_all_are_written() throws Exception {
    JdbcTransactionLog narrow =
        new JdbcHome(JdbcHome.postgres(), b -> b.batchBytesMax(64 << 10).queueBytesMax(64 << 10))
            .open();
    try (narrow) {
      Epoch mine = narrow.acquire("node-1", LEASE);
      List<FutureTask<Void>> appends = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        LogRecord large = body(begin(tx("large-" + i)), new byte[i % 4 == 0 ? 200_000 : 30_000]);
        appends.add(start(narrow, mine, large));
      }
      for (FutureTask<Void> append : appends) {
        append.get(60, SECONDS);
      }
      for (int i = 0; i < 40; i++) {
        assertThat(narrow.read(tx("large-" + i))).hasSize(1);
      }
    }
  }

  @Test
  void no_more_bytes_are_queued_than_allowed() throws Exception {
    JdbcHome own =
        new JdbcHome(JdbcHome.postgres(), b -> b.batchBytesMax(64 << 10).queueBytesMax(64 << 10));
    JdbcTransactionLog narrow = own.open();
    Epoch mine = narrow.acquire("node-1", LEASE);
    narrow.append(mine, List.of(begin(tx("full"))));
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    own.faults(narrow)
        .onCommit(
            (connection, commit) -> {
              held.countDown();
              await(goOn);
              commit.run();
            });
    FutureTask<Void> first = start(narrow, mine, step(tx("full"), 1));
    await(held);
    List<FutureTask<Void>> waiting = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      LogRecord large = body(begin(tx("queued-" + i)), new byte[30_000]);
      FutureTask<Void> append =
          new FutureTask<>(
              () -> {
                narrow.append(mine, List.of(large));
                return null;
              });
      waiting.add(append);
      threads.add(Thread.ofPlatform().start(append));
    }
    for (Thread thread : threads) {
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }
    long inRoom =
        threads.stream()
            .filter(
                t ->
                    List.of(t.getStackTrace()).stream()
                        .anyMatch(f -> f.getMethodName().equals("awaitUninterruptibly")))
            .count();
    assertThat(inRoom).as("of four appends of 30 kB two fit into 64 KiB").isEqualTo(2);
    goOn.countDown();
    first.get(30, SECONDS);
    for (FutureTask<Void> append : waiting) {
      append.get(30, SECONDS);
    }
    narrow.close();
    own.close();
  }

  @Test
  void lazy_appends_a_dead_writer_leaves_behind_are_named_at_close() throws Exception {
    JdbcHome own = new JdbcHome(JdbcHome.postgres(), b -> b.lazyFlushAfter(Duration.ofMinutes(1)));
    JdbcTransactionLog dying = own.open();
    Epoch mine = dying.acquire("node-1", LEASE);
    dying.append(mine, List.of(begin(tx("a"))));
    dying.append(mine, List.of(begin(tx("b"))));
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    own.faults(dying)
        .onCommit(
            (connection, commit) -> {
              held.countDown();
              await(goOn);
              throw new IllegalStateException("a bug of the driver");
            });
    dying.append(mine, List.of(lazy(step(tx("a"), 1))));
    FutureTask<Void> forced = start(dying, mine, step(tx("b"), 1));
    await(held);
    dying.append(mine, List.of(lazy(step(tx("a"), 2))));
    dying.append(mine, List.of(lazy(step(tx("a"), 3))));
    goOn.countDown();
    assertThatThrownBy(() -> forced.get(30, SECONDS))
        .hasCauseInstanceOf(IndeterminateException.class);
    own.faults(dying).onCommit((connection, commit) -> commit.run());
    assertThatThrownBy(dying::close)
        .as("one was being written, two were queued")
        .isInstanceOf(LogUnavailableException.class)
        .hasMessageContaining("3 lazy appends")
        .hasMessageContaining("writer was dead");
    own.close();
  }

  private FutureTask<Void> start(LogRecord record) {
    return start(log, epoch, record);
  }

  private static FutureTask<Void> start(JdbcTransactionLog log, Epoch epoch, LogRecord record) {
    FutureTask<Void> append =
        new FutureTask<>(
            () -> {
              log.append(epoch, List.of(record));
              return null;
            });
    Thread unused = Thread.ofVirtual().start(append);
    return append;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(25, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits until somebody waits for the epoch's row; fails if {@code call} ends instead. */
  private void awaitLockWaiter(FutureTask<?> call) throws SQLException {
    String sql =
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
            + " and query like '%tx_epoch%'";
    try (Connection connection = home.connection();
        Statement statement = connection.createStatement()) {
      int waiting = 0;
      while (waiting == 0) {
        assertThat(call).as("a call that should wait").isNotDone();
        try (ResultSet row = statement.executeQuery(sql)) {
          row.next();
          waiting = row.getInt(1);
        }
      }
    }
  }
}
