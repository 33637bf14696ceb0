package io.quorate.core.tx.remote.grpc;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import io.grpc.ClientInterceptor;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.remote.ForeignText;
import io.quorate.core.tx.remote.PollAfter;
import io.quorate.core.tx.remote.TraceHeaders;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The contract of {@code tx.remote} over gRPC, for both sides.
 *
 * <p>A definite answer other than success is one of three trailers on {@code FAILED_PRECONDITION}
 * or {@code ABORTED}. The codes alone prove nothing: a framework, a proxy or another layer of the
 * service may use them for its own reasons, after the work was done. No other code is believed even
 * with a trailer, for clients and proxies put their own code over the service's when a call breaks.
 *
 * <p>Status descriptions cross the wire as text, so reasons are shortened to {@link
 * ForeignText#REASON_LENGTH_MAX} characters on one line.
 */
public final class TxGrpc {
  static final Context.Key<BranchRef> CURRENT = Context.key("quorate-branch");

  private TxGrpc() {}

  /** {@link #attach(BranchRef, TraceHeaders)} with {@link TraceHeaders#current()}. */
  public static ClientInterceptor attach(BranchRef ref) {
    return attach(ref, TraceHeaders.current());
  }

  /**
   * Puts the headers of a branch on each call of a stub: {@code
   * stub.withInterceptors(TxGrpc.attach(ref))}. Trace headers are added only where no other
   * interceptor has set them.
   */
  public static ClientInterceptor attach(BranchRef ref, TraceHeaders trace) {
    return new BranchClientInterceptor(requireNonNull(ref, "ref"), requireNonNull(trace, "trace"));
  }

  /**
   * Reads the branch from each call, for {@link #current()}. Calls without any header of the
   * contract pass as they are, so that a service can be used outside of transactions too; calls
   * with a malformed one are answered by {@code INVALID_ARGUMENT}, naming the header, and do not
   * reach the service.
   */
  public static ServerInterceptor serverInterceptor() {
    return new TxServerInterceptor();
  }

  /**
   * The branch that the current call is for; empty outside of a call and for one without
   * transaction. It is in gRPC's {@link Context}: wrap tasks for other threads with it.
   */
  public static Optional<BranchRef> current() {
    return Optional.ofNullable(CURRENT.get());
  }

  /**
   * What a service throws, or gives to {@code onError}, to refuse: {@link Verdict.No}. Nothing has
   * happened, and nothing will.
   */
  public static StatusRuntimeException refusal(String reason) {
    return answer(Status.FAILED_PRECONDITION, reason, TxMetadata.REFUSED, "true");
  }

  /** What a service throws when it holds the opposite: {@link Verdict.Conflict}. */
  public static StatusRuntimeException conflict(String fact) {
    return answer(Status.ABORTED, fact, TxMetadata.CONFLICT, "true");
  }

  /**
   * What a service throws while it is still at work: {@link Verdict.Ongoing}.
   *
   * @param pollAfter when to ask again, rounded up to milliseconds; not negative
   */
  public static StatusRuntimeException ongoing(Duration pollAfter) {
    if (pollAfter.isNegative()) {
      throw new IllegalArgumentException("pollAfter: " + pollAfter + " (expected: >= 0)");
    }
    Duration bounded = pollAfter.compareTo(PollAfter.MAX) > 0 ? PollAfter.MAX : pollAfter;
    long millis = bounded.plusNanos(999_999).toMillis();
    return answer(Status.ABORTED, "ongoing", TxMetadata.ONGOING, Long.toString(millis));
  }

  /**
   * A verdict as a service gives it: the result of {@link Verdict.Ok}, or the exception that says
   * any other, {@code UNKNOWN} for {@link Verdict.Unknown}.
   */
  public static byte[] resultOf(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Ok ok -> ok.result();
      case Verdict.No no -> throw refusal(no.reason());
      case Verdict.Conflict conflict -> throw conflict(conflict.fact());
      case Verdict.Ongoing ongoing -> throw ongoing(ongoing.pollAfter());
      case Verdict.Unknown unknown ->
          throw Status.UNKNOWN
              .withDescription(ForeignText.reason(unknown.cause()))
              .asRuntimeException();
    };
  }

  /**
   * What a failed call says: a {@link Verdict.No}, {@link Verdict.Conflict} or {@link
   * Verdict.Ongoing} the service has given on purpose, else {@link Verdict.Unknown}. Never throws.
   */
  public static Verdict verdictOf(Throwable failure) {
    Status status = Status.fromThrowable(failure);
    Metadata trailers = Status.trailersFromThrowable(failure);
    boolean believed =
        status.getCode() == Status.Code.FAILED_PRECONDITION
            || status.getCode() == Status.Code.ABORTED;
    // Two answers at once are none.
    if (trailers == null || !believed || answers(trailers) != 1) {
      return new Verdict.Unknown(described(status, failure));
    }
    String said = ForeignText.reason(requireNonNullElse(status.getDescription(), ""));
    String text = said.isEmpty() ? status.getCode() + " without a reason" : said;
    if (trailers.containsKey(TxMetadata.REFUSED)) {
      return new Verdict.No(text);
    } else if (trailers.containsKey(TxMetadata.CONFLICT)) {
      return new Verdict.Conflict(text);
    }
    String millis = trailers.get(TxMetadata.ONGOING);
    return new Verdict.Ongoing(PollAfter.parse(millis, Duration.ofMillis(1)));
  }

  private static long answers(Metadata trailers) {
    return Stream.of(TxMetadata.REFUSED, TxMetadata.CONFLICT, TxMetadata.ONGOING)
        .filter(trailers::containsKey)
        .count();
  }

  /** A status as {@code CODE: description}; where the failure is no status, what it is. */
  private static String described(Status status, Throwable failure) {
    if (status.getCode() == Status.Code.UNKNOWN && status.getCause() != null) {
      return ForeignText.reason(failure);
    }
    String description = status.getDescription();
    return ForeignText.reason(
        description == null ? status.getCode().name() : status.getCode() + ": " + description);
  }

  private static StatusRuntimeException answer(
      Status status, String text, Metadata.Key<String> trailer, String value) {
    Metadata trailers = new Metadata();
    trailers.put(trailer, value);
    return status.withDescription(ForeignText.reason(text)).asRuntimeException(trailers);
  }
}
