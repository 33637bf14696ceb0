package io.quorate.core.tx.remote.grpc;

import static java.util.Objects.requireNonNull;

import io.grpc.stub.AbstractStub;
import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.remote.TraceHeaders;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Calls a participant through a blocking gRPC stub:
 *
 * <pre>{@code
 * GrpcParticipant<StockBlockingStub> stock = GrpcParticipant.of(StockGrpc.newBlockingStub(channel));
 * Verdict held = stock.call(ref, timeout, stub -> stub.hold(request).toByteArray());
 * }</pre>
 *
 * <p>A call that returns is {@link Verdict.Ok}; one that throws is read by {@link
 * TxGrpc#verdictOf}. The timeout is the call's deadline, which the service sees too. Nothing is
 * retried here: attempts are the protocol's to count. Immutable and safe for use by many threads;
 * the channel is the caller's.
 *
 * @param <S> the stub's type
 */
public final class GrpcParticipant<S extends AbstractStub<S>> {
  private final S stub;
  private final TraceHeaders trace;

  private GrpcParticipant(S stub, TraceHeaders trace) {
    this.stub = stub;
    this.trace = trace;
  }

  /** A participant behind {@code stub}, with {@link TraceHeaders#current()}. */
  public static <S extends AbstractStub<S>> GrpcParticipant<S> of(S stub) {
    return new GrpcParticipant<>(requireNonNull(stub, "stub"), TraceHeaders.current());
  }

  /** The same participant with trace headers from elsewhere. */
  public GrpcParticipant<S> trace(TraceHeaders trace) {
    return new GrpcParticipant<>(stub, requireNonNull(trace, "trace"));
  }

  /**
   * Calls the participant and waits for its answer. Throws nothing but for {@code null}, for a
   * timeout that is not positive and for an {@link Error}; an interrupt ends the call as {@link
   * Verdict.Unknown} and is kept.
   *
   * @param timeout the deadline of what {@code call} calls, from now; positive
   * @param call makes one call on the stub it is given and encodes the answer. What it throws by
   *     itself is unknown as well: the participant may have done its part
   */
  public Verdict call(BranchRef ref, Duration timeout, Function<S, byte[]> call) {
    requireNonNull(ref, "ref");
    requireNonNull(call, "call");
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
    }
    long nanos =
        timeout.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0
            ? Long.MAX_VALUE
            : timeout.toNanos();
    try {
      S attached =
          stub.withInterceptors(TxGrpc.attach(ref, trace))
              .withDeadlineAfter(nanos, TimeUnit.NANOSECONDS);
      return new Verdict.Ok(call.apply(attached));
    } catch (RuntimeException failure) {
      return TxGrpc.verdictOf(failure);
    }
  }
}
