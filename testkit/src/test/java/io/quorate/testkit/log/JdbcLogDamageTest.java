package io.quorate.testkit.log;

import static io.quorate.testkit.log.JdbcDatabases.run;
import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.due;
import static io.quorate.testkit.log.TestRecords.lazy;
import static io.quorate.testkit.log.TestRecords.locking;
import static io.quorate.testkit.log.TestRecords.step;
import static io.quorate.testkit.log.TestRecords.tx;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.log.jdbc.JdbcTransactionLog;
import io.quorate.core.tx.log.jdbc.LogDamagedException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows that no log has written: named where they are met, and nobody else's trouble. */
final class JdbcLogDamageTest {
  private static final Duration LEASE = Duration.ofMinutes(10);

  /** A time no {@code Instant} can hold. */
  private static final String NEVER = "1000000000000000000";

  // A scene begins by setting all three.
  @SuppressWarnings("NullAway.Init")
  private JdbcHome home;

  @SuppressWarnings("NullAway.Init")
  private JdbcTransactionLog log;

  @SuppressWarnings("NullAway.Init")
  private Epoch epoch;

  /** What is done with a log and three begun transactions. */
  private interface Scene {
    void play() throws Exception;
  }

  private void on(JdbcDatabases database, Scene scene) throws Exception {
    try (JdbcHome ownHome = database.home();
        JdbcTransactionLog ownLog = ownHome.open()) {
      home = ownHome;
      log = ownLog;
      epoch = log.acquire("node-1", LEASE);
      for (String id : List.of("a", "t", "z")) {
        log.append(epoch, List.of(due(begin(tx(id)), log.now())));
      }
      scene.play();
    }
  }

  private void alter(String sql) throws SQLException {
    assertThat(run(home, sql + " where shard = '" + home.shard() + "' and tx = 't'")).isPositive();
  }

  private void assertDamaged(ThrowingCallable call, String... named) {
    assertThatThrownBy(call)
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining(home.shard())
        .hasMessageContainingAll(named);
  }

  @ParameterizedTest
  @EnumSource
  void a_value_that_means_nothing_is_named_with_its_row(JdbcDatabases database) throws Exception {
    on(
        database,
        () -> {
          log.append(epoch, List.of(step(tx("t"), 1)));
          alter("update tx_log set kind = kind + 8");
          assertDamaged(() -> log.read(tx("t")), "transaction t record 0", "column kind", "8");
          alter("update tx_log set kind = seq, due = " + NEVER);
          assertDamaged(() -> log.read(tx("t")), "transaction t record 0", "column due", NEVER);
          alter("update tx_log set due = null, locks = 'a\\u00'");
          assertDamaged(
              () -> log.read(tx("t")), "transaction t record 0", "column locks", "a\\u00");
          alter("update tx_log set locks = null, kind = 1 - seq");
          assertDamaged(() -> log.read(tx("t")), "transaction t record 0", "STEP");
          alter("update tx_log set kind = seq");
          assertThat(log.read(tx("t"))).hasSize(2);

          alter("update tx_head set status = 7");
          assertDamaged(() -> log.head(tx("t")), "transaction t", "column status", "7");
          alter("update tx_head set status = 0, changed = " + NEVER);
          assertDamaged(() -> log.head(tx("t")), "transaction t", "column changed", NEVER);
        });
  }

  @ParameterizedTest
  @EnumSource
  void a_missing_record_is_named(JdbcDatabases database) throws Exception {
    on(
        database,
        () -> {
          log.append(epoch, List.of(step(tx("t"), 1), step(tx("t"), 2)));
          alter("update tx_log set seq = seq + 5");
          assertDamaged(
              () -> log.read(tx("t")), "transaction t", "column seq holds 5", "expected: 0");
        });
  }

  @ParameterizedTest
  @EnumSource
  void what_is_due_and_listed_leaves_a_damaged_row_out_and_nothing_else(JdbcDatabases database)
      throws Exception {
    on(
        database,
        () -> {
          alter("update tx_head set started = " + NEVER);
          for (int again = 0; again < 2; again++) {
            assertThat(log.due(epoch, 2)).extracting(TxHead::tx).containsExactly(tx("a"), tx("z"));
            assertThat(log.list(Set.of(TxHead.Status.OPEN), null, 2))
                .extracting(TxHead::tx)
                .containsExactly(tx("a"), tx("z"));
            assertThat(log.list(Set.of(TxHead.Status.OPEN), null, 9)).hasSize(2);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void an_append_to_a_damaged_head_is_refused_and_the_log_goes_on(JdbcDatabases database)
      throws Exception {
    on(
        database,
        () -> {
          log.append(epoch, List.of(locking(step(tx("a"), 1), "lock")));
          alter("update tx_head set status = 7");
          run(home, "update tx_lock set tx = 'no id' where shard = '" + home.shard() + "'");
          assertDamaged(
              () -> log.append(epoch, List.of(step(tx("t"), 1))), "transaction t", "status", "7");
          assertDamaged(
              () -> log.append(epoch, List.of(locking(step(tx("z"), 1), "lock"))),
              "lock lock",
              "no id");
          log.append(epoch, List.of(step(tx("z"), 1)));
        });
  }

  @ParameterizedTest
  @EnumSource
  void an_append_to_tables_that_disagree_is_refused_at_once_and_no_other(JdbcDatabases database)
      throws Exception {
    on(
        database,
        () -> {
          doubleTheRecord();
          CountDownLatch held = new CountDownLatch(1);
          CountDownLatch goOn = new CountDownLatch(1);
          home.faults(log)
              .onCommit(
                  (connection, commit) -> {
                    held.countDown();
                    await(goOn);
                    commit.run();
                  });
          List<FutureTask<Void>> others = new ArrayList<>();
          others.add(start(step(tx("a"), 1)));
          await(held);
          int before = home.faults(log).statements();
          FutureTask<Void> damaged = start(step(tx("t"), 1));
          for (int i = 0; i < 5; i++) {
            others.add(start(begin(tx("other-" + i))));
          }
          goOn.countDown();
          assertDamaged(
              () -> {
                try {
                  damaged.get(30, SECONDS);
                } catch (java.util.concurrent.ExecutionException e) {
                  throw e.getCause();
                }
              },
              "transaction t",
              "head says seq 0",
              "last record has seq 1");
          for (FutureTask<Void> other : others) {
            other.get(30, SECONDS);
          }
          assertThat(home.faults(log).statements() - before).isLessThan(200);
        });
  }

  @ParameterizedTest
  @EnumSource
  void a_lazy_append_to_tables_that_disagree_holds_nobody_up(JdbcDatabases database)
      throws Exception {
    on(
        database,
        () -> {
          doubleTheRecord();
          log.append(epoch, List.of(lazy(step(tx("t"), 1))));
          log.append(epoch, List.of(step(tx("a"), 1)));
          log.append(epoch, List.of(step(tx("a"), 2)));
          assertThat(log.read(tx("a"))).hasSize(3);
        });
  }

  @ParameterizedTest
  @EnumSource
  void a_damaged_row_of_the_epoch_is_named(JdbcDatabases database) throws Exception {
    on(
        database,
        () -> {
          run(
              home,
              "update tx_epoch set expires = " + NEVER + " where shard = '" + home.shard() + "'");
          assertDamaged(() -> log.acquire("node-2", LEASE), "epoch", "column expires", NEVER);
          run(home, "update tx_epoch set expires = 0 where shard = '" + home.shard() + "'");
        });
  }

  /** A record behind the one the head of t says is the last. */
  private void doubleTheRecord() throws SQLException {
    run(
        home,
        "insert into tx_log select shard, tx, 1, 1, forced, due, locks, epoch, body from tx_log"
            + " where shard = '"
            + home.shard()
            + "' and tx = 't'");
  }

  private FutureTask<Void> start(LogRecord record) {
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
}
