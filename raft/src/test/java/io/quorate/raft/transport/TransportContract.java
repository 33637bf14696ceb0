package io.quorate.raft.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.quorate.raft.codec.RandomMessages;
import io.quorate.raft.core.Message;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.transport.Recorder.Lost;
import io.quorate.raft.transport.Recorder.Received;
import io.quorate.testkit.seed.SeededRandom;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every transport promises, between nodes 1 and 2; each has the other as its peer. */
@Timeout(60)
public abstract class TransportContract {
  /** How many bytes of entries may wait for a node. */
  protected static final int QUEUE_BYTES = 4 << 20;

  /** What may be under way beyond that: buffers of sockets, of streams, and a frame or two. */
  private static final int SLACK_BYTES = 24 << 20;

  private final Recorder first = new Recorder();
  private Recorder second = new Recorder();
  private Transport one;
  private Transport two;

  /** A transport for a node, not started; once it is, the others find it. */
  protected abstract Transport create(long node) throws Exception;

  /** A node was started. */
  protected abstract void started(long node, Transport transport);

  @BeforeEach
  void startBoth() throws Exception {
    one = start(1, first);
    two = start(2, second);
  }

  private Transport start(long node, Receiver receiver) throws Exception {
    Transport transport = create(node);
    transport.start(receiver);
    started(node, transport);
    return transport;
  }

  @AfterEach
  void closeBoth() {
    one.close();
    two.close();
  }

  private static Message.Append append(long index, int bytes) {
    byte[] command = new byte[bytes];
    ByteBuffer.wrap(command).putLong(0, index);
    EntryBatch batch = new EntryBatch(1, index, new Payload.Commands(1, ByteBuffer.wrap(command)));
    return new Message.Append(1, index - 1, 0, List.of(batch), 0, 1);
  }

  private static Message heartbeat(long round) {
    return new Message.Heartbeat(1, round, 0);
  }

  /** Sends until something arrives: how a leader finds a node that came back. */
  private Received reached() throws InterruptedException {
    for (int round = 0; round < 2_000; round++) {
      one.send(0, 2, heartbeat(round));
      Received received = second.received.poll(10, MILLISECONDS);
      if (received != null) {
        return received;
      }
    }
    throw new AssertionError("not reached");
  }

  @Test
  void every_kind_of_message_arrives_as_it_was() throws Exception {
    SeededRandom random = new SeededRandom(1);
    List<Message> sent = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      Message message = RandomMessages.any(random);
      sent.add(message);
      one.send(i % 7, 2, message);
    }
    List<Message> came = new ArrayList<>();
    for (int i = 0; i < sent.size(); i++) {
      Received received = second.next();
      assertThat(received.from()).isEqualTo(1);
      came.add(received.message());
    }
    for (Traffic traffic : Traffic.values()) {
      assertThat(came.stream().filter(m -> Traffic.of(m) == traffic))
          .as("in order: " + traffic)
          .containsExactlyElementsOf(sent.stream().filter(m -> Traffic.of(m) == traffic).toList());
    }
    assertThat(first.lost).isEmpty();
  }

  @Test
  void messages_of_all_groups_arrive_in_the_order_they_were_sent_in() throws Exception {
    int count = 20_000;
    for (int i = 1; i <= count; i++) {
      one.send(65_535 - i % 3, 2, append(i, 16));
      two.send(i % 3, 1, new Message.AppendAck(1, i, 0, 1));
    }
    for (int i = 1; i <= count; i++) {
      assertThat(second.next()).isEqualTo(new Received(65_535 - i % 3, 1, append(i, 16)));
      assertThat(first.next()).isEqualTo(new Received(i % 3, 2, new Message.AppendAck(1, i, 0, 1)));
    }
  }

  @Test
  void a_large_message_arrives() throws Exception {
    Message large = append(1, 3 << 20);
    one.send(0, 2, large);
    assertThat(second.next().message()).isEqualTo(large);
  }

  @Test
  void losses_to_a_node_that_is_away_are_told_once_for_each_group() throws Exception {
    two.close();
    for (int i = 1; i <= 100; i++) {
      one.send(3, 2, append(i, 100));
      one.send(4, 2, append(i, 100));
    }
    assertThat(List.of(first.nextLost(), first.nextLost()))
        .containsExactlyInAnyOrder(new Lost(3, 2), new Lost(4, 2));
    one.send(3, 2, append(101, 100));
    one.send(5, 2, append(1, 100));
    assertThat(first.nextLost()).isEqualTo(new Lost(5, 2));
    assertThat(first.lost).isEmpty();
  }

  @Test
  void a_message_to_nobody_is_told() throws Exception {
    one.send(0, 77, heartbeat(1));
    assertThat(first.nextLost()).isEqualTo(new Lost(0, 77));
  }

  @Test
  void a_node_that_was_started_again_is_reached_again_and_lost_again() throws Exception {
    reached();
    two.close();
    one.send(0, 2, heartbeat(1));
    assertThat(first.nextLost()).isEqualTo(new Lost(0, 2));
    second = new Recorder();
    two = start(2, second);
    assertThat(reached().from()).isEqualTo(1);
    first.lost.clear();
    two.close();
    one.send(0, 2, heartbeat(2));
    assertThat(first.nextLost()).isEqualTo(new Lost(0, 2));
  }

  @Test
  void what_there_is_no_room_for_waits_and_loses_nothing() throws Exception {
    AtomicInteger offers = new AtomicInteger();
    second.room = message -> offers.incrementAndGet() % 100 != 0;
    for (int i = 1; i <= 1_000; i++) {
      one.send(0, 2, append(i, 100));
    }
    for (int i = 1; i <= 1_000; i++) {
      assertThat(second.next().message()).isEqualTo(append(i, 100));
    }
    assertThat(first.lost).isEmpty();
  }

  @Test
  void heartbeats_pass_entries_that_there_is_no_room_for() throws Exception {
    second.room = message -> message instanceof Message.Heartbeat;
    for (int i = 1; i <= 100; i++) {
      one.send(0, 2, append(i, 100_000));
    }
    for (int i = 1; i <= 50; i++) {
      one.send(0, 2, heartbeat(i));
      assertThat(second.next().message()).isEqualTo(heartbeat(i));
    }
    second.room = message -> true;
    assertThat(second.next().message()).isEqualTo(append(1, 100_000));
  }

  @Test
  void what_waits_for_a_node_that_does_not_read_is_bounded() throws Exception {
    second.room = message -> false;
    int bytes = 64 << 10;
    int count = 2 * (QUEUE_BYTES + SLACK_BYTES) / bytes;
    for (int i = 1; i <= count; i++) {
      one.send(9, 2, append(i, bytes));
    }
    assertThat(first.nextLost()).isEqualTo(new Lost(9, 2));
    second.room = message -> true;
    long arrived = 0;
    // The last one sent may be lost, what is sent now is not: there is room once all has arrived.
    for (Message last = null; !(last instanceof Message.AppendAck); arrived++) {
      one.send(9, 2, new Message.AppendAck(1, 1, 1, 1));
      last = second.next().message();
    }
    assertThat(arrived * bytes).isBetween((long) QUEUE_BYTES / 2, (long) QUEUE_BYTES + SLACK_BYTES);
  }

  @Test
  void a_question_is_answered() throws Exception {
    second.answers =
        question ->
            CompletableFuture.supplyAsync(
                () -> ByteBuffer.wrap(("re: " + UTF_8.decode(question)).getBytes(UTF_8)));
    for (int i = 0; i < 100; i++) {
      ByteBuffer question = ByteBuffer.wrap(("question " + i).getBytes(UTF_8));
      assertThat(UTF_8.decode(one.call(3, 2, question).get()).toString())
          .isEqualTo("re: question " + i);
      assertThat(question.remaining()).as("left alone").isPositive();
    }
  }

  @Test
  void a_question_to_a_node_that_is_away_is_certainly_not_delivered() {
    two.close();
    for (int i = 0; i < 10; i++) {
      assertThat(failure(one.call(0, 2, ByteBuffer.allocate(8))).mayHaveBeenDelivered()).isFalse();
    }
    assertThat(failure(one.call(0, 77, ByteBuffer.allocate(8))).mayHaveBeenDelivered()).isFalse();
  }

  @Test
  void a_question_whose_node_dies_before_it_answers_may_have_been_delivered() throws Exception {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    second.answers =
        question -> {
          asked.complete(null);
          return new CompletableFuture<>();
        };
    CompletableFuture<ByteBuffer> answer = one.call(0, 2, ByteBuffer.allocate(8));
    asked.get(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS);
    two.close();
    assertThat(failure(answer).mayHaveBeenDelivered()).isTrue();
  }

  @Test
  void a_question_that_its_node_fails_at_may_have_been_delivered() {
    second.answers = question -> CompletableFuture.failedFuture(new IllegalStateException("no"));
    assertThat(failure(one.call(0, 2, ByteBuffer.allocate(8))).mayHaveBeenDelivered()).isTrue();
    second.answers =
        question -> {
          throw new IllegalStateException("no");
        };
    assertThat(failure(one.call(0, 2, ByteBuffer.allocate(8))).mayHaveBeenDelivered()).isTrue();
  }

  @Test
  void questions_fail_when_their_own_node_is_closed() throws Exception {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    second.answers =
        question -> {
          asked.complete(null);
          return new CompletableFuture<>();
        };
    CompletableFuture<ByteBuffer> answer = one.call(0, 2, ByteBuffer.allocate(8));
    asked.get(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS);
    one.close();
    assertThat(failure(answer).mayHaveBeenDelivered()).isTrue();
    assertThat(failure(one.call(0, 2, ByteBuffer.allocate(8))).mayHaveBeenDelivered()).isFalse();
  }

  static TransportException failure(CompletableFuture<ByteBuffer> answer) {
    try {
      ByteBuffer given = answer.get(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS);
      throw new AssertionError("answered: " + given);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(TransportException.class);
      return requireNonNull((TransportException) e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void what_a_caller_gets_wrong_is_refused() throws Exception {
    assertThatIllegalArgumentException().isThrownBy(() -> one.send(-1, 2, heartbeat(1)));
    assertThatIllegalArgumentException().isThrownBy(() -> one.send(65_536, 2, heartbeat(1)));
    assertThatIllegalStateException().isThrownBy(() -> one.start(first));
    Transport fresh = create(3);
    assertThatIllegalStateException().isThrownBy(() -> fresh.send(0, 2, heartbeat(1)));
    assertThatIllegalStateException().isThrownBy(() -> fresh.call(0, 2, ByteBuffer.allocate(0)));
    fresh.close();
    assertThatIllegalStateException().isThrownBy(() -> fresh.start(first));
  }

  @Test
  void no_thread_is_left_once_it_is_closed() throws Exception {
    reached();
    one.call(0, 2, ByteBuffer.allocate(8)).get();
    assertThat(ownThreads()).isNotEmpty().allMatch(Thread::isDaemon);
    one.close();
    one.close();
    two.close();
    one.send(0, 2, heartbeat(1));
    assertThat(ownThreads()).isEmpty();
  }

  private static List<Thread> ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().matches("quorate-raft-[12]-.*"))
        .toList();
  }

  @Test
  void nothing_is_handed_over_once_it_is_closed() throws Exception {
    reached();
    CompletableFuture<Void> stop = new CompletableFuture<>();
    CompletableFuture<Void> sending =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 1; !stop.isDone(); i++) {
                one.send(0, 2, heartbeat(i));
              }
            });
    second.next();
    two.close();
    int received = second.received.size();
    first.nextLost();
    assertThat(second.received).hasSize(received);
    stop.complete(null);
    sending.get();
  }
}
