package io.quorate.core.tx.remote.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.trace.Span;
import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.codec.Codec;
import io.quorate.core.tx.remote.BranchHandler;
import io.quorate.core.tx.remote.Refs;
import io.quorate.core.tx.remote.TxHeaders;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TxHttpTest {
  private final AtomicReference<BranchHandler> handler = new AtomicReference<>();
  private final Map<TxId, Outcome<?>> outcomes = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer server;
  private HttpParticipant participant;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/stock", TxHttp.participant((ref, b) -> handler.get().handle(ref, b), 1000));
    server.createContext("/tx/", TxHttp.inquiry(id -> Optional.ofNullable(outcomes.get(id))));
    server.createContext("/short", TxHttp.inquiry(id -> Optional.empty()));
    server.createContext(
        "/failing",
        TxHttp.inquiry(
            id -> {
              throw new IllegalStateException("log away");
            }));
    server.start();
    participant = HttpParticipant.builder(uri("/stock")).build();
  }

  @AfterEach
  void stop() {
    participant.close();
    client.shutdownNow();
    server.stop(0);
    threads.shutdownNow();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  @Test
  void branch_and_payload_arrive_as_they_were_sent_in_each_phase() {
    List<BranchRef> refs = new CopyOnWriteArrayList<>();
    handler.set(
        (ref, body) -> {
          refs.add(ref);
          return new Verdict.Ok(body);
        });
    byte[] body = {0, (byte) 0xFF, 10};
    for (Phase phase : Phase.values()) {
      assertThat(participant.call(Refs.ref(phase), body))
          .asInstanceOf(type(Verdict.Ok.class))
          .satisfies(ok -> assertThat(ok.result()).isEqualTo(body));
    }
    assertThat(refs)
        .containsExactly(Refs.ref(Phase.TRY), Refs.ref(Phase.CONFIRM), Refs.ref(Phase.CANCEL));
  }

  @Test
  void each_verdict_comes_back_as_it_was_given() {
    assertThat(answer(new Verdict.No("nothing left — 漢")))
        .isEqualTo(new Verdict.No("nothing left — 漢"));
    assertThat(answer(new Verdict.Conflict("confirmed")))
        .isEqualTo(new Verdict.Conflict("confirmed"));
    assertThat(answer(new Verdict.Ongoing(Duration.ofSeconds(3))))
        .isEqualTo(new Verdict.Ongoing(Duration.ofSeconds(3)));
    assertThat(answer(new Verdict.Ongoing(Duration.ofMillis(1))))
        .as("rounded up: nobody is to ask too early")
        .isEqualTo(new Verdict.Ongoing(Duration.ofSeconds(1)));
    assertThat(answer(new Verdict.Unknown("lost the database")))
        .isEqualTo(new Verdict.Unknown("HTTP 500: lost the database"));
    assertThat(answer(new Verdict.Ok(new byte[0])))
        .asInstanceOf(type(Verdict.Ok.class))
        .satisfies(ok -> assertThat(ok.result()).isEmpty());
  }

  @Test
  void an_answer_without_a_body_says_so_in_its_length() throws Exception {
    handler.set((ref, body) -> new Verdict.Ok(new byte[0]));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri("/stock/try")).POST(HttpRequest.BodyPublishers.noBody());
    TxHeaders.render(Refs.ref(Phase.TRY)).forEach(request::header);
    var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.headers().firstValue("Content-Length")).hasValue("0");
  }

  private Verdict answer(Verdict verdict) {
    handler.set((ref, body) -> verdict);
    return participant.call(Refs.ref(Phase.TRY), new byte[0]);
  }

  @Test
  void a_handler_that_throws_does_not_know() {
    handler.set(
        (ref, body) -> {
          throw new IOException("disk");
        });
    assertThat(participant.call(Refs.ref(Phase.TRY), new byte[0]))
        .isEqualTo(new Verdict.Unknown("HTTP 500: IOException: disk"));
    handler.set(
        (ref, body) -> {
          throw new AssertionError("bug");
        });
    assertThat(participant.call(Refs.ref(Phase.TRY), new byte[0]))
        .isEqualTo(new Verdict.Unknown("HTTP 500: AssertionError: bug"));
  }

  @Test
  void the_callers_trace_is_current_in_the_handler() {
    AtomicReference<String> seen = new AtomicReference<>();
    handler.set(
        (ref, body) -> {
          seen.set(Span.current().getSpanContext().getTraceId());
          return new Verdict.Ok(body);
        });
    String trace = "0123456789abcdef0123456789abcdef";
    try (HttpParticipant traced =
        HttpParticipant.builder(uri("/stock"))
            .trace(ref -> Map.of("traceparent", "00-" + trace + "-0123456789abcdef-01"))
            .build()) {
      traced.call(Refs.ref(Phase.TRY), new byte[0]);
    }
    assertThat(seen).hasValue(trace);
  }

  @Test
  void a_call_delivered_twice_by_a_proxy_reaches_the_handler_twice_under_one_key()
      throws Exception {
    Map<String, String> effects = new ConcurrentHashMap<>();
    handler.set(
        (ref, body) ->
            new Verdict.Ok(effects.computeIfAbsent(ref.key(), key -> "effect").getBytes(UTF_8)));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri("/stock/try")).POST(HttpRequest.BodyPublishers.noBody());
    TxHeaders.render(Refs.ref(Phase.TRY)).forEach(request::header);
    for (int delivery = 0; delivery < 2; delivery++) {
      var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.body()).isEqualTo("effect");
    }
    assertThat(effects).hasSize(1);
  }

  @Test
  void what_names_no_branch_never_reaches_the_handler() throws Exception {
    handler.set(
        (ref, body) -> {
          throw new AssertionError("reached");
        });
    var none =
        client.send(
            HttpRequest.newBuilder(uri("/stock/try"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(none.statusCode()).isEqualTo(400);
    assertThat(none.body()).isEqualTo("Tx-Id: missing");
    HttpRequest.Builder twice =
        HttpRequest.newBuilder(uri("/stock/try")).POST(HttpRequest.BodyPublishers.noBody());
    TxHeaders.render(Refs.ref(Phase.TRY)).forEach(twice::header);
    var answer =
        client.send(twice.header("tx-id", "other").build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).isEqualTo("Tx-Id: 2 values (expected: one)");
    var get =
        client.send(
            HttpRequest.newBuilder(uri("/stock/try")).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(get.statusCode()).isEqualTo(405);
    assertThat(get.headers().firstValue("Allow")).hasValue("POST");
  }

  @Test
  void a_payload_that_is_too_long_never_reaches_the_handler() {
    AtomicReference<Integer> length = new AtomicReference<>();
    handler.set(
        (ref, body) -> {
          length.set(body.length);
          return new Verdict.Ok(body);
        });
    assertThat(participant.call(Refs.ref(Phase.TRY), new byte[1001]))
        .isEqualTo(new Verdict.Unknown("HTTP 413: payload too long (expected: <= 1000 bytes)"));
    assertThat(length).hasNullValue();
    assertThat(participant.call(Refs.ref(Phase.TRY), new byte[1000]))
        .isInstanceOf(Verdict.Ok.class);
    assertThat(length).hasValue(1000);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TxHttp.participant((ref, body) -> new Verdict.Ok(body), -1));
  }

  @Test
  void a_payload_cut_short_never_reaches_the_handler() throws Exception {
    handler.set(
        (ref, body) -> {
          throw new AssertionError("reached with " + body.length + " bytes");
        });
    StringBuilder head = new StringBuilder("POST /stock/try HTTP/1.1\r\nHost: x\r\n");
    TxHeaders.render(Refs.ref(Phase.TRY))
        .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    String cut = head + "Content-Length: 10\r\n\r\nabc";
    assertThat(raw(cut)).doesNotContain("HTTP/1.1 200").doesNotContain("reached");
    String chunks = head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n";
    assertThat(raw(chunks)).doesNotContain("HTTP/1.1 200").doesNotContain("reached");
  }

  /** Sends bytes, ends the sending side, and gives what comes back. */
  private String raw(String request) throws IOException {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), server.getAddress().getPort())) {
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  @Test
  void an_inquiry_tells_every_outcome() throws Exception {
    TxId id = new TxId("t");
    told(new Outcome.Done<>(id, 1L), "{\"id\":\"t\",\"outcome\":\"done\"}");
    told(
        new Outcome.Undone<>(id, "no \"stock\"\nleft"),
        "{\"id\":\"t\",\"outcome\":\"undone\",\"why\":\"no \\\"stock\\\" left\"}");
    told(
        new Outcome.Pending<>(id, Outcome.Direction.FORWARD, List.of("ship")),
        "{\"id\":\"t\",\"outcome\":\"pending\",\"direction\":\"forward\",\"waitingFor\":[\"ship\"]}");
    told(
        new Outcome.Parked<>(id, "pay", "card\ud800", 5),
        "{\"id\":\"t\",\"outcome\":\"parked\",\"why\":\"card?\",\"branch\":\"pay\",\"attempts\":5}");
    told(
        new Outcome.Hazard<>(id, List.of("a: done", "b: undone")),
        "{\"id\":\"t\",\"outcome\":\"hazard\",\"facts\":[\"a: done\",\"b: undone\"]}");
  }

  private void told(Outcome<?> outcome, String json) throws Exception {
    outcomes.put(outcome.id(), outcome);
    var answer = get("/tx/" + outcome.id());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(answer.body()).isEqualTo(json);
  }

  @Test
  void unknown_is_not_finished() throws Exception {
    var answer = get("/tx/nobody");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo("{\"id\":\"nobody\",\"outcome\":\"unknown\"}");
    var failed = get("/failing/t");
    assertThat(failed.statusCode()).isEqualTo(503);
    assertThat(failed.body()).isEqualTo("{\"error\":\"cannot tell now: ask again\"}");
  }

  @Test
  void every_id_can_be_asked_for() throws Exception {
    assertThat(get("/tx/order%2F1%25%3F").body()).startsWith("{\"id\":\"order/1%?\"");
    assertThat(get("/tx/order/1+2").body()).startsWith("{\"id\":\"order/1+2\"");
    assertThat(get("/short/a").body()).startsWith("{\"id\":\"a\"");
    assertThat(get("/tx/").statusCode()).isEqualTo(400);
    assertThat(get("/tx/%C3%A9").statusCode()).isEqualTo(400);
    assertThat(get("/tx/%FF").statusCode()).isEqualTo(400);
    assertThat(get("/tx/" + "x".repeat(129)).statusCode()).isEqualTo(400);
    assertThat(get("/shorter").statusCode()).isEqualTo(400);
    var post =
        client.send(
            HttpRequest.newBuilder(uri("/tx/t")).POST(HttpRequest.BodyPublishers.noBody()).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(post.statusCode()).isEqualTo(405);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void the_json_of_an_answer_is_read_by_the_same_codec() {
    var answer = InquiryHandler.Answer.unknown(new TxId("a"));
    Codec<InquiryHandler.Answer> codec = Codec.json(InquiryHandler.Answer.class);
    assertThat(codec.decode(codec.encode(answer))).isEqualTo(answer);
  }
}
