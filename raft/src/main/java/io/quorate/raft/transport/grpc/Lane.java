package io.quorate.raft.transport.grpc;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.quorate.raft.core.Message;
import io.quorate.raft.transport.Receiver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of messages to one node, on a connection of its own.
 *
 * <pre>
 *             a message waits            headers came
 *   idle ─────────────────▶ connecting ─────────────▶ open
 *    ▲                          │                      │
 *    └──── failed: all that waits is lost, none before the pause is over ────┘
 * </pre>
 *
 * <p>Anyone puts messages into the queue; all else happens on one event loop. A turn of it writes
 * whatever waits into frames as long as gRPC is ready, and leaves the rest for when it is again: no
 * message waits for a timer. A node that is away costs one attempt after each pause, and none while
 * nobody wants to tell it anything.
 */
final class Lane {
  private static final Logger log = LoggerFactory.getLogger(Lane.class);

  private record Waiting(int group, Message message, int bytes) {}

  private final GrpcTransportConfig config;
  private final Net net;
  private final Handshake handshake;
  private final Receiver receiver;
  private final long node;
  private final PeerAddress address;
  private final EventLoop loop;
  private final MethodDescriptor<InputStream, ByteBuffer> method;
  private final long bytesMax;

  private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();

  /** At most {@link #bytesMax}. */
  private final AtomicLong waitingBytes = new AtomicLong();

  /** Whether a turn of the loop is coming that will see what waits. */
  private final AtomicBoolean scheduled = new AtomicBoolean();

  /** The groups that lost messages since the queue was last sent to its end, and know it. */
  private final Set<Integer> lost = ConcurrentHashMap.newKeySet();

  private volatile @Nullable PeerRefusal refusal;

  // All below belongs to the loop.
  private final FrameWriter frame = new FrameWriter();

  /** The groups that said something on the stream that is open. */
  private final BitSet used = new BitSet();

  private @Nullable ManagedChannel channel;
  private @Nullable ClientCall<InputStream, ByteBuffer> stream;
  private @Nullable Future<?> timeout;
  private boolean open;

  /** Which stream this is, of all there have been. */
  private long streams;

  private boolean closed;
  private long openedNanos;
  private int failures;
  private long notBeforeNanos;

  Lane(PeerContext context, MethodDescriptor<InputStream, ByteBuffer> method, long bytesMax) {
    this.config = context.config();
    this.net = context.net();
    this.handshake = context.handshake();
    this.receiver = context.receiver();
    this.node = context.node();
    this.address = context.address();
    this.loop = context.loop();
    this.method = method;
    this.bytesMax = bytesMax;
    this.notBeforeNanos = config.ticker().nanos();
  }

  /** Puts a message into the queue, or loses it. Any thread. */
  void send(int group, Message message) {
    int bytes = FrameWriter.bytesOf(message);
    if (bytes > config.messageBytesMax()) {
      if (lose(group)) {
        log.error(
            "message.too-large to={} group={} bytes={} bytesMax={}",
            Long.toUnsignedString(node),
            group,
            bytes,
            config.messageBytesMax());
      }
    } else if (waitingBytes.addAndGet(bytes) > bytesMax) {
      waitingBytes.addAndGet(-bytes);
      lose(group);
    } else {
      waiting.add(new Waiting(group, message, bytes));
      if (scheduled.compareAndSet(false, true)) {
        onLoop(this::drain);
      }
    }
  }

  /** How many bytes wait. */
  long waitingBytes() {
    return waitingBytes.get();
  }

  /** Why the node refused the last attempt; {@code null} if it did not. */
  @Nullable PeerRefusal refusal() {
    return refusal;
  }

  /** Whether this is the first loss of the group in this burst, which it is told of. */
  private boolean lose(int group) {
    boolean first = lost.add(group);
    if (first) {
      later(() -> tellLost(group)); // Whoever is told may send: not in the middle of a step.
    }
    return first;
  }

  private void tellLost(int group) {
    if (!closed) {
      receiver.unreachable(group, node);
    }
  }

  /** Runs now if this is the loop, else soon; never once the transport is closed. */
  private void onLoop(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      later(task);
    }
  }

  private void later(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException gone) {
      log.debug("lane.closed to={}", node);
    }
  }

  private void drain() {
    scheduled.set(false);
    if (closed || (stream == null && !waiting.isEmpty() && !connect())) {
      loseWaiting();
      return;
    }
    ClientCall<InputStream, ByteBuffer> current = stream;
    if (current == null || !open) {
      return;
    }
    try {
      while (current.isReady() && fill()) {
        current.sendMessage(frame.seal());
        frame.clear();
      }
    } catch (RuntimeException e) {
      log.error("lane.failed to={} method={}", node, method.getBareMethodName(), e);
      frame.clear();
      current.cancel("a message could not be written", e);
      return;
    }
    if (!lost.isEmpty() && waiting.isEmpty()) {
      lost.clear();
    }
  }

  /** Puts what waits into the frame, as much as goes together; whether there was anything. */
  private boolean fill() {
    int bytes = 0;
    for (Waiting next = waiting.peek();
        next != null && (bytes == 0 || bytes + next.bytes <= config.frameBytes());
        next = waiting.peek()) {
      waiting.remove();
      waitingBytes.addAndGet(-next.bytes);
      bytes += next.bytes;
      used.set(next.group);
      frame.add(next.group, next.message, next.bytes);
    }
    return bytes > 0;
  }

  private void loseWaiting() {
    for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
      waitingBytes.addAndGet(-next.bytes);
      lose(next.group);
    }
  }

  /** The connection of this stream, for calls; {@code null} while none may be tried. Loop only. */
  @Nullable ManagedChannel connection() {
    return closed || (stream == null && !connect()) ? null : channel;
  }

  /** Begins to connect; whether it may now. */
  private boolean connect() {
    if (config.ticker().nanos() - notBeforeNanos < 0) {
      return false;
    }
    try {
      ManagedChannel next = net.open(node, address, loop);
      channel = next;
      ClientCall<InputStream, ByteBuffer> call =
          next.newCall(method, CallOptions.DEFAULT.withOnReadyThreshold(config.frameBytes()));
      stream = call;
      long mine = ++streams;
      timeout = loop.schedule(() -> timedOut(mine), config.connectTimeout().toNanos(), NANOSECONDS);
      call.start(new Listener(mine), handshake.introduce(node));
      call.request(1);
      return true;
    } catch (IOException | RuntimeException e) {
      failed(Status.UNAVAILABLE.withDescription("no connection could be made").withCause(e), null);
      return false;
    }
  }

  private void timedOut(long which) {
    ClientCall<?, ?> current = stream;
    if (current != null && which == streams && !open) {
      current.cancel("not reached in " + config.connectTimeout(), null);
    }
  }

  private void opened(Metadata headers) {
    ClientCall<?, ?> current = stream;
    if (current != null && handshake.chosen(headers) == 0) {
      current.cancel("no known version of the wire format was chosen", null);
      return;
    }
    open = true;
    openedNanos = config.ticker().nanos();
    refusal = null;
    endTimeout();
    log.info(
        "peer.reached node={} address={} stream={}",
        Long.toUnsignedString(node),
        address,
        method.getBareMethodName());
    drain();
  }

  private void endTimeout() {
    if (timeout != null) {
      timeout.cancel(false);
      timeout = null;
    }
  }

  private void failed(Status status, @Nullable Metadata trailers) {
    long now = config.ticker().nanos();
    boolean lasted = open && now - openedNanos > config.reconnect().cap().toNanos();
    failures = lasted ? 1 : failures + 1;
    long pause = config.reconnect().pauseAfter(failures, config.node() * 31 + node).toNanos();
    notBeforeNanos = now + pause;
    PeerRefusal before = refusal;
    refusal = Handshake.refusal(trailers);
    if (!closed && (failures == 1 || open || refusal != before)) {
      log.warn(
          "peer.lost node={} address={} stream={} status={} refusal={}",
          Long.toUnsignedString(node),
          address,
          method.getBareMethodName(),
          status,
          refusal);
    }
    open = false;
    stream = null;
    endTimeout();
    if (channel != null) {
      net.release(channel);
      channel = null;
    }
    used.stream().forEach(this::lose);
    used.clear();
    loseWaiting();
  }

  /** Ends the stream and loses what waits. */
  void close() {
    onLoop(
        () -> {
          closed = true;
          ClientCall<?, ?> current = stream;
          if (current != null) {
            current.cancel("closed", null);
          }
          loseWaiting();
        });
  }

  private final class Listener extends ClientCall.Listener<ByteBuffer> {
    private final long which;

    Listener(long which) {
      this.which = which;
    }

    private void ifCurrent(Runnable task) {
      onLoop(
          () -> {
            if (stream != null && which == streams) {
              task.run();
            }
          });
    }

    @Override
    public void onHeaders(Metadata headers) {
      ifCurrent(() -> opened(headers));
    }

    @Override
    public void onReady() {
      ifCurrent(Lane.this::drain);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      ifCurrent(() -> failed(status, trailers));
    }
  }
}
