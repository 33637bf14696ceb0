package io.quorate.testkit.log;

import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.tx;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.log.jdbc.JdbcLogConfig;
import io.quorate.core.tx.log.jdbc.JdbcTransactionLog;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log's time while the database is away, on a real PostgreSQL and a ticker of the test's. */
final class JdbcLogClockTest {
  /** Longer than a ceiling lasts. */
  private static final Duration BEYOND = Duration.ofSeconds(10);

  private static final Duration CEILING = Duration.ofSeconds(2);
  private static final Duration RETRY = Duration.ofMillis(200);

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger asked = new AtomicInteger();
  private final FaultyDataSource source =
      new FaultyDataSource(PostgresServer.dataSource("clock"), () -> Duration.ZERO);
  private JdbcTransactionLog log;
  private Epoch epoch;

  @BeforeEach
  void open() throws Exception {
    log =
        JdbcTransactionLog.open(
            JdbcLogConfig.builder(source)
                .createTables(true)
                .shard(PostgresServer.uniqueName("clock-"))
                .ticker(nanos::get)
                .build());
    epoch = log.acquire("node-1", Duration.ofMinutes(1));
  }

  @AfterEach
  void close() {
    source.onConnect(() -> {});
    source.onStatement((connection, sql) -> {});
    log.close();
  }

  @Test
  void nobody_waits_for_a_connection_to_learn_the_time() throws Exception {
    Instant before = log.now();
    nanos.addAndGet(BEYOND.toNanos());
    CountDownLatch givenUp = new CountDownLatch(1);
    source.onConnect(
        () -> {
          asked.incrementAndGet();
          await(givenUp);
          throw new SQLTransientConnectionException("no connection in the pool's time");
        });
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Instant>> all = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        all.add(threads.submit(log::now));
      }
      try {
        for (Future<Instant> one : all) {
          assertThat(one.get(30, SECONDS)).isBetween(before, before.plus(CEILING));
        }
        assertThat(asked).as("one raises the ceiling for all").hasValue(1);
      } finally {
        givenUp.countDown();
      }
    }
  }

  @Test
  void time_stands_still_without_an_error_and_the_database_is_not_asked_by_every_caller() {
    Instant before = log.now();
    nanos.addAndGet(BEYOND.toNanos());
    source.onConnect(
        () -> {
          asked.incrementAndGet();
          throw new SQLTransientConnectionException("away", "08001");
        });
    awaitThat(() -> !log.now().isAfter(before.plus(CEILING)) && asked.get() == 1);
    Instant still = log.now();
    for (int i = 0; i < 50; i++) {
      assertThat(log.now()).isEqualTo(still);
    }
    assertThat(asked).hasValue(1);
    nanos.addAndGet(RETRY.toNanos());
    awaitThat(() -> log.now().equals(still) && asked.get() == 2);
    source.onConnect(() -> {});
    nanos.addAndGet(RETRY.toNanos());
    awaitThat(() -> log.now().isAfter(before.plus(BEYOND)));
  }

  @Test
  void what_a_failed_raise_leaves_behind_does_not_fail_the_append_behind_it() throws Exception {
    nanos.addAndGet(BEYOND.toNanos());
    source.onStatement(
        (connection, sql) -> {
          if (sql.contains("set clock") && asked.incrementAndGet() == 1) {
            try (Statement statement = connection.createStatement()) {
              statement.execute("select 1 / 0");
            }
          }
        });
    log.append(epoch, List.of(begin(tx("t"))));
    assertThat(asked).hasValue(1);
    assertThat(log.read(tx("t"))).hasSize(1);
  }

  private static void awaitThat(BooleanSupplier fact) {
    long patience = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!fact.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it does not come true").isLessThan(patience);
    }
  }

  private static void await(CountDownLatch latch) throws SQLException {
    try {
      assertThat(latch.await(60, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new SQLException(e);
    }
  }
}
