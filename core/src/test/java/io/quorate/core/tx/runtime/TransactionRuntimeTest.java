package io.quorate.core.tx.runtime;

import static io.quorate.core.tx.runtime.Rig.RELAY;
import static io.quorate.core.tx.runtime.Rig.await;
import static io.quorate.core.tx.runtime.Rig.get;
import static io.quorate.core.tx.runtime.Rig.input;
import static io.quorate.core.tx.runtime.Rig.start;
import static io.quorate.core.tx.runtime.Rig.tx;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.log.LogFullException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.machine.ProtocolId;
import io.quorate.core.tx.machine.Resolution;
import io.quorate.core.tx.machine.ResolutionRefusedException;
import io.quorate.core.tx.machine.Standing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a caller sees. */
class TransactionRuntimeTest {
  @TempDir Path directory;
  private Rig rig;
  private final ConcurrentLinkedQueue<String> called = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void open() {
    rig = new Rig(directory);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private Relay willing() {
    return Relay.of(
        ref -> {
          called.add(ref.tx() + "/" + ref.branch());
          return Relay.ok();
        });
  }

  @Test
  void a_transaction_runs_to_its_end_and_the_answer_is_what_the_log_holds() throws Exception {
    try (TransactionRuntime runtime = rig.open(willing())) {
      Outcome<byte[]> told = get(start(runtime, "a", "3"));
      assertThat(told).isInstanceOf(Outcome.Done.class);
      assertThat(called).containsExactly("a/leg-0", "a/leg-1", "a/leg-2");
      assertThat(rig.log.read(tx("a")))
          .extracting(LogRecord::kind)
          .containsExactly(
              LogRecord.Kind.BEGIN, LogRecord.Kind.STEP, LogRecord.Kind.STEP, LogRecord.Kind.END);
      assertThat(runtime.outcome(tx("a")).orElseThrow()).isInstanceOf(Outcome.Done.class);
      assertThat(runtime.outcome(tx("unknown"))).isEmpty();
    }
  }

  @Test
  void the_same_start_again_joins_and_any_other_is_refused() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Relay slow =
        Relay.of(
            ref -> {
              called.add(ref.branch());
              await(go);
              return Relay.ok();
            });
    Relay other = new Relay("other", 5, Duration.ofHours(1), ref -> Relay.ok());
    try (TransactionRuntime runtime = rig.open(slow, other)) {
      CompletableFuture<Outcome<byte[]>> first = start(runtime, "a", "1");
      CompletableFuture<Outcome<byte[]>> second = start(runtime, "a", "1");
      CompletableFuture<Outcome<byte[]>> otherInput = start(runtime, "a", "2");
      CompletableFuture<Outcome<byte[]>> otherKind = runtime.start(other.id(), tx("a"), input("1"));
      assertReused(otherInput, "another input");
      assertReused(otherKind, "another definition");
      assertThat(first).isNotDone();
      go.countDown();
      assertThat(get(first)).isInstanceOf(Outcome.Done.class);
      assertThat(get(second)).isInstanceOf(Outcome.Done.class);
      assertThat(get(start(runtime, "a", "1"))).isInstanceOf(Outcome.Done.class);
      assertReused(start(runtime, "a", "2"), "another input");
      assertReused(runtime.start(other.id(), tx("a"), input("1")), "another definition");
      assertThat(called).containsExactly("leg-0");
    }
  }

  private static void assertReused(CompletableFuture<?> refused, String why) {
    assertThatThrownBy(() -> get(refused))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(ReusedIdException.class)
        .hasMessageContaining(why);
  }

  @Test
  void of_many_starts_of_one_id_at_once_one_runs_and_all_hear_the_same() throws Exception {
    int callers = 8;
    try (TransactionRuntime runtime = rig.open(willing())) {
      for (int round = 0; round < 100; round++) {
        String id = "round-" + round;
        CyclicBarrier together = new CyclicBarrier(callers);
        List<CompletableFuture<Outcome<byte[]>>> answers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
          CompletableFuture<Outcome<byte[]>> answer = new CompletableFuture<>();
          answers.add(answer);
          threads.add(
              Thread.startVirtualThread(
                  () -> {
                    try {
                      together.await();
                      answer.complete(get(start(runtime, id, "2")));
                    } catch (Exception failed) {
                      answer.completeExceptionally(failed);
                    }
                  }));
        }
        for (CompletableFuture<Outcome<byte[]>> answer : answers) {
          assertThat(get(answer)).isInstanceOf(Outcome.Done.class);
        }
        for (Thread thread : threads) {
          thread.join();
        }
      }
      assertThat(called).hasSize(200).doesNotHaveDuplicates();
    }
  }

  @Test
  void a_cancel_that_meets_a_start_or_a_recovery_never_sets_the_transaction_aside()
      throws Exception {
    try (TransactionRuntime runtime = rig.open(willing())) {
      for (int round = 0; round < 200; round++) {
        String id = "round-" + round;
        CompletableFuture<Outcome<byte[]>> answer = start(runtime, id, "2");
        CompletableFuture<Standing> cancelled = runtime.cancel(tx(id), "changed my mind");
        try {
          get(cancelled);
        } catch (ExecutionException tooEarly) {
          assertThat(tooEarly).cause().hasMessageContaining("not known to this log");
        }
        assertThat(get(answer)).isInstanceOfAny(Outcome.Done.class, Outcome.Undone.class);
      }
    }
  }

  @Test
  void a_caller_may_wait_for_the_same_transaction_in_its_own_continuation() throws Exception {
    try (TransactionRuntime runtime = rig.open(willing())) {
      CompletableFuture<Outcome<byte[]>> twice =
          start(runtime, "a", "1").thenApply(done -> start(runtime, "a", "1").join());
      assertThat(get(twice)).isInstanceOf(Outcome.Done.class);
    }
  }

  @Test
  void more_than_live_max_are_refused_and_nothing_of_them_is_begun() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Relay slow =
        Relay.of(
            ref -> {
              await(go);
              return Relay.ok();
            });
    try (TransactionRuntime runtime = rig.open(Rig.QUICK.withLiveMax(2), slow)) {
      var a = start(runtime, "a", "1");
      var b = start(runtime, "b", "1");
      assertThatThrownBy(() -> start(runtime, "c", "1"))
          .isInstanceOf(OverloadedException.class)
          .hasMessageContaining("2 are under way (liveMax)");
      var joined = start(runtime, "a", "1");
      go.countDown();
      assertThat(get(a)).isInstanceOf(Outcome.Done.class);
      assertThat(get(b)).isInstanceOf(Outcome.Done.class);
      assertThat(get(joined)).isInstanceOf(Outcome.Done.class);
      assertThat(rig.log.read(tx("c"))).isEmpty();
    }
  }

  @Test
  void a_refusal_undoes_and_a_cancel_does_while_it_can() throws Exception {
    CountDownLatch out = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Relay relay =
        Relay.of(
            ref -> {
              if (ref.tx().equals(tx("no"))) {
                return new Verdict.No("sold out");
              }
              out.countDown();
              await(go);
              return Relay.ok();
            });
    try (TransactionRuntime runtime = rig.open(relay)) {
      assertThat(get(start(runtime, "no", "2")))
          .isInstanceOfSatisfying(
              Outcome.Undone.class, undone -> assertThat(undone.why()).contains("sold out"));
      var answer = start(runtime, "slow", "2");
      await(out);
      Standing standing = get(runtime.cancel(tx("slow"), "customer left"));
      assertThat(standing.outcome()).isInstanceOf(Outcome.Undone.class);
      assertThat(get(answer)).isInstanceOf(Outcome.Undone.class);
      go.countDown();
      assertThat(get(runtime.cancel(tx("slow"), "again")).outcome())
          .isInstanceOf(Outcome.Undone.class);
      assertThatThrownBy(() -> get(runtime.cancel(tx("unknown"), "x")))
          .cause()
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("unknown is not known");
    }
  }

  @Test
  void a_parked_transaction_waits_for_a_person_and_then_goes_on() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    Relay relay =
        new Relay(
            "relay",
            1,
            Duration.ofHours(1),
            ref -> attempts.incrementAndGet() == 1 ? new Verdict.Unknown("timeout") : Relay.ok());
    try (TransactionRuntime runtime = rig.open(relay)) {
      assertThat(get(start(runtime, "a", "1"))).isInstanceOf(Outcome.Parked.class);
      assertThat(get(start(runtime, "a", "1")))
          .as("whoever asks later hears it too")
          .isInstanceOf(Outcome.Parked.class);
      Operator operator = runtime.operator();
      assertThat(operator.parked(10)).extracting(TxHead::tx).containsExactly(tx("a"));
      assertThat(operator.show(tx("a")).orElseThrow().standing().outcome())
          .isInstanceOf(Outcome.Parked.class);
      Resolution again = new Resolution("leg-0", Resolution.Action.RETRY, "ann", "ticket 88");
      operator.resolve(tx("a"), again);
      assertThat(get(start(runtime, "a", "1"))).isInstanceOf(Outcome.Done.class);
      assertThatThrownBy(() -> operator.resolve(tx("a"), again))
          .isInstanceOf(ResolutionRefusedException.class);
      assertThatIllegalArgumentException().isThrownBy(() -> operator.resolve(tx("unknown"), again));
    }
  }

  @Test
  void an_observer_that_throws_hurts_nobody() throws Exception {
    AtomicInteger told = new AtomicInteger();
    RuntimeConfig observed =
        Rig.QUICK
            .observedBy(
                event -> {
                  throw new AssertionError("observer");
                })
            .observedBy(event -> told.incrementAndGet());
    try (TransactionRuntime runtime = rig.open(observed, willing())) {
      assertThat(get(start(runtime, "a", "2"))).isInstanceOf(Outcome.Done.class);
      assertThat(told).hasPositiveValue();
    }
  }

  @Test
  void a_start_that_was_not_written_fails_and_the_id_is_free() throws Exception {
    try (TransactionRuntime runtime = rig.open(willing())) {
      rig.log.plan(records -> FaultyLog.Fault.FULL);
      assertThatThrownBy(() -> get(start(runtime, "a", "1")))
          .cause()
          .isInstanceOf(LogFullException.class);
      rig.log.plan(records -> FaultyLog.Fault.UNAVAILABLE);
      assertThatThrownBy(() -> get(start(runtime, "a", "1")))
          .cause()
          .isInstanceOf(LogUnavailableException.class);
      rig.log.plan(records -> FaultyLog.Fault.NONE);
      assertThat(called).isEmpty();
      assertThat(get(start(runtime, "a", "2"))).isInstanceOf(Outcome.Done.class);
    }
  }

  @Test
  void an_input_the_protocol_cannot_begin_with_fails_its_caller_and_nobody_else() throws Exception {
    try (TransactionRuntime runtime = rig.open(willing())) {
      assertThatThrownBy(() -> get(start(runtime, "a", "many legs")))
          .cause()
          .isInstanceOf(NumberFormatException.class);
      assertThatThrownBy(() -> get(start(runtime, "a", "1 " + "x".repeat(129))))
          .cause()
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("lock: 129 characters");
      assertThat(rig.log.read(tx("a"))).isEmpty();
      assertThat(get(start(runtime, "a", "1"))).isInstanceOf(Outcome.Done.class);
    }
  }

  @Test
  void a_cancel_reaches_a_transaction_that_sleeps_in_the_log() throws Exception {
    CountDownLatch called = new CountDownLatch(1);
    Relay relay =
        Relay.of(
            ref -> {
              called.countDown();
              return new Verdict.Unknown("timeout");
            });
    try (TransactionRuntime runtime = rig.open(relay)) {
      var answer = start(runtime, "a", "1");
      await(called);
      while (runtime.live() > 0) {
        Thread.onSpinWait(); // Until it rests, for longer than it is worth keeping in memory.
      }
      Standing standing = get(runtime.cancel(tx("a"), "customer left"));
      assertThat(standing.outcome()).isInstanceOf(Outcome.Undone.class);
      assertThat(get(answer)).isInstanceOf(Outcome.Undone.class);
    }
  }

  @Test
  void a_definition_that_is_not_registered_or_twice_is_refused() throws Exception {
    try (TransactionRuntime runtime = rig.open(willing())) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> runtime.start(new ProtocolId("relay", "nope", 1), tx("a"), input("1")))
          .withMessageContaining("nope")
          .withMessageContaining("not registered");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rig.open(willing(), willing()))
        .withMessageContaining(RELAY.toString());
  }

  @Test
  void a_lock_that_is_held_is_told_to_the_protocol_which_goes_on_without() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    Relay slow =
        Relay.of(
            ref -> {
              if (ref.tx().equals(tx("holder"))) {
                await(go);
              }
              return Relay.ok();
            });
    try (TransactionRuntime runtime = rig.open(slow)) {
      var holder = start(runtime, "holder", "1 sku");
      while (rig.log.read(tx("holder")).isEmpty()) {
        Thread.onSpinWait();
      }
      TxId second = tx("second");
      assertThat(get(start(runtime, "second", "1 sku"))).isInstanceOf(Outcome.Done.class);
      assertThat(rig.log.read(second).getFirst().locks()).isEmpty();
      assertThat(rig.log.read(tx("holder")).getFirst().locks()).containsExactly("sku");
      go.countDown();
      get(holder);
    }
  }
}
