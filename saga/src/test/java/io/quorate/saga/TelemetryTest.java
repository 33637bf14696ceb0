package io.quorate.saga;

import static io.quorate.core.retry.Retry.exponential;
import static io.quorate.saga.Shop.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.quorate.core.telemetry.TxAttributes;
import io.quorate.core.telemetry.TxTelemetry;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.Refusal;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.codec.Codec;
import io.quorate.core.tx.log.JoinableLog;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.log.file.FileTransactionLog;
import io.quorate.core.tx.log.jdbc.JdbcLogConfig;
import io.quorate.core.tx.log.jdbc.JdbcTransactionLog;
import io.quorate.core.tx.remote.http.HttpParticipant;
import io.quorate.core.tx.remote.http.TxHttp;
import io.quorate.core.tx.runtime.RuntimeConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a trace shows of sagas on a real log, by a real SDK. */
@Timeout(60)
class TelemetryTest {
  private static final TxId ID = new TxId("order/1");

  @TempDir Path directory;
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .build();
  private final Tracer tracer = sdk.getTracer("shop");
  private final TxTelemetry telemetry = TxTelemetry.of(sdk);
  private final RuntimeConfig traced =
      RuntimeConfig.defaults()
          .withPollInterval(Duration.ofMillis(5))
          .withCallGrace(Duration.ofMillis(10))
          .observedBy(telemetry);
  private final Shop shop = new Shop();

  @AfterEach
  void close() {
    sdk.close();
  }

  private interface Body {
    void run(SagaCoordinator sagas) throws Exception;
  }

  private void on(TransactionLog log, SagaDefinition<?> saga, Body body) throws Exception {
    try (TransactionLog metered = telemetry.log(log);
        var sagas = SagaCoordinator.open(metered, traced, saga)) {
      body.run(sagas);
    }
  }

  /** Runs a saga as somebody does who has a span of their own. */
  private SpanData callerOf(SagaCoordinator sagas, SagaDefinition<Shop.Order> saga)
      throws Exception {
    Span caller = tracer.spanBuilder("POST /orders").startSpan();
    try (var current = caller.makeCurrent()) {
      assertThat(Span.current()).isEqualTo(caller);
      sagas.run(saga, ID, ORDER);
    } finally {
      caller.end();
    }
    return one("POST /orders");
  }

  private SpanData one(String name) {
    assertThat(all(name)).as(name).hasSize(1);
    return all(name).getFirst();
  }

  private List<SpanData> all(String name) {
    return spans.getFinishedSpanItems().stream()
        .filter(span -> span.getName().equals(name))
        .toList();
  }

  private static void assertChild(SpanData child, SpanData parent) {
    assertThat(child.getTraceId()).isEqualTo(parent.getTraceId());
    assertThat(child.getParentSpanId()).as(child.getName()).isEqualTo(parent.getSpanId());
  }

  private void work(StepContext c, String name) {
    tracer.spanBuilder(name).startSpan().end();
    shop.did.add(name);
    if (name.equals("sql 1") && c.attempt() == 1) {
      throw new IllegalStateException("connection reset");
    }
  }

  @Test
  void the_caller_the_saga_its_attempts_and_their_own_work_are_one_tree() throws Exception {
    var first =
        shop.steps
            .compensatable("first", (c, o) -> work(c, "sql 1"), (c, o) -> work(c, "undo 1"))
            .retry(exponential(Duration.ofMillis(1), Duration.ofMillis(1)).attempts(3));
    var second =
        shop.steps.pivot(
            "second",
            (c, o) -> {
              work(c, "sql 2");
              throw new Refusal("sold out");
            });
    SagaDefinition<Shop.Order> saga = shop.named("s").then(first).then(second).build();
    on(
        FileTransactionLog.open(directory),
        saga,
        sagas -> {
          SpanData caller = callerOf(sagas, saga);
          SpanData tx = one("saga s");
          assertChild(tx, caller);
          assertThat(tx.getAttributes().get(TxAttributes.OUTCOME)).isEqualTo("undone");

          List<SpanData> tries = all("try first");
          assertThat(tries)
              .extracting(span -> span.getAttributes().get(TxAttributes.ATTEMPT))
              .containsExactly(1L, 2L);
          tries.forEach(attempt -> assertChild(attempt, tx));
          assertThat(tries)
              .extracting(span -> span.getStatus().getStatusCode())
              .containsExactly(StatusCode.ERROR, StatusCode.UNSET);
          assertThat(tries.getFirst().getStatus().getDescription()).contains("connection reset");
          List<SpanData> statements = all("sql 1");
          assertThat(statements).hasSize(2);
          assertChild(statements.getFirst(), tries.getFirst());
          assertChild(statements.getLast(), tries.getLast());

          assertChild(one("try second"), tx);
          assertChild(one("sql 2"), one("try second"));
          assertThat(one("try second").getAttributes().get(TxAttributes.VERDICT)).isEqualTo("no");
          assertChild(one("cancel first"), tx);
          assertChild(one("undo 1"), one("cancel first"));
        });
  }

  @Test
  void what_an_http_participant_is_sent_names_the_step_that_calls_it() throws Exception {
    List<String> sent = new CopyOnWriteArrayList<>();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    var participant = TxHttp.participant((ref, body) -> new Verdict.Ok(body));
    server.createContext(
        "/stock",
        exchange -> {
          sent.add(exchange.getRequestHeaders().getFirst("traceparent"));
          participant.handle(exchange);
        });
    server.start();
    URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/stock");
    try (HttpParticipant stock = HttpParticipant.builder(base).build()) {
      var reserve =
          shop.steps.pivotCall(
              "reserve", Codec.bytes(), (c, o) -> stock.call(c.branch(), new byte[] {1}));
      SagaDefinition<Shop.Order> saga = shop.named("s").then(reserve).build();
      on(FileTransactionLog.open(directory), saga, sagas -> callerOf(sagas, saga));
    } finally {
      server.stop(0);
      threads.shutdownNow();
    }
    SpanData call = one("try reserve");
    assertThat(sent).hasSize(1);
    assertThat(sent.getFirst())
        .startsWith("00-" + call.getTraceId() + "-" + call.getSpanId() + "-");
    assertChild(one("saga s"), one("POST /orders"));
  }

  @Test
  void a_saga_that_began_in_somebodys_transaction_runs_in_a_trace_of_its_own() throws Exception {
    JdbcDataSource database = new JdbcDataSource();
    database.setURL("jdbc:h2:mem:telemetry" + hashCode() + ";DB_CLOSE_DELAY=-1");
    CountDownLatch ran = new CountDownLatch(1);
    var ship =
        shop.steps.pivot(
            "ship",
            (c, o) -> {
              tracer.spanBuilder("sql").startSpan().end();
              ran.countDown();
            });
    SagaDefinition<Shop.Order> saga = shop.named("s").then(ship).build();
    JdbcTransactionLog log =
        JdbcTransactionLog.open(JdbcLogConfig.builder(database).createTables(true).build());
    assertThat(telemetry.log((TransactionLog) log)).isInstanceOf(JoinableLog.class);
    on(
        log,
        saga,
        sagas -> {
          try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            sagas.enlist(saga, ID, ORDER, connection);
            connection.commit();
          }
          ran.await();
          assertThat(sagas.run(saga, ID, ORDER)).isInstanceOf(Outcome.Done.class);
          SpanData tx = one("saga s");
          assertThat(tx.getParentSpanContext().isValid()).isFalse();
          assertThat(tx.getAttributes().get(TxAttributes.RECOVERED)).isTrue();
          assertChild(one("try ship"), tx);
          assertChild(one("sql"), one("try ship"));
        });
  }
}
