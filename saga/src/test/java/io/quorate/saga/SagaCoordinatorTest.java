package io.quorate.saga;

import static io.quorate.saga.Shop.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.retry.Retry;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.log.file.FileTransactionLog;
import io.quorate.core.tx.machine.Resolution;
import io.quorate.core.tx.machine.Standing;
import io.quorate.core.tx.runtime.CoordinatorStoppedException;
import io.quorate.core.tx.runtime.ReusedIdException;
import io.quorate.core.tx.runtime.RuntimeConfig;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sagas on a real log in a real directory. */
@Timeout(60)
class SagaCoordinatorTest {
  private static final TxId ID = new TxId("order/1");
  private static final RuntimeConfig QUICK =
      RuntimeConfig.defaults()
          .withPollInterval(Duration.ofMillis(5))
          .withCloseWait(Duration.ofMillis(10))
          .withCallGrace(Duration.ofMillis(10));

  @TempDir Path directory;
  private final Shop shop = new Shop();

  @Test
  void a_saga_runs_to_its_end_and_its_outcome_is_known_afterwards_and_after_a_restart()
      throws Exception {
    SagaDefinition<Shop.Order> saga = shop.placeOrder();
    try (var log = FileTransactionLog.open(directory);
        var sagas = SagaCoordinator.open(log, QUICK, saga)) {
      Outcome<SagaResults> outcome = sagas.run(saga, ID, ORDER);
      assertThat(outcome).isInstanceOf(Outcome.Done.class);
      assertThat(results(outcome).of(shop.hold)).contains(new Shop.Hold("shelf of apple"));
    }
    try (var log = FileTransactionLog.open(directory);
        var sagas = SagaCoordinator.open(log, QUICK, saga)) {
      Outcome<SagaResults> outcome = sagas.outcome(ID).orElseThrow();
      assertThat(results(outcome).of(shop.authorize)).contains(new Shop.Receipt(500));
      assertThat(sagas.outcome(new TxId("never"))).isEmpty();
    }
  }

  @Test
  void starting_an_id_again_returns_the_first_outcome_and_runs_nothing() throws Exception {
    SagaDefinition<Shop.Order> saga = shop.placeOrder();
    try (var log = FileTransactionLog.open(directory);
        var sagas = SagaCoordinator.open(log, QUICK, saga)) {
      sagas.run(saga, ID, ORDER);
      shop.did.clear();
      assertThat(sagas.run(saga, ID, ORDER)).isInstanceOf(Outcome.Done.class);
      assertThat(shop.did).isEmpty();
      assertThatThrownBy(() -> sagas.run(saga, ID, new Shop.Order("o2", "pear", 1)))
          .isInstanceOf(ReusedIdException.class)
          .hasMessageContaining("order/1")
          .hasMessageContaining("another input");
    }
  }

  @Test
  void two_who_start_the_same_id_at_once_wait_for_the_same_run() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger runs = new AtomicInteger();
    var slow =
        shop.steps.pivot(
            "slow",
            (c, o) -> {
              runs.incrementAndGet();
              inside.countDown();
              go.await();
            });
    SagaDefinition<Shop.Order> saga = shop.named("slow").then(slow).build();
    try (var log = FileTransactionLog.open(directory);
        var sagas = SagaCoordinator.open(log, QUICK, saga)) {
      var first = sagas.runAsync(saga, ID, ORDER);
      inside.await();
      var second = sagas.runAsync(saga, ID, ORDER);
      var other = sagas.runAsync(saga, ID, new Shop.Order("o2", "pear", 1));
      assertThatThrownBy(other::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(ReusedIdException.class);
      assertThat(sagas.run(saga, ID, ORDER, Duration.ofMillis(1)))
          .as("still at it")
          .isInstanceOf(Outcome.Pending.class);
      go.countDown();
      assertThat(first.get()).isInstanceOf(Outcome.Done.class);
      assertThat(second.get()).isInstanceOf(Outcome.Done.class);
      assertThat(runs).hasValue(1);
    }
  }

  @Test
  void what_is_in_flight_when_the_coordinator_stops_is_finished_by_the_next_one() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CompletableFuture<Void> stuck = new CompletableFuture<>();
    AtomicInteger calls = new AtomicInteger();
    var pay =
        shop.steps.pivot(
            "pay",
            (c, o) -> {
              if (calls.incrementAndGet() == 1) {
                inside.countDown();
                stuck.get();
              }
            });
    SagaDefinition<Shop.Order> saga = shop.named("s").then(shop.hold).then(pay).build();
    CompletableFuture<Outcome<SagaResults>> waiting;
    try (var log = FileTransactionLog.open(directory);
        var sagas = SagaCoordinator.open(log, QUICK, saga)) {
      waiting = sagas.runAsync(saga, ID, ORDER);
      inside.await();
    }
    assertThat(waiting.get(10, TimeUnit.SECONDS))
        .as("told nothing but the truth")
        .isInstanceOf(Outcome.Pending.class);
    try (var log = FileTransactionLog.open(directory);
        var sagas = SagaCoordinator.open(log, QUICK, saga)) {
      assertThat(sagas.run(saga, ID, ORDER)).isInstanceOf(Outcome.Done.class);
      assertThat(calls).hasValueGreaterThan(1);
      assertThat(sagas.operator().unfinished(10)).isEmpty();
    }
  }

  @Test
  void a_parked_saga_is_listed_explained_and_resolved_with_an_audit_record() throws Exception {
    AtomicInteger broken = new AtomicInteger(1);
    var ship =
        shop.steps
            .retriable(
                "ship",
                (c, o) -> {
                  if (broken.get() == 1) {
                    throw new IllegalStateException("no truck");
                  }
                })
            .retry(Retry.never());
    SagaDefinition<Shop.Order> saga = shop.named("s").then(shop.hold).then(ship).build();
    try (var log = FileTransactionLog.open(directory);
        var sagas = SagaCoordinator.open(log, QUICK, saga)) {
      Outcome<SagaResults> outcome = sagas.run(saga, ID, ORDER);
      assertThat(outcome)
          .isEqualTo(
              new Outcome.Parked<SagaResults>(
                  ID, "ship", "java.lang.IllegalStateException: no truck", 1));
      assertThat(sagas.operator().parked(10)).extracting(TxHead::tx).containsExactly(ID);
      Standing standing = sagas.operator().show(ID).orElseThrow().standing();
      assertThat(standing.branches())
          .extracting(b -> b.name() + " " + b.state())
          .containsExactly("hold DONE", "ship PARKED");
      broken.set(0);
      var done = sagas.runAsync(saga, ID, ORDER);
      assertThat(done.get()).as("parked until somebody decides").isInstanceOf(Outcome.Parked.class);
      sagas
          .operator()
          .resolve(
              ID, new Resolution("ship", Resolution.Action.RETRY, "ann", "truck is back, T-88"));
      assertThat(sagas.run(saga, ID, ORDER)).isInstanceOf(Outcome.Done.class);
      List<LogRecord> history = sagas.operator().show(ID).orElseThrow().history();
      assertThat(history).extracting(LogRecord::kind).contains(LogRecord.Kind.RESOLVE);
      assertThatThrownBy(
              () ->
                  sagas
                      .operator()
                      .resolve(
                          new TxId("nobody"),
                          new Resolution("x", Resolution.Action.RETRY, "ann", "?")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("nobody is not known");
    }
  }

  @Test
  void cancel_undoes_what_is_under_way() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    var slow =
        shop.steps.compensatable(
            "slow",
            (c, o) -> {
              inside.countDown();
              go.await();
            },
            (c, o) -> shop.did.add("undone"));
    SagaDefinition<Shop.Order> saga = shop.named("s").then(slow).then(shop.hold).build();
    try (var log = FileTransactionLog.open(directory);
        var sagas = SagaCoordinator.open(log, QUICK, saga)) {
      var outcome = sagas.runAsync(saga, ID, ORDER);
      inside.await();
      Standing standing = sagas.cancel(ID, "not wanted").get();
      assertThat(standing.direction()).isEqualTo(Outcome.Direction.BACKWARD);
      go.countDown();
      assertThat(outcome.get())
          .isEqualTo(new Outcome.Undone<SagaResults>(ID, "cancelled: not wanted"));
      assertThat(shop.did).containsExactly("undone");
    }
  }

  @Test
  void an_action_that_hangs_is_interrupted_and_its_outcome_is_unknown() throws Exception {
    CompletableFuture<Void> never = new CompletableFuture<>();
    var hang =
        shop.steps
            .compensatable("hang", (c, o) -> never.get(), (c, o) -> shop.did.add("undone"))
            .timeout(Duration.ofMillis(20))
            .retry(Retry.never());
    SagaDefinition<Shop.Order> saga = shop.named("s").then(hang).build();
    try (var log = FileTransactionLog.open(directory);
        var sagas = SagaCoordinator.open(log, QUICK, saga)) {
      Outcome<SagaResults> outcome = sagas.run(saga, ID, ORDER);
      assertThat(((Outcome.Undone<SagaResults>) outcome).why())
          .contains("hang has no known outcome after 1 attempts")
          .contains("no answer within PT0.02S");
      assertThat(shop.did).containsExactly("undone");
    }
  }

  @Test
  void a_lock_lets_one_saga_at_a_time_through() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    var guarded =
        shop.steps
            .compensatable(
                "guarded",
                (c, o) -> most.accumulateAndGet(inside.incrementAndGet(), Math::max),
                (c, o) -> {})
            .lock(o -> "sku:" + o.sku(), Duration.ofSeconds(30));
    var leave = shop.steps.pivot("leave", (c, o) -> inside.decrementAndGet());
    SagaDefinition<Shop.Order> saga = shop.named("s").then(guarded).then(leave).build();
    try (var log = FileTransactionLog.open(directory);
        var sagas = SagaCoordinator.open(log, QUICK, saga)) {
      List<CompletableFuture<Outcome<SagaResults>>> all =
          java.util.stream.IntStream.range(0, 20)
              .mapToObj(i -> sagas.runAsync(saga, new TxId("o/" + i), ORDER))
              .toList();
      for (var outcome : all) {
        assertThat(outcome.get()).isInstanceOf(Outcome.Done.class);
      }
      assertThat(most).hasValue(1);
    }
  }

  @Test
  void a_definition_that_is_not_registered_and_a_closed_coordinator_refuse_with_a_reason()
      throws Exception {
    SagaDefinition<Shop.Order> saga = shop.placeOrder();
    try (var log = FileTransactionLog.open(directory)) {
      var sagas = SagaCoordinator.open(log, QUICK, saga);
      assertThatThrownBy(() -> sagas.run(shop.inLine(), ID, ORDER))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("saga:in-line v1 is not registered");
      assertThatThrownBy(() -> sagas.enlist(saga, ID, ORDER, noConnection()))
          .isInstanceOf(UnsupportedOperationException.class);
      sagas.close();
      sagas.close();
      assertThatThrownBy(() -> sagas.run(saga, ID, ORDER))
          .isInstanceOf(CoordinatorStoppedException.class)
          .hasMessageContaining("closed");
      assertThatThrownBy(() -> SagaCoordinator.open(log, QUICK))
          .hasMessageContaining("sagas: none");
      assertThatThrownBy(() -> SagaCoordinator.open(log, QUICK, saga, shop.placeOrder()))
          .hasMessageContaining("place-order v1 twice");
    }
  }

  @Test
  void a_second_coordinator_on_the_log_takes_over_and_the_first_one_says_so() throws Exception {
    SagaDefinition<Shop.Order> saga = shop.placeOrder();
    try (var log = FileTransactionLog.open(directory)) {
      var first = SagaCoordinator.open(log, QUICK.withOwner("first"), saga);
      try (var second = SagaCoordinator.open(log, QUICK.withOwner("second"), saga)) {
        Outcome<SagaResults> zombie;
        try {
          zombie = first.run(saga, ID, ORDER);
        } catch (CoordinatorStoppedException noticed) {
          assertThat(noticed).hasMessageContaining("superseded");
          zombie = new Outcome.Pending<>(ID, Outcome.Direction.UNDECIDED, List.of());
        }
        assertThat(zombie).isInstanceOf(Outcome.Pending.class);
        assertThat(shop.did).as("the first one has no effect").isEmpty();
        assertThat(second.run(saga, ID, ORDER)).isInstanceOf(Outcome.Done.class);
      }
      first.close();
    }
  }

  /** A connection of another database; never touched. */
  private static Connection noConnection() {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, args) -> {
              throw new AssertionError("touched: " + method);
            });
  }

  private static SagaResults results(Outcome<SagaResults> outcome) {
    return ((Outcome.Done<SagaResults>) outcome).value();
  }
}
