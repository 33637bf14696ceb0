package io.quorate.demo.load;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.core.time.Ticker;
import io.quorate.demo.wire.Order;
import io.quorate.demo.wire.OrdersGrpc;
import io.quorate.demo.wire.Placed;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The shop's clients: each places one order after the other. A client that gets no answer, because
 * the order service is dead or slow, places the same order again under the same id until it is told
 * an outcome.
 */
public final class Clients implements AutoCloseable {
  private static final Duration CALL_MAX = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** What says nothing about the order: the call may not even have arrived. */
  private static final Set<Status.Code> NO_ANSWER =
      Set.of(
          Status.Code.UNAVAILABLE,
          Status.Code.DEADLINE_EXCEEDED,
          Status.Code.RESOURCE_EXHAUSTED,
          Status.Code.CANCELLED,
          Status.Code.INTERNAL,
          Status.Code.UNKNOWN);

  private final ManagedChannel channel;
  private final OrdersGrpc.OrdersBlockingStub orders;
  private final OrderMix mix;
  private final Answers answers;
  private final Ticker ticker = Ticker.system();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

  /**
   * @param channel to the order service; the caller's to close, after this
   */
  public Clients(ManagedChannel channel, OrderMix mix, Answers answers) {
    this.channel = channel;
    this.orders = OrdersGrpc.newBlockingStub(channel);
    this.mix = mix;
    this.answers = answers;
  }

  /** Starts {@code count} clients; they stop by themselves when all orders have an answer. */
  public void start(int count) {
    for (int client = 0; client < count; client++) {
      threads.execute(() -> guarded(this::shop));
    }
  }

  /** Throws what has broken a client, if anything has. */
  public void check() {
    RuntimeException broken = failure.get();
    if (broken != null) {
      throw new IllegalStateException("a client cannot go on: " + broken.getMessage(), broken);
    }
  }

  private void guarded(Task task) {
    try {
      task.run();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException broken) {
      failure.compareAndSet(null, broken);
    }
  }

  private void shop() throws InterruptedException {
    for (int number = next.getAndIncrement();
        number < mix.orders();
        number = next.getAndIncrement()) {
      Order order = mix.order(number);
      switch (mix.repeat(number)) {
        case NONE -> place(order);
        case AT_ONCE -> {
          threads.execute(() -> guarded(() -> place(order)));
          place(order);
        }
        case AFTERWARDS -> {
          place(order);
          place(order);
        }
      }
    }
  }

  private void place(Order order) throws InterruptedException {
    long began = ticker.nanos();
    for (int calls = 1; ; calls++) {
      Placed placed = call(order);
      if (placed.getResult() != Placed.Result.PENDING) {
        answers.add(
            new Answer(order, placed.getResult(), placed.getWhy(), ticker.nanos() - began, calls));
        return;
      }
    }
  }

  private Placed call(Order order) throws InterruptedException {
    try {
      return orders.withDeadlineAfter(CALL_MAX.toMillis(), TimeUnit.MILLISECONDS).place(order);
    } catch (StatusRuntimeException failed) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException("closing");
      }
      if (!NO_ANSWER.contains(failed.getStatus().getCode())) {
        throw failed;
      }
      Thread.sleep(PAUSE);
      // Else the channel waits by itself, long after a killed order service is back.
      channel.resetConnectBackoff();
      return Placed.newBuilder().setResult(Placed.Result.PENDING).build();
    }
  }

  /** Stops all clients where they are. */
  @Override
  public void close() {
    threads.shutdownNow();
  }

  @FunctionalInterface
  private interface Task {
    void run() throws InterruptedException;
  }
}
