package io.quorate.core.tx.runtime;

import static io.quorate.core.tx.runtime.Rig.await;
import static io.quorate.core.tx.runtime.Rig.get;
import static io.quorate.core.tx.runtime.Rig.tx;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.machine.Call;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Each call is answered once, and an interrupt hits nothing but the call. */
class CallRunnerTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final ManualTimers timers = new ManualTimers();
  private final CallRunner runner = new CallRunner(timers, GRACE, new Observers(List.of()));
  private final AtomicInteger answers = new AtomicInteger();
  private final AtomicBoolean interruptedInAnswer = new AtomicBoolean();

  private CompletableFuture<Verdict> start(Function<BranchRef, Verdict> participant) {
    BranchRef ref =
        new BranchRef(tx("a"), "leg-0", Phase.TRY, 1, new Epoch("rig", 1), Instant.EPOCH);
    Relay relay = new Relay("relay", 1, TIMEOUT, participant);
    Relay.State state =
        new Relay.State(tx("a"), ref.epoch(), Instant.EPOCH, 1, 0, 1, 1, Relay.Mood.RUNNING);
    CompletableFuture<Verdict> answer = new CompletableFuture<>();
    runner.start(
        relay,
        state,
        new Call(ref, TIMEOUT),
        verdict -> {
          answers.incrementAndGet();
          interruptedInAnswer.compareAndSet(false, Thread.currentThread().isInterrupted());
          answer.complete(verdict);
        });
    return answer;
  }

  private void assertAllOver() {
    runner.awaitNone(Duration.ofSeconds(Rig.PATIENCE_SECONDS));
    assertThat(interruptedInAnswer).isFalse();
    assertThat(timers.waiting()).as("timers left behind").isZero();
  }

  @Test
  void an_answer_in_time_is_given_as_it_is() throws Exception {
    assertThat(get(start(ref -> new Verdict.No("sold out")))).isEqualTo(new Verdict.No("sold out"));
    assertAllOver();
    assertThat(answers).hasValue(1);
  }

  @Test
  void whatever_is_thrown_is_unknown_and_so_is_nothing() throws Exception {
    assertThat(
            get(
                start(
                    ref -> {
                      throw new IllegalStateException("broken");
                    })))
        .isEqualTo(new Verdict.Unknown("java.lang.IllegalStateException: broken"));
    assertThat(
            get(
                start(
                    ref -> {
                      throw new StackOverflowError();
                    })))
        .isInstanceOf(Verdict.Unknown.class);
    assertThat(get(start(CallRunnerTest::nothing))).isInstanceOf(Verdict.Unknown.class);
    assertAllOver();
  }

  @SuppressWarnings("NullAway") // What a participant in another language of the JVM can do.
  private static Verdict nothing(BranchRef ref) {
    return null;
  }

  @Test
  void a_call_whose_time_is_up_is_interrupted_and_answered_once() throws Exception {
    CountDownLatch out = new CountDownLatch(1);
    CompletableFuture<Verdict> answer =
        start(
            ref -> {
              out.countDown();
              await(new CountDownLatch(1));
              return Relay.ok();
            });
    await(out);
    timers.advance(TIMEOUT.minusNanos(1));
    assertThat(answer).isNotDone();
    timers.advance(Duration.ofNanos(1));
    assertThat(get(answer)).isInstanceOf(Verdict.Unknown.class);
    timers.advance(GRACE);
    assertAllOver();
    assertThat(answers).hasValue(1);
  }

  @Test
  void a_definite_answer_in_spite_of_the_interrupt_counts() throws Exception {
    CountDownLatch out = new CountDownLatch(1);
    CompletableFuture<Verdict> answer =
        start(
            ref -> {
              out.countDown();
              boolean interrupted = false;
              while (!interrupted) {
                interrupted = Thread.currentThread().isInterrupted();
                Thread.onSpinWait();
              }
              return new Verdict.Ok(new byte[] {7});
            });
    await(out);
    timers.advance(TIMEOUT);
    assertThat(get(answer)).isInstanceOf(Verdict.Ok.class);
    assertAllOver();
  }

  @Test
  void a_call_that_ignores_its_interrupt_is_unknown_after_the_grace_and_late_answers_are_dropped()
      throws Exception {
    CountDownLatch out = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    CompletableFuture<Verdict> answer =
        start(
            ref -> {
              out.countDown();
              boolean left = false;
              while (!left) {
                try {
                  go.await();
                  left = true;
                } catch (InterruptedException ignored) {
                  left = false;
                }
              }
              ended.countDown();
              return Relay.ok();
            });
    await(out);
    timers.advance(TIMEOUT);
    assertThat(answer).isNotDone();
    timers.advance(GRACE);
    assertThat(get(answer)).isEqualTo(new Verdict.Unknown("no answer within PT3S"));
    go.countDown();
    await(ended);
    assertAllOver();
    assertThat(answers).hasValue(1);
  }

  @Test
  void once_stopped_no_call_is_started_and_those_out_are_interrupted() throws Exception {
    CountDownLatch out = new CountDownLatch(1);
    CompletableFuture<Verdict> answer =
        start(
            ref -> {
              out.countDown();
              await(new CountDownLatch(1));
              return Relay.ok();
            });
    await(out);
    runner.stop();
    assertThat(get(answer)).isEqualTo(new Verdict.Unknown("the coordinator stopped"));
    AtomicBoolean called = new AtomicBoolean();
    CompletableFuture<Verdict> never =
        start(
            ref -> {
              called.set(true);
              return Relay.ok();
            });
    timers.close();
    runner.awaitNone(Duration.ofSeconds(Rig.PATIENCE_SECONDS));
    assertThat(never).isNotDone();
    assertThat(called).isFalse();
  }
}
