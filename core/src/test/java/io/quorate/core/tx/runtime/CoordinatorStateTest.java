package io.quorate.core.tx.runtime;

import static io.quorate.core.tx.runtime.CoordinatorState.Status.LOG_AWAY;
import static io.quorate.core.tx.runtime.CoordinatorState.Status.RUNNING;
import static io.quorate.core.tx.runtime.CoordinatorState.Status.STOPPED;
import static io.quorate.core.tx.runtime.Rig.get;
import static io.quorate.core.tx.runtime.Rig.start;
import static io.quorate.core.tx.runtime.Rig.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.tx.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a coordinator says of itself, and when. */
@Timeout(30)
class CoordinatorStateTest {
  @TempDir Path directory;
  private Rig rig;
  private final List<CoordinatorState> told = new CopyOnWriteArrayList<>();
  private final RuntimeConfig watched =
      Rig.QUICK
          .withLease(Duration.ofSeconds(9))
          .watchedBy(
              state -> {
                throw new AssertionError("a listener's own");
              })
          .watchedBy(told::add);

  @BeforeEach
  void open() {
    rig = new Rig(directory);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private TransactionRuntime running() throws Exception {
    return rig.open(watched, Relay.of(ref -> Relay.ok()));
  }

  private void letTheLoopTurn() throws InterruptedException {
    int looks = rig.log.looks.get();
    until(() -> rig.log.looks.get() >= looks + 5);
  }

  private static void awaitStatus(TransactionRuntime runtime, CoordinatorState.Status status)
      throws InterruptedException {
    until(() -> runtime.state().status() == status);
  }

  @Test
  void a_log_that_goes_away_and_comes_back_is_two_changes_however_often_it_was_asked()
      throws Exception {
    try (TransactionRuntime runtime = running()) {
      assertThat(runtime.state()).isEqualTo(new CoordinatorState(RUNNING, ""));
      rig.log.away(true);
      awaitStatus(runtime, LOG_AWAY);
      assertThat(runtime.state().why()).contains("away");
      assertThat(runtime.isRunning()).as("it takes work still").isTrue();
      letTheLoopTurn();
      rig.log.away(false);
      awaitStatus(runtime, RUNNING);
      letTheLoopTurn();
      assertThat(told).extracting(CoordinatorState::status).containsExactly(LOG_AWAY, RUNNING);
      assertThat(get(start(runtime, "a", "1"))).isInstanceOf(Outcome.Done.class);
    }
  }

  @Test
  void a_renewal_that_fails_for_whatever_reason_is_told_and_repeated() throws Exception {
    try (TransactionRuntime runtime = running()) {
      List<Throwable> failures =
          new ArrayList<>(
              List.of(new IllegalStateException("odd"), new StackOverflowError("deep")));
      rig.log.renewalsFail(() -> failures.isEmpty() ? null : failures.removeFirst());
      for (int renewal = 1; renewal <= 2; renewal++) {
        while (rig.log.renewals.get() < renewal) {
          rig.advance(Duration.ofSeconds(3));
        }
      }
      awaitStatus(runtime, LOG_AWAY);
      letTheLoopTurn();
      assertThat(runtime.state().status())
          .as("what is due could be read, but the lease is not renewed")
          .isEqualTo(LOG_AWAY);
      while (told.size() < 2) {
        rig.advance(Duration.ofSeconds(3));
      }
      assertThat(told).extracting(CoordinatorState::status).containsExactly(LOG_AWAY, RUNNING);
      assertThat(told.getFirst().why()).contains("odd");
    }
  }

  @Test
  void one_that_was_taken_over_says_so_once_and_for_all() throws Exception {
    TransactionRuntime runtime = running();
    rig.log.fenceAll();
    awaitStatus(runtime, STOPPED);
    assertThat(runtime.isRunning()).isFalse();
    assertThat(runtime.state().why()).contains("another coordinator has taken over");
    runtime.close();
    assertThat(told).extracting(CoordinatorState::status).containsExactly(STOPPED);
  }

  @Test
  void one_that_is_closed_has_stopped_and_can_be_opened_again() throws Exception {
    TransactionRuntime first = running();
    first.close();
    assertThat(first.isRunning()).isFalse();
    assertThat(first.state())
        .isEqualTo(new CoordinatorState(STOPPED, "the coordinator was closed"));
    assertThat(told).containsExactly(first.state());
    rig.reopenLog();
    try (TransactionRuntime second = running()) {
      assertThat(second.isRunning()).isTrue();
      assertThat(get(start(second, "a", "1"))).isInstanceOf(Outcome.Done.class);
    }
  }

  @Test
  void a_log_that_stays_away_ends_with_the_coordinator_as_stopped() throws Exception {
    TransactionRuntime runtime = running();
    rig.log.away(true);
    awaitStatus(runtime, LOG_AWAY);
    runtime.close();
    assertThat(told).extracting(CoordinatorState::status).containsExactly(LOG_AWAY, STOPPED);
  }
}
