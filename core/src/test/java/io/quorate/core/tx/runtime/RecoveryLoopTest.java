package io.quorate.core.tx.runtime;

import static io.quorate.core.tx.runtime.Rig.await;
import static io.quorate.core.tx.runtime.Rig.get;
import static io.quorate.core.tx.runtime.Rig.input;
import static io.quorate.core.tx.runtime.Rig.start;
import static io.quorate.core.tx.runtime.Rig.tx;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Force;
import io.quorate.core.tx.log.LogRecord.Kind;
import io.quorate.core.tx.log.TxHead;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was left unfinished, and what waits for its time. */
class RecoveryLoopTest {
  @TempDir Path directory;
  private Rig rig;

  @BeforeEach
  void open() {
    rig = new Rig(directory);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static LogRecord lazyBegin(String id, byte[] body) {
    return new LogRecord(tx(id), 0, Kind.BEGIN, Force.LAZY, null, Set.of(), body);
  }

  private static Relay signalling(Set<TxId> ended, CountDownLatch latch) {
    return Relay.of(
        ref -> {
          if (ended.add(ref.tx())) {
            latch.countDown();
          }
          return Relay.ok();
        });
  }

  @Test
  void what_a_process_left_unfinished_is_finished_by_the_next() throws Exception {
    CountDownLatch out = new CountDownLatch(1);
    Relay stuck =
        Relay.of(
            ref -> {
              if (ref.branch().equals("leg-0")) {
                return Relay.ok();
              }
              out.countDown();
              await(new CountDownLatch(1));
              return Relay.ok();
            });
    TransactionRuntime first =
        rig.open(
            Rig.QUICK.withCloseWait(Duration.ZERO).withCallGrace(Duration.ofSeconds(5)), stuck);
    var answer = start(first, "a", "3");
    await(out);
    first.close();
    assertThat(get(answer)).isInstanceOf(Outcome.Pending.class);

    rig.reopenLog();
    ConcurrentHashMap<String, Integer> calls = new ConcurrentHashMap<>();
    Relay willing =
        Relay.of(
            ref -> {
              calls.merge(ref.branch(), 1, Integer::sum);
              return Relay.ok();
            });
    try (TransactionRuntime second = rig.open(willing)) {
      assertThat(get(start(second, "a", "3"))).isInstanceOf(Outcome.Done.class);
      assertThat(calls).as("done legs are not run again").containsOnlyKeys("leg-1", "leg-2");
    }
  }

  @Test
  void ten_thousand_are_taken_up_a_few_at_a_time_past_those_that_cannot_be() throws Exception {
    int open = 10_000;
    int recoveriesMax = 16;
    Epoch before = rig.log.acquire("rig", Duration.ofSeconds(10));
    Relay writer = Relay.of(ref -> Relay.ok());
    for (int i = 0; i < 150; i++) {
      // The oldest of all, so that they stand in front.
      byte[] body =
          switch (i % 3) {
            case 0 -> writer.enlist(tx("x"), input("not a number"), rig.log.now()).body();
            case 1 ->
                new Relay("gone", 1, Duration.ofHours(1), ref -> Relay.ok())
                    .enlist(tx("x"), input("1"), rig.log.now())
                    .body();
            default -> new byte[] {-7, 1, 2};
          };
      rig.log.append(before, List.of(lazyBegin("poisoned-" + i, body)));
    }
    rig.advance(Duration.ofMillis(1));
    byte[] body = writer.enlist(tx("x"), input("2"), rig.log.now()).body();
    for (int i = 0; i < open; i++) {
      rig.log.append(before, List.of(lazyBegin("open-" + i, body)));
    }

    AtomicInteger out = new AtomicInteger();
    AtomicInteger outMax = new AtomicInteger();
    CountDownLatch lastLegs = new CountDownLatch(open);
    Relay counting =
        Relay.of(
            ref -> {
              outMax.accumulateAndGet(out.incrementAndGet(), Math::max);
              LockSupport.parkNanos(1); // Lets others in, if others may be in.
              out.decrementAndGet();
              if (ref.branch().equals("leg-1")) {
                lastLegs.countDown();
              }
              return Relay.ok();
            });
    RuntimeConfig config = Rig.QUICK.withRecoveriesMax(recoveriesMax);
    try (TransactionRuntime runtime = rig.open(config, counting)) {
      await(lastLegs);
      assertThat(outMax.get()).as("calls out at once").isBetween(2, recoveriesMax);
      assertThat(get(start(runtime, "open-9999", "2"))).isInstanceOf(Outcome.Done.class);
      for (int i = 0; i < 3; i++) {
        TxId poisoned = tx("poisoned-" + i);
        assertThatThrownBy(() -> get(runtime.cancel(poisoned, "try")))
            .cause()
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("cannot be taken up");
      }
      assertThat(runtime.operator().show(tx("poisoned-0")).orElseThrow().standing().outcome())
          .isInstanceOf(Outcome.Parked.class);
    }
    assertThat(rig.log.list(Set.of(TxHead.Status.OPEN), null, 1000)).hasSize(150);
  }

  @Test
  void a_definition_that_was_not_registered_is_taken_up_once_it_is() throws Exception {
    Relay late = new Relay("late", 5, Duration.ofHours(1), ref -> Relay.ok());
    Epoch before = rig.log.acquire("rig", Duration.ofSeconds(10));
    rig.log.append(before, List.of(late.enlist(tx("a"), input("1"), rig.log.now())));
    try (TransactionRuntime runtime = rig.open(Relay.of(ref -> Relay.ok()))) {
      assertThat(get(start(runtime, "b", "1"))).isInstanceOf(Outcome.Done.class);
      assertThat(runtime.outcome(tx("a")).orElseThrow())
          .isInstanceOfSatisfying(
              Outcome.Parked.class,
              parked -> assertThat(parked.why()).contains("late").contains("not registered"));
    }
    try (TransactionRuntime runtime = rig.open(late)) {
      assertThat(get(runtime.start(late.id(), tx("a"), input("1"))))
          .isInstanceOf(Outcome.Done.class);
    }
  }

  @Test
  void one_that_rests_for_long_leaves_memory_and_is_taken_up_when_due() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    Relay relay =
        Relay.of(
            ref -> {
              if (ref.attempt() == 1) {
                first.countDown();
                return new Verdict.Unknown("busy");
              }
              second.countDown();
              return Relay.ok();
            });
    try (TransactionRuntime runtime = rig.open(relay)) {
      var answer = start(runtime, "a", "1");
      await(first);
      while (runtime.live() > 0) {
        Thread.onSpinWait();
      }
      assertThat(rig.log.head(tx("a")).orElseThrow().due()).isNotNull();
      assertThat(answer).isNotDone();
      rig.advance(Relay.PAUSE);
      await(second);
      assertThat(get(answer)).isInstanceOf(Outcome.Done.class);
    }
  }

  @Test
  void one_that_rests_in_memory_is_woken_by_its_timer() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    Relay relay =
        Relay.of(
            ref -> {
              first.countDown();
              return ref.attempt() == 1 ? new Verdict.Unknown("busy") : Relay.ok();
            });
    RuntimeConfig patient =
        Rig.QUICK.withPutAsideAfter(Duration.ofHours(1)).withPollInterval(Duration.ofMinutes(1));
    try (TransactionRuntime runtime = rig.open(patient, relay)) {
      int before = rig.timers.waiting();
      var answer = start(runtime, "a", "1");
      await(first);
      while (rig.log.read(tx("a")).size() < 2 || rig.timers.waiting() == before) {
        Thread.onSpinWait();
      }
      rig.advance(Relay.PAUSE);
      assertThat(get(answer)).isInstanceOf(Outcome.Done.class);
    }
  }

  @Test
  void a_start_joined_by_another_process_is_noticed() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    Set<TxId> ended = ConcurrentHashMap.newKeySet();
    Relay relay = signalling(ended, done);
    RuntimeConfig slow = Rig.QUICK.withPollInterval(Duration.ofMinutes(1));
    try (TransactionRuntime runtime = rig.open(slow, relay)) {
      rig.log.append(runtime.epoch(), List.of(relay.enlist(tx("a"), input("1"), rig.log.now())));
      runtime.nudge();
      await(done);
      assertThat(get(start(runtime, "a", "1"))).isInstanceOf(Outcome.Done.class);
    }
  }

  @Test
  void those_at_work_do_not_hide_what_waits_behind_them() throws Exception {
    int busy = 40;
    CountDownLatch rested = new CountDownLatch(busy);
    CountDownLatch atWork = new CountDownLatch(busy);
    CountDownLatch found = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Relay relay =
        Relay.of(
            ref -> {
              if (ref.tx().equals(tx("joined"))) {
                found.countDown();
                return Relay.ok();
              }
              if (ref.attempt() == 1) {
                rested.countDown();
                return new Verdict.Unknown("busy");
              }
              atWork.countDown();
              await(go);
              return Relay.ok();
            });
    RuntimeConfig config = Rig.QUICK.withRecoveriesMax(1).withPutAsideAfter(Duration.ofHours(1));
    try (TransactionRuntime runtime = rig.open(config, relay)) {
      List<CompletableFuture<?>> answers = new ArrayList<>();
      for (int i = 0; i < busy; i++) {
        answers.add(start(runtime, "busy-" + i, "1"));
      }
      await(rested);
      for (int i = 0; i < busy; i++) {
        while (rig.log.read(tx("busy-" + i)).size() < 2) {
          Thread.onSpinWait();
        }
      }
      // Their time comes, they are at work again, and the log still calls them due.
      while (atWork.getCount() > 0) {
        rig.advance(Relay.PAUSE);
      }
      assertThat(rig.log.due(runtime.epoch(), 100)).hasSize(busy);
      rig.log.append(
          runtime.epoch(), List.of(relay.enlist(tx("joined"), input("1"), rig.log.now())));
      await(found);
      assertThat(answers).noneMatch(CompletableFuture::isDone);
      go.countDown();
    }
  }
}
