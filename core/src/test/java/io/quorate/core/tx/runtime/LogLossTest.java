package io.quorate.core.tx.runtime;

import static io.quorate.core.tx.runtime.Rig.await;
import static io.quorate.core.tx.runtime.Rig.get;
import static io.quorate.core.tx.runtime.Rig.input;
import static io.quorate.core.tx.runtime.Rig.start;
import static io.quorate.core.tx.runtime.Rig.tx;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.retry.Retry;
import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.IndeterminateException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.log.SequenceConflictException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log does not answer, answers late, or belongs to somebody else by now. */
class LogLossTest {
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
          called.add(ref.branch());
          return Relay.ok();
        });
  }

  @Test
  void an_append_without_an_answer_is_read_back_and_happens_once() throws Exception {
    List<FaultyLog.Fault> faults =
        List.of(FaultyLog.Fault.LOST_ANSWER, FaultyLog.Fault.LOST_RECORDS);
    try (TransactionRuntime runtime = rig.open(willing())) {
      for (FaultyLog.Fault fault : faults) {
        for (int at = 0; at < 4; at++) {
          called.clear();
          int seq = at;
          AtomicBoolean once = new AtomicBoolean();
          rig.log.plan(
              records ->
                  records.getFirst().seq() == seq && once.compareAndSet(false, true)
                      ? fault
                      : FaultyLog.Fault.NONE);
          String id = fault + "-" + at;
          assertThat(get(start(runtime, id, "3"))).isInstanceOf(Outcome.Done.class);
          assertThat(once).isTrue();
          assertThat(called).containsExactly("leg-0", "leg-1", "leg-2");
          assertThat(rig.log.read(tx(id))).hasSize(4);
        }
      }
    }
  }

  @Test
  void while_the_log_is_away_callers_hear_pending_and_it_goes_on_when_the_log_is_back()
      throws Exception {
    CountDownLatch out = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Relay relay =
        Relay.of(
            ref -> {
              called.add(ref.branch() + "#" + ref.attempt());
              out.countDown();
              await(go);
              return Relay.ok();
            });
    try (TransactionRuntime runtime = rig.open(relay)) {
      var answer = start(runtime, "a", "2");
      await(out);
      rig.log.away(true);
      go.countDown();
      assertThat(get(answer)).isInstanceOf(Outcome.Pending.class);
      int refused = rig.log.refusals.get();
      while (rig.log.refusals.get() < refused + 3) {
        Thread.onSpinWait(); // It keeps looking.
      }
      rig.log.away(false);
      assertThat(get(start(runtime, "a", "2"))).isInstanceOf(Outcome.Done.class);
      assertThat(rig.log.read(tx("a"))).hasSize(3);
    }
  }

  @Test
  void whoever_asks_for_a_change_while_the_log_is_lost_is_told_so() throws Exception {
    CountDownLatch out = new CountDownLatch(2);
    CountDownLatch go = new CountDownLatch(1);
    Relay relay =
        Relay.of(
            ref -> {
              out.countDown();
              await(go);
              return Relay.ok();
            });
    try (TransactionRuntime runtime = rig.open(relay)) {
      var a = start(runtime, "a", "1");
      var b = start(runtime, "b", "1");
      await(out);
      rig.log.plan(records -> FaultyLog.Fault.UNAVAILABLE);
      assertThatThrownBy(() -> get(runtime.cancel(tx("a"), "why not")))
          .cause()
          .isInstanceOf(LogUnavailableException.class);
      assertThat(get(a)).isInstanceOf(Outcome.Pending.class);
      rig.log.plan(records -> FaultyLog.Fault.FENCED);
      assertThatThrownBy(() -> get(runtime.cancel(tx("b"), "why not")))
          .cause()
          .isInstanceOf(CoordinatorStoppedException.class);
      assertThat(get(b)).isInstanceOf(Outcome.Pending.class);
      go.countDown();
    }
  }

  @Test
  void once_fenced_it_stops_says_pending_and_interrupts_its_calls() throws Exception {
    CountDownLatch out = new CountDownLatch(2);
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Relay relay =
        Relay.of(
            ref -> {
              out.countDown();
              if (ref.tx().equals(tx("trigger"))) {
                await(go);
                return Relay.ok();
              }
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException wanted) {
                interrupted.countDown();
              }
              return Relay.ok();
            });
    TransactionRuntime runtime = rig.open(relay);
    var trigger = start(runtime, "trigger", "1");
    var other = start(runtime, "other", "1");
    await(out);
    rig.log.acquire("somebody-else", Duration.ofSeconds(10));
    go.countDown();
    assertThat(get(trigger)).isInstanceOf(Outcome.Pending.class);
    assertThat(get(other)).isInstanceOf(Outcome.Pending.class);
    await(interrupted);
    assertThatThrownBy(() -> start(runtime, "new", "1"))
        .isInstanceOf(CoordinatorStoppedException.class)
        .hasMessageContaining("taken over");
    assertThatThrownBy(() -> runtime.cancel(tx("other"), "x"))
        .isInstanceOf(CoordinatorStoppedException.class);
    runtime.close();
    assertThat(rig.log.read(tx("trigger"))).hasSize(1);
    assertThat(rig.log.read(tx("other"))).hasSize(1);
  }

  @Test
  void a_renewal_that_is_fenced_stops_it_and_one_that_fails_is_repeated() throws Exception {
    CountDownLatch out = new CountDownLatch(1);
    Relay stuck =
        Relay.of(
            ref -> {
              out.countDown();
              await(new CountDownLatch(1));
              return Relay.ok();
            });
    RuntimeConfig config =
        Rig.QUICK.withLease(Duration.ofSeconds(9)).withPollInterval(Duration.ofMinutes(1));
    TransactionRuntime runtime = rig.open(config, stuck);
    var answer = start(runtime, "a", "1");
    await(out);
    rig.log.away(true);
    for (int renewal = 1; renewal <= 3; renewal++) {
      while (rig.log.renewals.get() < renewal) {
        rig.advance(Duration.ofSeconds(3));
      }
    }
    rig.log.away(false);
    assertThat(answer).isNotDone();
    rig.log.fenceAll();
    while (!runtime.isStopped()) {
      rig.advance(Duration.ofSeconds(3));
    }
    assertThat(get(answer)).isInstanceOf(Outcome.Pending.class);
    runtime.close();
  }

  @Test
  void closing_refuses_new_work_lets_calls_answer_and_writes_what_they_said() throws Exception {
    CountDownLatch out = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Relay relay =
        Relay.of(
            ref -> {
              out.countDown();
              await(go);
              return Relay.ok();
            });
    TransactionRuntime runtime = rig.open(relay);
    var answer = start(runtime, "a", "1");
    await(out);
    Thread closer = Thread.startVirtualThread(runtime::close);
    while (!refusesStarts(runtime)) {
      Thread.onSpinWait();
    }
    go.countDown();
    assertThat(get(answer)).isInstanceOf(Outcome.Done.class);
    closer.join();
    runtime.close();
    assertThat(rig.log.read(tx("a"))).hasSize(2);
  }

  private static boolean refusesStarts(TransactionRuntime runtime) {
    try {
      runtime.requireRunning();
      return false;
    } catch (CoordinatorStoppedException closing) {
      return true;
    }
  }

  @Test
  void a_closed_runtime_starts_no_call_and_writes_nothing_more() throws Exception {
    int relays = 50;
    CountDownLatch out = new CountDownLatch(relays);
    AtomicBoolean closed = new AtomicBoolean();
    AtomicInteger late = new AtomicInteger();
    // A relay makes many calls: it is all of them that have to be under way, not as many calls.
    Set<TxId> seen = ConcurrentHashMap.newKeySet();
    Relay relay =
        Relay.of(
            ref -> {
              if (closed.get()) {
                late.incrementAndGet();
              }
              if (seen.add(ref.tx())) {
                out.countDown();
              }
              return Relay.ok();
            });
    RuntimeConfig hasty =
        Rig.QUICK.withCloseWait(Duration.ZERO).withCallGrace(Duration.ofSeconds(30));
    TransactionRuntime runtime = rig.open(hasty, relay);
    List<CompletableFuture<Outcome<byte[]>>> answers = new ArrayList<>();
    for (int i = 0; i < relays; i++) {
      answers.add(start(runtime, "r-" + i, "100000"));
    }
    await(out);
    runtime.close();
    closed.set(true);
    int appends = rig.log.appends.get();
    rig.reopenLog();
    assertThat(rig.log.appends).hasValue(0);
    assertThat(late).hasValue(0);
    for (CompletableFuture<Outcome<byte[]>> answer : answers) {
      assertThat(get(answer)).isInstanceOf(Outcome.Pending.class);
    }
    assertThat(appends).isPositive();
    assertThat(rig.log.list(Set.of(io.quorate.core.tx.log.TxHead.Status.OPEN), null, 100))
        .hasSize(relays);
  }

  @Test
  void an_interrupt_of_close_is_kept_and_close_completes() throws Exception {
    CountDownLatch out = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Relay relay =
        Relay.of(
            ref -> {
              out.countDown();
              await(go);
              return Relay.ok();
            });
    TransactionRuntime runtime = rig.open(relay);
    var answer = start(runtime, "a", "1");
    await(out);
    AtomicBoolean kept = new AtomicBoolean();
    Thread closer =
        Thread.startVirtualThread(
            () -> {
              Thread.currentThread().interrupt();
              runtime.close();
              kept.set(Thread.interrupted());
            });
    while (!refusesStarts(runtime)) {
      Thread.onSpinWait();
    }
    go.countDown();
    assertThat(get(answer)).isInstanceOf(Outcome.Done.class);
    closer.join();
    assertThat(kept).isTrue();
  }

  @Test
  void a_writer_that_cannot_find_out_says_so_and_never_that_nothing_was_written() throws Exception {
    Epoch epoch = rig.log.acquire("rig", Duration.ofSeconds(10));
    LogWriter writer =
        new LogWriter(
            rig.log,
            epoch,
            Retry.exponential(Duration.ofMillis(1), Duration.ofMillis(1)).attempts(3));
    LogRecord begin = willing().enlist(tx("a"), input("1"), rig.log.now());
    rig.log.plan(
        records -> {
          rig.log.away(true);
          return FaultyLog.Fault.LOST_ANSWER;
        });
    assertThatThrownBy(() -> writer.append(List.of(begin)))
        .isInstanceOf(IndeterminateException.class);
    rig.log.away(false);
    assertThat(rig.log.read(tx("a"))).hasSize(1);
  }

  @Test
  void a_writer_that_finds_somebody_elses_record_reports_the_conflict() throws Exception {
    Epoch epoch = rig.log.acquire("rig", Duration.ofSeconds(10));
    LogWriter writer = new LogWriter(rig.log, epoch, LogWriter.READ_BACK);
    LogRecord mine = willing().enlist(tx("a"), input("1"), rig.log.now());
    LogRecord theirs = willing().enlist(tx("a"), input("2"), rig.log.now());
    AtomicBoolean once = new AtomicBoolean();
    rig.log.plan(
        records -> {
          if (records.getFirst().equals(mine) && once.compareAndSet(false, true)) {
            try {
              rig.log.append(epoch, List.of(theirs));
            } catch (Exception impossible) {
              throw new AssertionError(impossible);
            }
            return FaultyLog.Fault.LOST_RECORDS;
          }
          return FaultyLog.Fault.NONE;
        });
    assertThatThrownBy(() -> writer.append(List.of(mine)))
        .isInstanceOf(SequenceConflictException.class);
    assertThat(rig.log.read(tx("a"))).containsExactly(theirs);
  }

  @Test
  void after_the_log_came_back_nothing_was_called_more_often_than_it_had_to_be() throws Exception {
    ConcurrentHashMap<String, Integer> calls = new ConcurrentHashMap<>();
    Relay relay =
        Relay.of(
            ref -> {
              calls.merge(ref.tx() + "/" + ref.branch(), 1, Integer::sum);
              return Relay.ok();
            });
    AtomicInteger failures = new AtomicInteger();
    rig.log.plan(
        records ->
            records.getFirst().seq() > 0 && failures.incrementAndGet() % 3 == 0
                ? FaultyLog.Fault.UNAVAILABLE
                : FaultyLog.Fault.NONE);
    try (TransactionRuntime runtime = rig.open(relay)) {
      for (int i = 0; i < 30; i++) {
        String id = "a-" + i;
        Outcome<byte[]> outcome = get(start(runtime, id, "3"));
        while (outcome instanceof Outcome.Pending) {
          outcome = get(start(runtime, id, "3"));
        }
        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        assertThat(rig.log.read(tx(id))).hasSize(4);
      }
    }
    int extra = calls.values().stream().mapToInt(n -> n - 1).sum();
    assertThat(extra)
        .as("a leg is repeated only where its record was lost")
        .isBetween(1, failures.get() / 3);
  }
}
