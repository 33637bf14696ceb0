package io.quorate.raft.transport.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.quorate.raft.transport.Receiver;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One question from one node: asks the receiver and sends what it answers. */
final class InboundCall extends ServerCall.Listener<ByteBuffer> {
  private static final Logger log = LoggerFactory.getLogger(InboundCall.class);

  private final ServerCall<ByteBuffer, InputStream> call;
  private final long from;
  private final Receiver receiver;
  private final int answerBytesMax;
  private @Nullable ByteBuffer question;

  InboundCall(
      ServerCall<ByteBuffer, InputStream> call, long from, Receiver receiver, int answerBytesMax) {
    this.call = call;
    this.from = from;
    this.receiver = receiver;
    this.answerBytesMax = answerBytesMax;
  }

  /** Asks for the question. */
  InboundCall begin() {
    call.request(2); // One, and whatever shows that it was not the only one.
    return this;
  }

  @Override
  public void onMessage(ByteBuffer bytes) {
    question = bytes;
  }

  @Override
  public void onHalfClose() {
    ByteBuffer bytes = question;
    if (bytes == null || bytes.remaining() < Short.BYTES) {
      call.close(Status.INVALID_ARGUMENT.withDescription("no question"), new Metadata());
      return;
    }
    int group = bytes.getShort() & 0xFFFF;
    CompletableFuture<ByteBuffer> answer;
    try {
      answer = receiver.answer(group, from, bytes.slice());
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    // Whichever thread has the answer is the only one that uses the call from here on.
    var unused = answer.whenComplete(this::answered);
  }

  private void answered(@Nullable ByteBuffer answer, @Nullable Throwable failure) {
    if (answer == null) {
      log.warn("answer.failed from={}", Long.toUnsignedString(from), failure);
      call.close(Status.UNKNOWN.withDescription("the receiver has no answer"), new Metadata());
    } else if (answer.remaining() > answerBytesMax) {
      call.close(
          Status.RESOURCE_EXHAUSTED.withDescription(
              "the answer has %d bytes".formatted(answer.remaining())),
          new Metadata());
    } else {
      call.sendMessage(Outgoing.of(answer.slice()));
      call.close(Status.OK, new Metadata());
    }
  }
}
