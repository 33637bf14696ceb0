package io.quorate.raft.session;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.time.Timers;
import io.quorate.raft.RaftException;
import io.quorate.raft.StateMachine;
import io.quorate.raft.core.Refusal;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a session's client says of a command when not all goes well. */
final class SessionDoubtTest {
  private static final Duration PAUSE = Duration.ofMillis(1);

  /** Counts what it is told. */
  private static final class Counter implements StateMachine {
    int count;

    @Override
    public byte[] apply(long index, ByteBuffer command) {
      return new byte[] {(byte) ++count};
    }

    @Override
    public View snapshot() {
      return out -> out.write(count);
    }

    @Override
    public void restore(InputStream in) {
      throw new UnsupportedOperationException();
    }
  }

  private final Counter counter = new Counter();
  private final SessionMachine machine = new SessionMachine(counter, 1);
  private final Timers timers = Timers.system("session-doubt");
  private long index;

  /** What happens to the next proposals instead of being answered. */
  private final Deque<UnaryOperator<CompletableFuture<byte[]>>> mishaps = new ArrayDeque<>();

  @AfterEach
  void stop() {
    timers.close();
  }

  private CompletableFuture<byte[]> propose(byte[] command) {
    UnaryOperator<CompletableFuture<byte[]>> mishap = mishaps.poll();
    if (mishap == null) {
      return CompletableFuture.completedFuture(machine.apply(++index, ByteBuffer.wrap(command)));
    }
    return mishap.apply(CompletableFuture.completedFuture(command));
  }

  private static UnaryOperator<CompletableFuture<byte[]>> fails(RaftException why) {
    return ignored -> CompletableFuture.failedFuture(why);
  }

  private UnaryOperator<CompletableFuture<byte[]>> losesAnswer() {
    return command -> {
      byte[] unheard = machine.apply(++index, ByteBuffer.wrap(command.join()));
      assertThat(unheard).isNotEmpty();
      return CompletableFuture.failedFuture(unknown());
    };
  }

  private static RaftException unknown() {
    return new RaftException.Unknown("lost", null);
  }

  private static RaftException refused() {
    return new RaftException.Refused(Refusal.NOT_LEADER, 0);
  }

  private static RaftException stopped() {
    return new RaftException.Stopped("closed", null);
  }

  private SessionClient open() {
    return SessionClient.open(this::propose, timers, PAUSE).join();
  }

  /** What a call failed with. */
  private static Throwable failure(CompletableFuture<byte[]> call) {
    return call.handle((done, why) -> requireNonNull(why.getCause())).join();
  }

  @Test
  void a_command_whose_answer_was_lost_takes_effect_once() {
    SessionClient client = open();
    mishaps.add(losesAnswer());
    mishaps.add(losesAnswer());
    assertThat(client.call(new byte[1]).join()).containsExactly(1);
    assertThat(counter.count).isEqualTo(1);
  }

  @Test
  void a_node_that_stops_leaves_a_command_in_doubt_only_if_an_attempt_was() {
    SessionClient client = open();
    mishaps.add(fails(stopped()));
    assertThat(failure(client.call(new byte[1]))).isInstanceOf(RaftException.Stopped.class);
    mishaps.add(losesAnswer());
    mishaps.add(fails(stopped()));
    assertThat(failure(client.call(new byte[1]))).isInstanceOf(RaftException.Unknown.class);
  }

  @Test
  void a_caller_ends_attempts_of_which_none_was_applied() {
    SessionClient client = open();
    mishaps.add(fails(refused()));
    assertThat(failure(client.call(new byte[1], () -> false)))
        .isInstanceOf(RaftException.Refused.class);
    mishaps.add(losesAnswer());
    mishaps.add(fails(refused()));
    assertThat(client.call(new byte[1], () -> false).join()).containsExactly(1);
    assertThat(counter.count).isEqualTo(1);
  }

  @Test
  void calls_that_failed_take_no_room_from_others() {
    SessionClient client = open();
    for (int i = 0; i <= SessionMachine.ANSWERS_MAX; i++) {
      mishaps.add(fails(refused()));
      assertThatThrownBy(client.call(new byte[1], () -> false)::join)
          .hasCauseInstanceOf(RaftException.Refused.class);
    }
    assertThat(client.call(new byte[1]).join()).containsExactly(1);
  }

  @Test
  void an_expired_session_says_whether_its_command_may_have_been_applied() {
    SessionClient first = open();
    SessionClient second = open();
    assertThat(failure(first.call(new byte[1])))
        .isInstanceOfSatisfying(
            SessionExpiredException.class, e -> assertThat(e.mayHaveBeenApplied()).isFalse());
    mishaps.add(losesAnswer());
    mishaps.add(
        command -> {
          SessionClient third = open();
          assertThat(third.session()).isPositive();
          return CompletableFuture.failedFuture(refused());
        });
    assertThat(failure(second.call(new byte[1])))
        .isInstanceOfSatisfying(
            SessionExpiredException.class, e -> assertThat(e.mayHaveBeenApplied()).isTrue());
    assertThat(counter.count).isEqualTo(1);
  }

  @Test
  void a_call_ends_when_the_timers_are_closed() {
    SessionClient client = open();
    timers.close();
    mishaps.add(fails(unknown()));
    assertThat(failure(client.call(new byte[1]))).isInstanceOf(RaftException.Unknown.class);
  }
}
