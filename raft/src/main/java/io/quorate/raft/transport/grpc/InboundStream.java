package io.quorate.raft.transport.grpc;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.quorate.raft.codec.CodecException;
import io.quorate.raft.core.Message;
import io.quorate.raft.transport.Receiver;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of messages from one node.
 *
 * <p><b>Room.</b> One frame is asked for at a time, and the next only once the receiver has taken
 * all of this one. A message there was no room for is offered again, {@value #PAUSE_MILLIS_MIN} ms
 * later and then half as often each time, up to {@value #PAUSE_MILLIS_MAX} ms apart; nothing behind
 * it passes it, and nothing more is read. So a full receiver fills this node's window of the
 * stream, then the sender's queue, and then the sender knows.
 *
 * <p>Frames come one at a time, each seen by one thread at a time.
 */
final class InboundStream extends ServerCall.Listener<ByteBuffer> {
  static final int PAUSE_MILLIS_MIN = 1;
  static final int PAUSE_MILLIS_MAX = 32;

  private static final Logger log = LoggerFactory.getLogger(InboundStream.class);

  private final ServerCall<ByteBuffer, InputStream> call;
  private final long from;
  private final Receiver receiver;
  private final EventLoop timer;

  private @Nullable FrameReader frame;

  /** The one there was no room for. */
  private @Nullable Message held;

  private int pauseMillis = PAUSE_MILLIS_MIN;
  private volatile boolean ended;

  InboundStream(
      ServerCall<ByteBuffer, InputStream> call, long from, Receiver receiver, EventLoop timer) {
    this.call = call;
    this.from = from;
    this.receiver = receiver;
    this.timer = timer;
  }

  /** Asks for the first frame. */
  InboundStream begin() {
    call.request(1);
    return this;
  }

  @Override
  public void onMessage(ByteBuffer bytes) {
    try {
      frame = new FrameReader(bytes);
      offer();
    } catch (CodecException damaged) {
      refuse(Status.DATA_LOSS.withDescription(damaged.getMessage()));
    }
  }

  /** Hands over what is left of the frame, then asks for the next. */
  private void offer() {
    FrameReader current = frame;
    try {
      while (current != null && !ended && (held != null || current.hasNext())) {
        Message message = held == null ? current.next() : held;
        if (!receiver.receive(current.group(), from, message)) {
          held = message;
          var unused = timer.schedule(this::offer, pauseMillis, MILLISECONDS);
          pauseMillis = Math.min(PAUSE_MILLIS_MAX, pauseMillis * 2);
          return;
        }
        held = null;
        pauseMillis = PAUSE_MILLIS_MIN;
      }
    } catch (CodecException damaged) {
      refuse(Status.DATA_LOSS.withDescription(damaged.getMessage()));
      return;
    } catch (RejectedExecutionException closing) {
      refuse(Status.UNAVAILABLE.withDescription("closing"));
      return;
    } catch (RuntimeException e) {
      log.error("receiver.failed from={}", Long.toUnsignedString(from), e);
      refuse(Status.INTERNAL.withDescription("the receiver failed"));
      return;
    }
    frame = null; // So that a quiet stream keeps no frame.
    if (!ended) {
      call.request(1);
    }
  }

  private void refuse(Status status) {
    if (!ended) {
      ended = true;
      log.warn("stream.ended from={} status={}", Long.toUnsignedString(from), status);
      call.close(status, new Metadata());
    }
  }

  @Override
  public void onHalfClose() {
    if (!ended) {
      ended = true;
      call.close(Status.OK, new Metadata());
    }
  }

  @Override
  public void onCancel() {
    ended = true;
  }
}
