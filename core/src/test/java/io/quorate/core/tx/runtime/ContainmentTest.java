package io.quorate.core.tx.runtime;

import static io.quorate.core.tx.runtime.Rig.await;
import static io.quorate.core.tx.runtime.Rig.get;
import static io.quorate.core.tx.runtime.Rig.input;
import static io.quorate.core.tx.runtime.Rig.start;
import static io.quorate.core.tx.runtime.Rig.tx;
import static io.quorate.core.tx.runtime.Rig.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.machine.Resolution;
import io.quorate.core.tx.machine.Standing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is wrong with one transaction stays with it, and heals. */
@Timeout(30)
class ContainmentTest {
  private static final RuntimeConfig CONFIG = Rig.QUICK.withRecoveriesMax(2);
  private static final Duration LONGER_THAN_ANY_PAUSE = Duration.ofMinutes(5);

  @TempDir Path directory;
  private Rig rig;
  private final Set<TxId> ended = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void open() {
    rig = new Rig(directory);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  /** What reading a transaction may throw. */
  enum Failure {
    BROKEN_CODE(() -> new IllegalStateException("a bad cell")),
    NO_ANSWER(() -> new LogUnavailableException("statement timed out")),
    ERROR(() -> new OutOfMemoryError("Java heap space"));

    private final Supplier<Throwable> thrown;

    Failure(Supplier<Throwable> thrown) {
      this.thrown = thrown;
    }
  }

  private void leave(String... ids) throws Exception {
    Epoch before = rig.log.acquire("before", Duration.ofSeconds(10));
    for (String id : ids) {
      LogRecord begin = Relay.of(ref -> Relay.ok()).enlist(tx(id), input("1"), rig.log.now());
      rig.log.append(before, List.of(begin));
      rig.advance(Duration.ofMillis(1));
    }
  }

  private Relay counting(CountDownLatch taken) {
    return Relay.of(
        ref -> {
          ended.add(ref.tx());
          taken.countDown();
          return Relay.ok();
        });
  }

  private void awaitEnd(TxId tx) throws InterruptedException {
    until(() -> rig.log.read(tx).getLast().kind() == LogRecord.Kind.END);
  }

  @ParameterizedTest
  @EnumSource
  void one_that_cannot_be_read_holds_nobody_up_and_is_taken_up_when_it_heals(Failure failure)
      throws Exception {
    leave("sick", "b", "c", "d");
    rig.log.unreadable(tx("sick"), failure.thrown);
    CountDownLatch others = new CountDownLatch(3);
    List<CoordinatorState> states = new CopyOnWriteArrayList<>();
    RuntimeConfig watched = CONFIG.watchedBy(states::add);
    try (TransactionRuntime runtime = rig.open(watched, counting(others))) {
      await(others);
      assertThat(ended).containsExactlyInAnyOrder(tx("b"), tx("c"), tx("d"));
      assertThat(rig.log.reads).containsEntry(tx("sick"), 1);
      SetAsideTransaction aside = runtime.operator().setAside(null, 10).getFirst();
      assertThat(aside.tx()).isEqualTo(tx("sick"));
      assertThat(aside.why()).contains(failure.thrown.get().getMessage());
      assertThat(aside.attempts()).isEqualTo(1);

      rig.advance(Duration.ofSeconds(1));
      until(() -> attempts(runtime) == 2);
      rig.log.heal(tx("sick"));
      rig.advance(LONGER_THAN_ANY_PAUSE);
      awaitEnd(tx("sick"));
      assertThat(get(start(runtime, "sick", "1"))).isInstanceOf(Outcome.Done.class);
      assertThat(runtime.operator().setAside(null, 10)).isEmpty();
      assertThat(states).as("one transaction is not the log").isEmpty();
    }
  }

  @Test
  void those_the_log_did_not_answer_for_come_back_with_the_log() throws Exception {
    leave("a", "b");
    rig.log.unreadable(
        tx("a"),
        () -> {
          rig.log.away(true);
          return new LogUnavailableException("no route to host");
        });
    CountDownLatch taken = new CountDownLatch(2);
    try (TransactionRuntime runtime = rig.open(CONFIG, counting(taken))) {
      until(() -> runtime.state().status() == CoordinatorState.Status.LOG_AWAY);
      assertThat(attempts(runtime)).isEqualTo(1);
      assertThat(runtime.operator().setAside(null, 10))
          .as("nobody goes on asking a log that is away")
          .extracting(SetAsideTransaction::tx)
          .containsExactly(tx("a"));
      rig.log.heal(tx("a"));
      rig.log.away(false);
      await(taken); // No timer has moved.
    }
  }

  @Test
  void one_that_fails_at_a_second_look_is_looked_at_a_third_time() throws Exception {
    CountDownLatch out = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Relay relay =
        Relay.of(
            ref -> {
              out.countDown();
              await(go);
              return Relay.ok();
            });
    try (TransactionRuntime runtime = rig.open(CONFIG, relay)) {
      var answer = start(runtime, "a", "2");
      await(out);
      AtomicBoolean once = new AtomicBoolean();
      rig.log.unreadable(tx("a"), () -> new IllegalStateException("a bad cell"));
      rig.log.plan(
          records ->
              once.compareAndSet(false, true) ? FaultyLog.Fault.UNAVAILABLE : FaultyLog.Fault.NONE);
      go.countDown();
      assertThat(get(answer)).isInstanceOf(Outcome.Pending.class);
      until(() -> attempts(runtime) == 1);
      rig.log.heal(tx("a"));
      rig.advance(LONGER_THAN_ANY_PAUSE);
      awaitEnd(tx("a"));
    }
  }

  @Test
  void what_fails_again_and_again_is_tried_further_and_further_apart() throws Exception {
    leave("sick");
    rig.log.unreadable(tx("sick"), () -> new IllegalStateException("a bad cell"));
    try (TransactionRuntime runtime = rig.open(CONFIG, counting(new CountDownLatch(0)))) {
      for (int attempt = 1; attempt <= 12; attempt++) {
        int reached = attempt;
        until(() -> attempts(runtime) >= reached);
        Duration pause = SetAside.RETRY.pauseAfter(attempt, tx("sick").hashCode());
        rig.advance(pause.minusNanos(1));
        letTheLoopTurn();
        assertThat(attempts(runtime)).as("not before its time").isEqualTo(attempt);
        rig.advance(Duration.ofNanos(1));
      }
      assertThat(SetAside.RETRY.pauseAfter(12, 7)).isLessThanOrEqualTo(Duration.ofMinutes(5));
    }
  }

  private static int attempts(TransactionRuntime runtime) {
    List<SetAsideTransaction> aside = runtime.operator().setAside(null, 1);
    return aside.isEmpty() ? 0 : aside.getFirst().attempts();
  }

  private void letTheLoopTurn() throws InterruptedException {
    int looks = rig.log.looks.get();
    until(() -> rig.log.looks.get() >= looks + 3);
  }

  @Test
  void an_error_while_driving_sets_it_aside_for_a_while_and_not_for_ever() throws Exception {
    AtomicInteger appends = new AtomicInteger();
    try (TransactionRuntime runtime = rig.open(CONFIG, counting(new CountDownLatch(0)))) {
      rig.log.plan(
          records -> {
            if (appends.incrementAndGet() == 2) {
              throw new OutOfMemoryError("Java heap space");
            }
            return FaultyLog.Fault.NONE;
          });
      Outcome<byte[]> told = get(start(runtime, "a", "1"));
      assertThat(told)
          .isInstanceOfSatisfying(
              Outcome.Parked.class, parked -> assertThat(parked.why()).contains("Java heap space"));
      assertThat(runtime.operator().show(tx("a")).orElseThrow().setAside())
          .contains("Java heap space");
      assertThat(rig.log.read(tx("a"))).hasSize(1);
      rig.advance(LONGER_THAN_ANY_PAUSE);
      awaitEnd(tx("a"));
      assertThat(get(start(runtime, "a", "1"))).isInstanceOf(Outcome.Done.class);
      assertThat(runtime.operator().show(tx("a")).orElseThrow().setAside()).isNull();
    }
  }

  @Test
  void a_turn_that_fails_whatever_with_does_not_end_the_loop() throws Exception {
    leave("a");
    AtomicInteger failures = new AtomicInteger();
    rig.log.looksFail(
        () ->
            switch (failures.incrementAndGet()) {
              case 1 -> new StackOverflowError("deep");
              case 2 -> new IllegalStateException("odd");
              default -> null;
            });
    CountDownLatch taken = new CountDownLatch(1);
    try (TransactionRuntime runtime = rig.open(CONFIG, counting(taken))) {
      await(taken);
      assertThat(failures).hasValueGreaterThan(2);
    }
  }

  @Test
  void those_set_aside_are_listed_in_pages() throws Exception {
    String[] ids = {"s1", "s2", "s3", "s4", "s5"};
    leave(ids);
    for (String id : ids) {
      rig.log.unreadable(tx(id), () -> new IllegalStateException("a bad cell"));
    }
    try (TransactionRuntime runtime = rig.open(CONFIG, counting(new CountDownLatch(0)))) {
      Operator operator = runtime.operator();
      until(() -> operator.setAside(null, 10).size() == 5);
      assertThat(operator.setAside(null, 2))
          .extracting(SetAsideTransaction::tx)
          .containsExactly(tx("s1"), tx("s2"));
      assertThat(operator.setAside(tx("s4"), 2))
          .extracting(SetAsideTransaction::tx)
          .containsExactly(tx("s5"));
      for (int wrong : new int[] {0, Operator.LIMIT_MAX + 1}) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> operator.setAside(null, wrong))
            .withMessage("limit: %d (expected: 1..10000)", wrong);
      }
    }
  }

  @Test
  void whoever_asks_something_of_one_hears_it_when_the_log_goes_away_meanwhile() throws Exception {
    try (TransactionRuntime runtime =
        rig.open(
            new Relay("relay", 1, Duration.ofHours(1), ref -> new Verdict.Unknown("timeout")))) {
      get(start(runtime, "a", "1"));
      rig.log.plan(records -> FaultyLog.Fault.UNAVAILABLE);
      Resolution again = new Resolution("leg-0", Resolution.Action.RETRY, "ann", "ticket 88");
      CompletableFuture<?> asked =
          CompletableFuture.runAsync(
              () -> runtime.operator().resolve(tx("a"), again), Thread::startVirtualThread);
      assertThatThrownBy(() -> get(asked)).hasCauseInstanceOf(LogUnavailableException.class);
      rig.log.plan(records -> FaultyLog.Fault.NONE);
      runtime.operator().resolve(tx("a"), again);
    }
  }

  @Test
  void whoever_asks_again_at_once_gets_an_answer_of_its_own() throws Exception {
    try (TransactionRuntime runtime =
        rig.open(
            new Relay("relay", 1, Duration.ofHours(1), ref -> new Verdict.Unknown("timeout")))) {
      get(start(runtime, "a", "1"));
      CountDownLatch waiting = new CountDownLatch(1);
      rig.log.plan(
          records -> {
            await(waiting);
            return FaultyLog.Fault.UNAVAILABLE;
          });
      // On the thread that drives the transaction, which is not done with its failure yet.
      CompletableFuture<Standing> second =
          runtime
              .cancel(tx("a"), "once")
              .handle(
                  (standing, away) -> {
                    assertThat(away).isInstanceOf(LogUnavailableException.class);
                    rig.log.plan(records -> FaultyLog.Fault.NONE);
                    return runtime.cancel(tx("a"), "twice");
                  })
              .thenCompose(asked -> asked);
      waiting.countDown();
      assertThat(get(second).outcome()).isInstanceOf(Outcome.Undone.class);
    }
  }
}
