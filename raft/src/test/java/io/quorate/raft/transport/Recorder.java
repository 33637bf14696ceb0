package io.quorate.raft.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.core.Message;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Keeps what a transport hands over; what it has room for and answers is up to the test. */
public final class Recorder implements Receiver {
  /** Longer than anything takes, so that a test that would hang fails instead. */
  public static final int PATIENCE_SECONDS = 20;

  /** A message that came. */
  public record Received(int group, long from, Message message) {}

  /** A loss that was told. */
  public record Lost(int group, long node) {}

  /** What came. */
  public final BlockingQueue<Received> received = new LinkedBlockingQueue<>();

  /** What was told to be lost. */
  public final BlockingQueue<Lost> lost = new LinkedBlockingQueue<>();

  /** What there is room for. */
  public volatile Predicate<Message> room = message -> true;

  /** What is answered. */
  public volatile Function<ByteBuffer, CompletableFuture<ByteBuffer>> answers =
      CompletableFuture::completedFuture;

  /** Where snapshots go. */
  public volatile Function<Message.InstallSnapshot, SnapshotSink> sinks =
      install -> {
        throw new IllegalStateException("no snapshot is expected");
      };

  @Override
  public boolean receive(int group, long from, Message message) {
    return room.test(message) && received.add(new Received(group, from, message));
  }

  @Override
  public void unreachable(int group, long node) {
    lost.add(new Lost(group, node));
  }

  @Override
  public SnapshotSink snapshot(int group, long from, Message.InstallSnapshot install) {
    return sinks.apply(install);
  }

  @Override
  public CompletableFuture<ByteBuffer> answer(int group, long from, ByteBuffer question) {
    return answers.apply(question);
  }

  /** The next message, once it came. */
  public Received next() throws InterruptedException {
    return some(received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "message");
  }

  /** The next loss, once it was told. */
  public Lost nextLost() throws InterruptedException {
    return some(lost.poll(PATIENCE_SECONDS, TimeUnit.SECONDS), "loss");
  }

  private static <T> T some(@Nullable T value, String what) {
    assertThat(value).as(what).isNotNull();
    if (value == null) {
      throw new AssertionError(what);
    }
    return value;
  }
}
