package io.quorate.testkit.log;

import static io.quorate.testkit.log.JdbcDatabases.number;
import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.end;
import static io.quorate.testkit.log.TestRecords.record;
import static io.quorate.testkit.log.TestRecords.tx;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.jdbc.JdbcTransactionLog;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What ended long ago is forgotten without anybody asking. */
final class JdbcPurgeTest {
  private static final Duration LEASE = Duration.ofMinutes(10);
  private static final Duration RETENTION = Duration.ofHours(1);

  @ParameterizedTest
  @EnumSource
  void the_holder_forgets_what_ended_before_the_retention_and_nothing_else(JdbcDatabases database)
      throws Exception {
    try (JdbcHome home = purging(database);
        JdbcTransactionLog log = home.open()) {
      Epoch epoch = log.acquire("node-1", LEASE);
      for (int i = 0; i < 5; i++) {
        log.append(epoch, List.of(begin(tx("ended-" + i)), end(tx("ended-" + i), 1)));
      }
      log.append(epoch, List.of(begin(tx("open"))));
      LogRecord park = record(tx("parked"), 1, LogRecord.Kind.PARK);
      log.append(epoch, List.of(begin(tx("parked")), park));
      // Two steps in time: what ends in between is kept.
      home.advance(RETENTION.minusMinutes(1));
      log.append(epoch, List.of(begin(tx("young")), end(tx("young"), 1)));
      home.advance(Duration.ofMinutes(2));
      await(() -> rows(home, "head") == 3);
      for (String kept : List.of("open", "parked", "young")) {
        assertThat(log.read(tx(kept))).as(kept).isNotEmpty();
      }
      assertThat(rows(home, "log")).isEqualTo(5);
      log.append(epoch, List.of(begin(tx("ended-0"))));
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_backlog_is_worked_off_in_small_bites_beside_appends(JdbcDatabases database)
      throws Exception {
    try (JdbcHome home = purging(database);
        JdbcTransactionLog log = home.open()) {
      insertEnded(home, 1_200);
      AtomicLong largest = new AtomicLong();
      AtomicLong bites = new AtomicLong();
      home.faults(log)
          .onCommit(
              (connection, commit) -> {
                long gone = rows(home, "head") - rows(connection, home, "head");
                largest.accumulateAndGet(gone, Math::max);
                bites.addAndGet(gone > 0 ? 1 : 0);
                commit.run();
              });
      Epoch epoch = log.acquire("node-1", LEASE);
      await(() -> rows(home, "head") == 0);
      assertThat(rows(home, "log")).isZero();
      assertThat(largest).hasValue(500);
      assertThat(bites).hasValue(3);
      log.append(epoch, List.of(begin(tx("after"))));
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_log_that_was_told_not_to_does_not_purge_by_itself(JdbcDatabases database)
      throws Exception {
    try (JdbcHome home = database.home(b -> b.retention(RETENTION).purgeEvery(Duration.ZERO));
        JdbcTransactionLog log = home.open()) {
      Epoch epoch = log.acquire("node-1", LEASE);
      insertEnded(home, 3);
      for (int i = 0; i < 20; i++) {
        log.append(epoch, List.of(begin(tx("t" + i))));
      }
      assertThat(log.purge(10)).isEqualTo(3);
    }
  }

  @Test
  void a_transaction_begun_again_is_not_deleted_by_a_purge_that_meant_the_old_one()
      throws Exception {
    try (JdbcHome home =
            JdbcDatabases.POSTGRESQL.home(b -> b.retention(RETENTION).purgeEvery(Duration.ZERO));
        JdbcTransactionLog log = home.open();
        JdbcTransactionLog slow = home.open()) {
      TxId again = tx("again");
      Epoch epoch = log.acquire("node-1", LEASE);
      log.append(epoch, List.of(begin(again), end(again, 1)));
      home.advance(RETENTION.multipliedBy(2));
      FutureTask<Void> overtaking =
          new FutureTask<>(
              () -> {
                int unused = log.purge(10);
                log.append(epoch, List.of(begin(again)));
                return null;
              });
      home.faults(slow)
          .onStatement(
              (connection, sql) -> {
                if (sql.startsWith("delete from tx_log")) {
                  Thread unused = Thread.ofVirtual().start(overtaking);
                  while (!overtaking.isDone() && lockWaiters(home) == 0) {
                    Thread.onSpinWait();
                  }
                } else if (sql.startsWith("delete from tx_head")) {
                  assertThat(log.read(again)).as("a reader sees all or nothing").hasSize(2);
                }
              });
      assertThat(slow.purge(10)).isEqualTo(1);
      overtaking.get(60, SECONDS);
      assertThat(log.read(again)).containsExactly(begin(again));
      assertThat(log.head(again)).isPresent();
    }
  }

  private static long lockWaiters(JdbcHome home) throws SQLException {
    return number(
        home,
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
            + " and query like '%tx_head%for update%'");
  }

  private static JdbcHome purging(JdbcDatabases database) {
    return database.home(b -> b.retention(RETENTION).purgeEvery(Duration.ofMillis(1)));
  }

  private static long rows(JdbcHome home, String table) throws SQLException {
    try (Connection connection = home.connection()) {
      return rows(connection, home, table);
    }
  }

  private static long rows(Connection connection, JdbcHome home, String table) throws SQLException {
    return number(
        connection, "select count(*) from tx_" + table + " where shard = '" + home.shard() + "'");
  }

  /** Transactions that ended in 1970. */
  private static void insertEnded(JdbcHome home, int count) throws SQLException {
    try (Connection connection = home.connection();
        PreparedStatement head =
            connection.prepareStatement(
                "insert into tx_head (shard, tx, seq, status, due, held, epoch, started, changed)"
                    + " values (?, ?, 0, 2, 0, 1, 1, 0, 0)");
        PreparedStatement log =
            connection.prepareStatement(
                "insert into tx_log (shard, tx, seq, kind, forced, epoch, body)"
                    + " values (?, ?, 0, 0, true, 1, ?)")) {
      connection.setAutoCommit(false);
      for (int i = 0; i < count; i++) {
        for (PreparedStatement insert : List.of(head, log)) {
          insert.setString(1, home.shard());
          insert.setString(2, "bulk-" + i);
        }
        log.setBytes(3, new byte[0]);
        head.addBatch();
        log.addBatch();
      }
      head.executeBatch();
      log.executeBatch();
      connection.commit();
    }
  }

  private static void await(Callable<Boolean> fact) throws Exception {
    long patience = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!fact.call()) {
      assertThat(System.nanoTime()).as("it does not come true").isLessThan(patience);
    }
  }
}
