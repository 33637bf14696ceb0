package io.quorate.core.tx.remote.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.remote.Refs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HttpParticipantTest {
  private static final byte[] BODY = "{\"sku\":1}".getBytes(UTF_8);

  @Test
  void a_call_is_a_post_with_the_headers_of_the_contract() throws Exception {
    try (RawServer server = RawServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        HttpParticipant participant =
            HttpParticipant.builder(server.uri().resolve("/stock/"))
                .path(Phase.CANCEL, "/undo?v=2")
                .contentType("application/json")
                .header("Authorization", () -> "Bearer t")
                .trace(ref -> java.util.Map.of("traceparent", "00-" + ref.attempt()))
                .build()) {
      assertThat(participant.call(Refs.ref(Phase.TRY), BODY)).isInstanceOf(Verdict.Ok.class);
      participant.call(Refs.ref(Phase.CANCEL), BODY);
      assertThat(server.requests().get(0))
          .startsWith("POST /stock/try HTTP/1.1\r\n")
          .contains("\r\nTx-Id: order/1%?\r\n")
          .contains("\r\nTx-Branch: stock\r\n")
          .contains("\r\nTx-Phase: try\r\n")
          .contains("\r\nTx-Attempt: 3\r\n")
          .contains("\r\nTx-Epoch: 7\r\n")
          .contains("\r\nTx-Epoch-Owner: node-1\r\n")
          .contains("\r\nTx-Started: 2026-01-31T12:00:00.000000001Z\r\n")
          .contains("\r\nIdempotency-Key: " + Refs.ref(Phase.TRY).key() + "\r\n")
          .contains("\r\nContent-Type: application/json\r\n")
          .contains("\r\nAuthorization: Bearer t\r\n")
          .contains("\r\ntraceparent: 00-3\r\n")
          .doesNotContain("Upgrade")
          .endsWith("\r\n\r\n{\"sku\":1}");
      assertThat(server.requests().get(1)).startsWith("POST /stock/undo?v=2 HTTP/1.1\r\n");
    }
  }

  @Test
  void the_span_that_is_current_travels_along() throws Exception {
    SpanContext span =
        SpanContext.create(
            "0123456789abcdef0123456789abcdef",
            "0123456789abcdef",
            TraceFlags.getSampled(),
            TraceState.getDefault());
    try (RawServer server = RawServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        HttpParticipant participant = HttpParticipant.builder(server.uri()).build();
        var inSpan = Context.root().with(Span.wrap(span)).makeCurrent()) {
      participant.call(Refs.ref(Phase.TRY), BODY);
      assertThat(server.requests().get(0))
          .contains("\r\ntraceparent: 00-0123456789abcdef0123456789abcdef-0123456789abcdef-01\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 206, 299})
  void two_hundreds_are_ok_with_the_body(int status) throws Exception {
    Verdict verdict = told("HTTP/1.1 " + status + " X\r\nContent-Length: 3\r\n\r\nabc");
    assertThat(verdict)
        .asInstanceOf(type(Verdict.Ok.class))
        .satisfies(ok -> assertThat(ok.result()).asString().isEqualTo("abc"));
  }

  @Test
  void no_content_is_ok_with_no_bytes() throws Exception {
    assertThat(told("HTTP/1.1 204 No Content\r\n\r\n"))
        .asInstanceOf(type(Verdict.Ok.class))
        .satisfies(ok -> assertThat(ok.result()).isEmpty());
  }

  @Test
  void a_chunked_body_is_whole_when_its_last_chunk_came() throws Exception {
    String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    assertThat(told(head + "3\r\nabc\r\n0\r\n\r\n")).isInstanceOf(Verdict.Ok.class);
    assertThat(told(head + "3\r\nabc\r\n")).isInstanceOf(Verdict.Unknown.class);
  }

  @Test
  void a_refusal_is_no_with_its_reason_on_one_bounded_line() throws Exception {
    assertThat(told("HTTP/1.1 409 Conflict\r\nContent-Length: 12\r\n\r\nout\r\nof stk\n"))
        .isEqualTo(new Verdict.No("out  of stk"));
    assertThat(told("HTTP/1.1 409 Conflict\r\nContent-Length: 900\r\n\r\n" + "x".repeat(900)))
        .asInstanceOf(type(Verdict.No.class))
        .satisfies(no -> assertThat(no.reason()).hasSize(500).endsWith("x…"));
    assertThat(told("HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n"))
        .isEqualTo(new Verdict.No("HTTP 409 without a reason"));
  }

  @Test
  void a_conflict_is_told_from_a_refusal_by_its_header() throws Exception {
    assertThat(told("HTTP/1.1 409 Conflict\r\ntx-conflict: true\r\nContent-Length: 4\r\n\r\nheld"))
        .isEqualTo(new Verdict.Conflict("held"));
  }

  @Test
  void too_early_is_ongoing_for_as_long_as_the_participant_says() throws Exception {
    assertThat(tooEarly("")).isEqualTo(Duration.ofSeconds(1));
    assertThat(tooEarly("Retry-After: 7\r\n")).isEqualTo(Duration.ofSeconds(7));
    assertThat(tooEarly("Retry-After: 0\r\n")).isEqualTo(Duration.ZERO);
    assertThat(tooEarly("Retry-After: -5\r\n")).isEqualTo(Duration.ofSeconds(1));
    assertThat(tooEarly("Retry-After: soon\r\n")).isEqualTo(Duration.ofSeconds(1));
    assertThat(tooEarly("Retry-After: Wed, 21 Oct 2026 07:28:00 GMT\r\n"))
        .isEqualTo(Duration.ofSeconds(1));
    assertThat(tooEarly("Retry-After: 86400\r\n")).isEqualTo(Duration.ofHours(1));
    assertThat(tooEarly("Retry-After: 99999999999999999999\r\n")).isEqualTo(Duration.ofHours(1));
  }

  private static Duration tooEarly(String header) throws IOException {
    Verdict verdict = told("HTTP/1.1 425 Too Early\r\n" + header + "Content-Length: 0\r\n\r\n");
    return ((Verdict.Ongoing) verdict).pollAfter();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        300, 304, 400, 401, 403, 404, 405, 408, 410, 412, 422, 429, 500, 501, 502, 503, 504, 599
      })
  void every_other_status_is_unknown(int status) throws Exception {
    String head = "HTTP/1.1 " + status + " X\r\n";
    String answer = status == 304 ? head + "\r\n" : head + "Content-Length: 4\r\n\r\noops";
    assertThat(told(answer))
        .asInstanceOf(type(Verdict.Unknown.class))
        .satisfies(unknown -> assertThat(unknown.cause()).contains("HTTP " + status));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void a_redirect_is_not_followed(int status) throws Exception {
    try (RawServer elsewhere = RawServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
      String location = "Location: " + elsewhere.uri() + "\r\n";
      assertThat(told("HTTP/1.1 " + status + " X\r\n" + location + "Content-Length: 0\r\n\r\n"))
          .isInstanceOf(Verdict.Unknown.class);
      assertThat(elsewhere.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"200 OK", "409 Conflict", "425 Too Early"})
  void a_body_cut_short_says_nothing(String status) throws Exception {
    assertThat(told("HTTP/1.1 " + status + "\r\nContent-Length: 10\r\n\r\nabc"))
        .isInstanceOf(Verdict.Unknown.class);
    assertThat(told("HTTP/1.1 " + status + "\r\n\r\nabc"))
        .as("no length: nobody can tell whether it is whole")
        .asInstanceOf(type(Verdict.Unknown.class))
        .satisfies(unknown -> assertThat(unknown.cause()).contains("without a length"));
  }

  @Test
  void a_connection_that_breaks_after_the_request_was_read_is_unknown() throws Exception {
    try (RawServer reset =
        new RawServer(
            (socket, out) -> socket.setOption(java.net.StandardSocketOptions.SO_LINGER, 0))) {
      assertThat(ask(reset.uri())).isInstanceOf(Verdict.Unknown.class);
      assertThat(reset.requests()).as("the participant has run it").isNotEmpty();
    }
    assertThat(told("")).isInstanceOf(Verdict.Unknown.class);
    assertThat(told("SSH-2.0-OpenSSH\r\n")).isInstanceOf(Verdict.Unknown.class);
  }

  @Test
  void nobody_listening_is_unknown() throws Exception {
    URI gone;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      gone = URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
    assertThat(ask(gone))
        .asInstanceOf(type(Verdict.Unknown.class))
        .satisfies(unknown -> assertThat(unknown.cause()).contains("ConnectException"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na"})
  void the_timeout_ends_a_call_without_answer_and_one_in_the_middle_of_its_body(String sent)
      throws Exception {
    CountDownLatch hungUp = new CountDownLatch(1);
    try (RawServer slow =
            new RawServer(
                (socket, out) -> {
                  out.write(sent.getBytes(UTF_8));
                  out.flush();
                  if (socket.getInputStream().read() < 0) {
                    hungUp.countDown();
                  }
                });
        HttpParticipant participant = HttpParticipant.builder(slow.uri()).build()) {
      assertThat(participant.call(Refs.ref(Phase.TRY), BODY, Duration.ofMillis(200)))
          .isEqualTo(new Verdict.Unknown("no full answer within PT0.2S"));
      assertThat(hungUp.await(10, TimeUnit.SECONDS)).as("the call is given up").isTrue();
    }
  }

  @Test
  void a_body_longer_than_allowed_is_given_up_where_it_passes_the_limit() throws Exception {
    byte[] megabyte = new byte[1 << 20];
    CountDownLatch hungUp = new CountDownLatch(1);
    try (RawServer endless =
            new RawServer(
                (socket, out) -> {
                  out.write(
                      "HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n".getBytes(UTF_8));
                  try {
                    for (int i = 0; i < 1_000; i++) {
                      out.write(megabyte);
                    }
                  } catch (IOException closed) {
                    hungUp.countDown();
                  }
                });
        HttpParticipant participant =
            HttpParticipant.builder(endless.uri()).responseBytesMax(1000).build()) {
      assertThat(participant.call(Refs.ref(Phase.TRY), BODY))
          .isEqualTo(new Verdict.Unknown("IOException: an answer of more than 1000 bytes"));
      assertThat(hungUp.await(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(boundedBy(1000, "x".repeat(1000))).isInstanceOf(Verdict.Ok.class);
    assertThat(boundedBy(1000, "x".repeat(1001))).isInstanceOf(Verdict.Unknown.class);
  }

  private static Verdict boundedBy(int bytesMax, String body) throws IOException {
    String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n";
    try (RawServer server = RawServer.saying(head + body);
        HttpParticipant participant =
            HttpParticipant.builder(server.uri()).responseBytesMax(bytesMax).build()) {
      return participant.call(Refs.ref(Phase.TRY), BODY);
    }
  }

  @Test
  void an_interrupt_ends_the_call_and_is_kept() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    try (RawServer silent =
            new RawServer(
                (socket, out) -> {
                  reading.countDown();
                  socket.getInputStream().read();
                });
        HttpParticipant participant = HttpParticipant.builder(silent.uri()).build()) {
      FutureTask<Boolean> call =
          new FutureTask<>(
              () ->
                  participant.call(Refs.ref(Phase.TRY), BODY) instanceof Verdict.Unknown
                      && Thread.currentThread().isInterrupted());
      Thread caller = Thread.ofVirtual().start(call);
      assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();
      caller.interrupt();
      assertThat(call.get(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void closing_ends_the_calls_that_run() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    try (RawServer silent =
        new RawServer(
            (socket, out) -> {
              reading.countDown();
              socket.getInputStream().read();
            })) {
      HttpParticipant participant = HttpParticipant.builder(silent.uri()).build();
      FutureTask<Verdict> call =
          new FutureTask<>(() -> participant.call(Refs.ref(Phase.TRY), BODY));
      Thread.ofVirtual().start(call);
      assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();
      participant.close();
      assertThat(call.get(5, TimeUnit.SECONDS)).isInstanceOf(Verdict.Unknown.class);
      assertThat(participant.call(Refs.ref(Phase.TRY), BODY)).isInstanceOf(Verdict.Unknown.class);
    }
  }

  @Test
  void a_header_that_cannot_be_had_means_that_nothing_is_sent() throws Exception {
    try (RawServer server = RawServer.saying("");
        HttpParticipant participant =
            HttpParticipant.builder(server.uri())
                .header(
                    "Authorization",
                    () -> {
                      throw new IllegalStateException("no token");
                    })
                .build()) {
      assertThat(participant.call(Refs.ref(Phase.TRY), BODY))
          .isEqualTo(new Verdict.Unknown("not sent: IllegalStateException: no token"));
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void options_are_checked_when_they_are_set() {
    URI base = URI.create("http://localhost:1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpParticipant.builder(URI.create("ftp://host")))
        .withMessage("base: ftp://host (expected: http:// or https://)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpParticipant.builder(URI.create("/stock")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HttpParticipant.builder(URI.create("http://host/?a=b")));
    var builder = HttpParticipant.builder(base);
    assertThatIllegalArgumentException().isThrownBy(() -> builder.path(Phase.TRY, "try"));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.timeout(Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.connectTimeout(Duration.ofNanos(-1)));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.responseBytesMax(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.responseBytesMax(1 << 24));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.header("tx-id", () -> "x"));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.header("Host", () -> "x"));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.contentType("a\r\nb"));
    HttpClient following =
        HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.client(following))
        .withMessage("client: follows redirects NORMAL (expected: NEVER)");
    try (HttpParticipant participant = builder.build()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> participant.call(Refs.ref(Phase.TRY), BODY, Duration.ZERO));
    }
  }

  private static Verdict told(String answer) throws IOException {
    try (RawServer server = RawServer.saying(answer)) {
      return ask(server.uri());
    }
  }

  private static Verdict ask(URI uri) {
    try (HttpParticipant participant = HttpParticipant.builder(uri).build()) {
      return participant.call(Refs.ref(Phase.TRY), BODY);
    }
  }
}
