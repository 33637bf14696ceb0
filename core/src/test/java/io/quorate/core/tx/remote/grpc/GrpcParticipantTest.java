package io.quorate.core.tx.remote.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.remote.Refs;
import io.quorate.core.tx.remote.TraceHeaders;
import io.quorate.core.tx.remote.TxHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class GrpcParticipantTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final BranchRef REF = Refs.ref(Phase.TRY);

  private final AtomicReference<BiConsumer<byte[], StreamObserver<byte[]>>> service =
      new AtomicReference<>();
  private ByteService bytes;

  @BeforeEach
  void start() throws Exception {
    bytes = new ByteService((request, answer) -> service.get().accept(request, answer));
  }

  @AfterEach
  void stop() throws Exception {
    bytes.close();
  }

  private void answering(java.util.function.Function<byte[], byte[]> work) {
    service.set(
        (request, answer) -> {
          try {
            answer.onNext(work.apply(request));
            answer.onCompleted();
          } catch (StatusRuntimeException status) {
            answer.onError(status);
          }
        });
  }

  private Verdict call() {
    return call(TIMEOUT);
  }

  private Verdict call(Duration timeout) {
    return GrpcParticipant.of(bytes.stub())
        .call(REF, timeout, stub -> stub.call("payload".getBytes(UTF_8)));
  }

  @Test
  void the_branch_is_current_in_the_service_and_the_answer_is_ok() {
    AtomicReference<Optional<BranchRef>> seen = new AtomicReference<>();
    answering(
        request -> {
          seen.set(TxGrpc.current());
          return request;
        });
    assertThat(call())
        .asInstanceOf(type(Verdict.Ok.class))
        .satisfies(ok -> assertThat(ok.result()).asString().isEqualTo("payload"));
    assertThat(seen.get()).contains(REF);
    assertThat(TxGrpc.current()).isEmpty();
  }

  @Test
  void a_call_outside_of_a_transaction_passes_without_a_branch() {
    AtomicReference<Optional<BranchRef>> seen = new AtomicReference<>();
    answering(
        request -> {
          seen.set(TxGrpc.current());
          return request;
        });
    bytes.stub().call(new byte[0]);
    assertThat(seen.get()).isEmpty();
  }

  @Test
  void malformed_headers_are_an_invalid_argument_and_never_reach_the_service() {
    answering(
        request -> {
          throw new AssertionError("reached");
        });
    for (String header : List.of("tx-id", "tx-branch", "tx-started")) {
      Metadata headers = new Metadata();
      headers.put(TxMetadata.key(header), "x");
      var stub = bytes.stub().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(() -> stub.call(new byte[0]))
          .satisfies(
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT))
          .withMessageContaining(header.equals("tx-id") ? "Tx-Branch: missing" : "Tx-Id: missing");
    }
    Metadata other = new Metadata();
    TxHeaders.render(Refs.ref(Phase.CANCEL)).forEach((n, v) -> other.put(TxMetadata.key(n), v));
    Metadata extra = new Metadata();
    extra.put(TxMetadata.key("tx-epoch"), "8");
    // Attached twice on the way, with two epochs: nobody may choose.
    var twice =
        bytes
            .stub()
            .withInterceptors(
                MetadataUtils.newAttachHeadersInterceptor(extra),
                MetadataUtils.newAttachHeadersInterceptor(other));
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> twice.call(new byte[0]))
        .withMessageContaining("Tx-Epoch: 2 values (expected: one)");
  }

  @Test
  void what_a_service_says_on_purpose_comes_back_as_it_was_said() {
    answering(request -> TxGrpc.resultOf(new Verdict.No("out of stock — 漢\nforged line")));
    assertThat(call()).isEqualTo(new Verdict.No("out of stock — 漢 forged line"));
    answering(request -> TxGrpc.resultOf(new Verdict.Conflict("confirmed")));
    assertThat(call()).isEqualTo(new Verdict.Conflict("confirmed"));
    answering(request -> TxGrpc.resultOf(new Verdict.Ongoing(Duration.ofNanos(1_500_000_001))));
    assertThat(call()).isEqualTo(new Verdict.Ongoing(Duration.ofMillis(1501)));
    answering(request -> TxGrpc.resultOf(new Verdict.Ongoing(Duration.ofDays(999_999))));
    assertThat(call()).isEqualTo(new Verdict.Ongoing(Duration.ofHours(1)));
    answering(request -> TxGrpc.resultOf(new Verdict.Unknown("lost the database")));
    assertThat(call()).isEqualTo(new Verdict.Unknown("UNKNOWN: lost the database"));
    answering(request -> TxGrpc.resultOf(new Verdict.Ok(new byte[] {1})));
    assertThat(call()).isInstanceOf(Verdict.Ok.class);
    answering(
        request -> {
          throw TxGrpc.refusal("");
        });
    assertThat(call()).isEqualTo(new Verdict.No("FAILED_PRECONDITION without a reason"));
    assertThatIllegalArgumentException().isThrownBy(() -> TxGrpc.ongoing(Duration.ofNanos(-1)));
  }

  @ParameterizedTest
  @EnumSource(value = Status.Code.class, names = "OK", mode = EnumSource.Mode.EXCLUDE)
  void a_code_alone_is_never_a_definite_answer(Status.Code code) {
    answering(
        request -> {
          throw code.toStatus().withDescription("by somebody").asRuntimeException();
        });
    assertThat(call()).isEqualTo(new Verdict.Unknown(code + ": by somebody"));
  }

  @ParameterizedTest
  @EnumSource(value = Status.Code.class, names = "OK", mode = EnumSource.Mode.EXCLUDE)
  void trailers_are_believed_on_two_codes_only(Status.Code code) {
    answering(
        request -> {
          Metadata trailers = new Metadata();
          trailers.put(TxMetadata.REFUSED, "true");
          throw code.toStatus().withDescription("no").asRuntimeException(trailers);
        });
    boolean believed = code == Status.Code.FAILED_PRECONDITION || code == Status.Code.ABORTED;
    assertThat(call())
        .isEqualTo(believed ? new Verdict.No("no") : new Verdict.Unknown(code + ": no"));
  }

  @Test
  void two_answers_at_once_are_none_and_a_time_that_is_not_understood_is_the_default() {
    answering(
        request -> {
          Metadata trailers = new Metadata();
          trailers.put(TxMetadata.REFUSED, "true");
          trailers.put(TxMetadata.ONGOING, "5");
          throw Status.ABORTED.asRuntimeException(trailers);
        });
    assertThat(call()).isEqualTo(new Verdict.Unknown("ABORTED"));
    answering(
        request -> {
          Metadata trailers = new Metadata();
          trailers.put(TxMetadata.ONGOING, "soon");
          throw Status.ABORTED.asRuntimeException(trailers);
        });
    assertThat(call()).isEqualTo(new Verdict.Ongoing(Duration.ofSeconds(1)));
  }

  @Test
  void a_service_that_breaks_does_not_know() {
    service.set(
        (request, answer) -> {
          throw new IllegalStateException("bug");
        });
    assertThat(call()).isInstanceOf(Verdict.Unknown.class);
  }

  @Test
  void an_answer_lost_after_the_effect_is_unknown() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    service.set((request, answer) -> done.countDown());
    FutureTask<Verdict> call = new FutureTask<>(this::call);
    Thread.ofVirtual().start(call);
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    bytes.stopServer();
    assertThat(call.get(10, TimeUnit.SECONDS)).isInstanceOf(Verdict.Unknown.class);
    assertThat(call())
        .as("nobody listening")
        .asInstanceOf(type(Verdict.Unknown.class))
        .satisfies(unknown -> assertThat(unknown.cause()).startsWith("UNAVAILABLE"));
  }

  @Test
  void the_timeout_is_the_deadline_on_both_sides() throws Exception {
    BlockingQueue<Long> left = new LinkedBlockingQueue<>();
    CountDownLatch cancelled = new CountDownLatch(1);
    service.set(
        (request, answer) -> {
          left.add(Context.current().getDeadline().timeRemaining(TimeUnit.MILLISECONDS));
          Context.current().addListener(context -> cancelled.countDown(), Runnable::run);
        });
    assertThat(call(Duration.ofMillis(500)))
        .asInstanceOf(type(Verdict.Unknown.class))
        .satisfies(unknown -> assertThat(unknown.cause()).startsWith("DEADLINE_EXCEEDED"));
    // The service may have been too late to be called at all; the next has time enough.
    left.clear();
    FutureTask<Verdict> call = new FutureTask<>(() -> call(Duration.ofSeconds(20)));
    Thread caller = Thread.ofVirtual().start(call);
    assertThat(left.poll(20, TimeUnit.SECONDS)).isBetween(1L, 20_000L);
    caller.interrupt();
    assertThat(call.get(10, TimeUnit.SECONDS)).isInstanceOf(Verdict.Unknown.class);
    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    assertThatIllegalArgumentException().isThrownBy(() -> call(Duration.ZERO));
    answering(request -> request);
    assertThat(call(Duration.ofSeconds(Long.MAX_VALUE))).isInstanceOf(Verdict.Ok.class);
  }

  @Test
  void an_interrupt_is_kept() throws Exception {
    CountDownLatch called = new CountDownLatch(1);
    service.set((request, answer) -> called.countDown());
    FutureTask<Boolean> call =
        new FutureTask<>(
            () -> call() instanceof Verdict.Unknown && Thread.currentThread().isInterrupted());
    Thread caller = Thread.ofVirtual().start(call);
    assertThat(called.await(10, TimeUnit.SECONDS)).isTrue();
    caller.interrupt();
    assertThat(call.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void what_the_callers_own_code_throws_after_the_answer_is_unknown() {
    answering(request -> request);
    Verdict verdict =
        GrpcParticipant.of(bytes.stub())
            .call(
                REF,
                TIMEOUT,
                stub -> {
                  stub.call(new byte[0]);
                  throw new IllegalStateException("cannot convert");
                });
    assertThat(verdict).isEqualTo(new Verdict.Unknown("IllegalStateException: cannot convert"));
  }

  @Test
  void an_answer_too_large_is_unknown() {
    answering(request -> new byte[100_000]);
    Verdict verdict =
        GrpcParticipant.of(bytes.stub().withMaxInboundMessageSize(1000))
            .call(REF, TIMEOUT, stub -> stub.call(new byte[0]));
    assertThat(verdict)
        .asInstanceOf(type(Verdict.Unknown.class))
        .satisfies(unknown -> assertThat(unknown.cause()).startsWith("RESOURCE_EXHAUSTED"));
  }

  @Test
  void trace_headers_travel_along_unless_somebody_else_has_set_them() {
    BlockingQueue<Metadata> sent = new LinkedBlockingQueue<>();
    answering(request -> request);
    var stub = bytes.stub().withInterceptors(new Capturing(sent));
    var traced = GrpcParticipant.of(stub).trace(ref -> Map.of("traceparent", "00-mine"));
    traced.call(REF, TIMEOUT, s -> s.call(new byte[0]));
    assertThat(sent.poll().get(TxMetadata.key("traceparent"))).isEqualTo("00-mine");

    Metadata before = new Metadata();
    before.put(TxMetadata.key("traceparent"), "00-agent");
    traced.call(
        REF,
        TIMEOUT,
        s ->
            s.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(before))
                .call(new byte[0]));
    assertThat(sent.poll().getAll(TxMetadata.key("traceparent"))).containsExactly("00-agent");
  }

  @Test
  void a_span_becomes_w3c_headers() {
    SpanContext span =
        SpanContext.create(
            "0123456789abcdef0123456789abcdef",
            "0123456789abcdef",
            TraceFlags.getSampled(),
            TraceState.builder().put("k", "v").build());
    var context = io.opentelemetry.context.Context.root().with(Span.wrap(span));
    assertThat(TraceHeaders.of(context))
        .containsOnly(
            Map.entry("traceparent", "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"),
            Map.entry("tracestate", "k=v"));
    try (var inSpan = context.makeCurrent()) {
      assertThat(TraceHeaders.current().of(REF)).hasSize(2);
    }
    assertThat(TraceHeaders.current().of(REF)).isEmpty();
  }
}
