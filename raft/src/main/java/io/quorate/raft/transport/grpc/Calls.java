package io.quorate.raft.transport.grpc;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.quorate.raft.transport.TransportException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Questions to one node. They go on the connection of its entries, each as a stream of its own.
 *
 * <p><b>What is known of a failure.</b> A question is certainly not delivered if gRPC never had a
 * connection to begin its stream on, or if the node refused it by name. In all other cases it may
 * have been: gRPC cannot say how far its bytes came.
 */
final class Calls {
  private final PeerContext context;
  private final Lane lane;
  private final long bytesMax;

  /** Of the questions that are not answered yet. */
  private final AtomicLong bytes = new AtomicLong();

  Calls(PeerContext context, Lane lane, long bytesMax) {
    this.context = context;
    this.lane = lane;
    this.bytesMax = bytesMax;
  }

  CompletableFuture<ByteBuffer> call(int group, ByteBuffer question) {
    int size = Short.BYTES + question.remaining();
    CompletableFuture<ByteBuffer> answer = new CompletableFuture<>();
    if (size > context.config().messageBytesMax()) {
      return failed(answer, "the question has %d bytes: ask less at once".formatted(size));
    }
    if (bytes.addAndGet(size) > bytesMax) {
      bytes.addAndGet(-size);
      return failed(answer, "%d bytes of questions wait: ask again later".formatted(bytesMax));
    }
    // Before anyone can see the answer, so that whoever does may ask again at once.
    CompletableFuture<ByteBuffer> given =
        answer.whenComplete((done, failure) -> bytes.addAndGet(-size));
    ByteBuffer head = ByteBuffer.allocate(Short.BYTES).putShort((short) group).flip();
    Outgoing request = Outgoing.of(head, question.slice());
    try {
      context.loop().execute(() -> begin(request, answer));
    } catch (RejectedExecutionException closed) {
      fail(answer, false, "this transport is closed", null);
    }
    return given;
  }

  private CompletableFuture<ByteBuffer> failed(CompletableFuture<ByteBuffer> answer, String why) {
    fail(answer, false, why, null);
    return answer;
  }

  private void fail(
      CompletableFuture<ByteBuffer> answer,
      boolean mayBeDelivered,
      String why,
      @Nullable Throwable cause) {
    String text =
        "node %s at %s: %s"
            .formatted(Long.toUnsignedString(context.node()), context.address(), why);
    answer.completeExceptionally(new TransportException(mayBeDelivered, text, cause));
  }

  /** On the loop. */
  private void begin(Outgoing request, CompletableFuture<ByteBuffer> answer) {
    ManagedChannel channel = lane.connection();
    if (channel == null) {
      PeerRefusal refusal = lane.refusal();
      String why = refusal == null ? "it was not reached: ask again later" : refusal.words();
      fail(answer, false, why, null);
      return;
    }
    AtomicBoolean sent = new AtomicBoolean();
    CallOptions options =
        CallOptions.DEFAULT
            .withDeadlineAfter(context.config().callTimeout().toNanos(), NANOSECONDS)
            .withStreamTracerFactory(new Tracing(sent));
    ClientCall<InputStream, ByteBuffer> call = channel.newCall(Wire.CALL, options);
    call.start(new Listener(answer, sent), context.handshake().introduce(context.node()));
    call.request(1);
    call.sendMessage(request);
    call.halfClose();
  }

  private final class Listener extends ClientCall.Listener<ByteBuffer> {
    private final CompletableFuture<ByteBuffer> answer;
    private final AtomicBoolean sent;
    private @Nullable ByteBuffer message;

    Listener(CompletableFuture<ByteBuffer> answer, AtomicBoolean sent) {
      this.answer = answer;
      this.sent = sent;
    }

    @Override
    public void onMessage(ByteBuffer given) {
      message = given;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      ByteBuffer given = message;
      PeerRefusal refusal = Handshake.refusal(trailers);
      if (status.isOk() && given != null) {
        answer.complete(given);
      } else if (refusal != null) {
        fail(answer, false, refusal.words(), null);
      } else if (!sent.get()) {
        fail(answer, false, "it was not reached: " + described(status), status.getCause());
      } else {
        fail(
            answer,
            true,
            "no answer; it may have acted on the question: " + described(status),
            status.getCause());
      }
    }

    private String described(Status status) {
      String description = status.getDescription();
      return description == null
          ? status.getCode().name()
          : status.getCode().name() + ", " + description;
    }
  }

  /** Notes whether gRPC had a connection to begin the stream on. */
  private static final class Tracing extends ClientStreamTracer.Factory {
    private final AtomicBoolean sent;

    Tracing(AtomicBoolean sent) {
      this.sent = sent;
    }

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      return new ClientStreamTracer() {
        @Override
        public void streamCreated(Attributes transport, Metadata sending) {
          sent.set(true);
        }
      };
    }
  }
}
