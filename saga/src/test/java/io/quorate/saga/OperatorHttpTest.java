package io.quorate.saga;

import static io.quorate.saga.Shop.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.quorate.core.retry.Retry;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.file.FileTransactionLog;
import io.quorate.core.tx.remote.http.TxHttp;
import io.quorate.core.tx.runtime.RuntimeConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An operator with nothing but HTTP, on a real server. */
@Timeout(60)
class OperatorHttpTest {
  private static final RuntimeConfig QUICK =
      RuntimeConfig.defaults()
          .withPollInterval(Duration.ofMillis(5))
          .withCloseWait(Duration.ofMillis(10))
          .withCallGrace(Duration.ofMillis(10));

  @TempDir Path directory;
  private final Shop shop = new Shop();
  private final AtomicBoolean truck = new AtomicBoolean();
  private final CountDownLatch inside = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private final SagaDefinition<Shop.Order> deliver =
      shop.named("deliver")
          .then(shop.hold)
          .then(
              shop.steps
                  .retriable(
                      "ship",
                      (c, o) -> {
                        if (!truck.get()) {
                          throw new IllegalStateException("no\ntruck");
                        }
                      })
                  .retry(Retry.never()))
          .build();
  private final SagaDefinition<Shop.Order> slow =
      shop.named("slow")
          .then(
              shop.steps.compensatable(
                  "slow",
                  (c, o) -> {
                    inside.countDown();
                    go.await();
                  },
                  (c, o) -> shop.did.add("undone")))
          .then(shop.hold)
          .build();
  private final HttpClient client = HttpClient.newHttpClient();
  private FileTransactionLog log;
  private SagaCoordinator sagas;
  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    log = FileTransactionLog.open(directory);
    sagas = SagaCoordinator.open(log, QUICK, deliver, slow);
    server = OperationsExample.serve(sagas, 0);
    server.createContext("/bare", TxHttp.operator(sagas.operator()));
  }

  @AfterEach
  void stop() {
    client.shutdownNow();
    server.stop(0);
    sagas.close();
    log.close();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  private HttpResponse<String> post(String path, String json) throws Exception {
    return send(
        request(path)
            .header("Content-Type", "application/json; charset=utf-8")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  private static void assertAnswer(HttpResponse<String> answer, int status, String... parts) {
    assertThat(answer.body()).contains(parts);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
  }

  private void park(String... ids) throws Exception {
    for (String id : ids) {
      assertThat(sagas.run(deliver, new TxId(id), ORDER)).isInstanceOf(Outcome.Parked.class);
    }
  }

  @Test
  void a_parked_saga_is_found_explained_resolved_and_the_decision_is_on_record() throws Exception {
    park("order/1");
    assertAnswer(get("/ops/transactions?status=parked"), 200, "\"id\":\"order/1\"", "\"parked\"");
    HttpResponse<String> shown = get("/ops/transactions/order/1");
    assertAnswer(
        shown,
        200,
        "\"protocol\":\"saga:deliver v1\"",
        "{\"name\":\"hold\",\"after\":[],\"undoable\":true,\"state\":\"done\"",
        "\"name\":\"ship\",\"after\":[\"hold\"]",
        "java.lang.IllegalStateException: no truck",
        "\"kind\":\"begin\",\"force\":\"forced\"",
        "\"decisions\":[]");
    assertThat(shown.body()).as("what a customer ordered").doesNotContain("apple");

    String retry = "{\"branch\":\"ship\",\"action\":\"RETRY\",\"by\":\"ann\",\"why\":\"T-88\"}";
    truck.set(true);
    assertAnswer(post("/ops/resolve/order%2F1", retry), 200, "\"branches\"");
    assertThat(sagas.run(deliver, new TxId("order/1"), ORDER)).isInstanceOf(Outcome.Done.class);
    assertAnswer(
        get("/ops/transactions/order/1"),
        200,
        "\"status\":\"ended\"",
        "\"outcome\":\"done\"",
        "\"branch\":\"ship\",\"action\":\"retry\",\"by\":\"ann\",\"why\":\"T-88\"");
    assertThat(log.read(new TxId("order/1")))
        .extracting(LogRecord::kind)
        .contains(LogRecord.Kind.RESOLVE);
    assertAnswer(post("/ops/resolve/order/1", retry), 409, "has ended");
  }

  @Test
  void what_is_under_way_can_be_cancelled_with_who_and_why() throws Exception {
    var outcome = sagas.runAsync(slow, new TxId("order/2"), ORDER);
    inside.await();
    String cancel = "{\"by\":\"ann\",\"why\":\"customer left\"}";
    assertAnswer(post("/ops/cancel/order/2", cancel), 200, "\"direction\":\"backward\"");
    go.countDown();
    assertThat(outcome.get())
        .isEqualTo(
            new Outcome.Undone<SagaResults>(
                new TxId("order/2"), "cancelled: customer left (by ann)"));
  }

  @Test
  void a_list_comes_in_pages_to_its_end() throws Exception {
    park("o/1", "o/2", "o/3", "o/4", "o/5");
    List<String> found = new ArrayList<>();
    String path = "/ops/transactions?limit=2";
    for (String next = ""; next != null; ) {
      HttpResponse<String> page = get(next.isEmpty() ? path : path + "&after=" + next);
      assertAnswer(page, 200, "transactions");
      List<String> ids = all("\"id\":\"([^\"]+)\"", page.body());
      assertThat(ids).hasSizeBetween(1, 2);
      found.addAll(ids);
      List<String> more = all("\"next\":\"([^\"]+)\"", page.body());
      next = more.isEmpty() ? null : more.getFirst();
    }
    assertThat(found).containsExactly("o/1", "o/2", "o/3", "o/4", "o/5");
    assertAnswer(get("/ops/transactions?status=ended"), 200, "\"transactions\":[]");
  }

  private static List<String> all(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    return matcher.results().map(found -> found.group(1)).toList();
  }

  @Test
  void one_that_is_set_aside_is_listed_with_the_reason_and_takes_no_decision() throws Exception {
    park("order/3");
    sagas.close();
    SagaDefinition<Shop.Order> other = shop.inLine();
    var second = SagaCoordinator.open(log, QUICK, other);
    server.createContext("/second/", TxHttp.operator(second.operator()));
    String retry = "{\"branch\":\"ship\",\"action\":\"RETRY\",\"by\":\"ann\",\"why\":\"T-88\"}";
    assertAnswer(post("/second/resolve/order/3", retry), 409, "deliver v1 is not registered");
    assertAnswer(
        get("/second/set-aside"), 200, "\"id\":\"order/3\"", "deliver v1 is not registered");
    assertAnswer(get("/second/transactions/order/3"), 200, "\"setAside\":\"saga:deliver v1 is not");
    assertAnswer(get("/second/set-aside?after=order/3"), 200, "{\"setAside\":[]}");
    second.close();
    assertAnswer(post("/second/resolve/order/3", retry), 503, "the coordinator was closed");
  }

  @Test
  void what_is_malformed_is_told_by_name_and_changes_nothing() throws Exception {
    park("order/4");
    int records = log.read(new TxId("order/4")).size();
    assertAnswer(get("/ops/transactions?limit=0"), 400, "limit: 0 (expected: 1..1000)");
    assertAnswer(get("/ops/transactions?limit=1001"), 400, "limit: 1001 (expected: 1..1000)");
    assertAnswer(get("/ops/transactions?limit=99999999999"), 400, "limit: ");
    assertAnswer(get("/ops/transactions?limit=1&limit=2"), 400, "limit: twice");
    assertAnswer(get("/ops/transactions?state=open"), 400, "parameter: ", "after, limit, status");
    assertAnswer(get("/ops/transactions?status=lost"), 400, "status: lost");
    assertAnswer(get("/ops/transactions?after=a%20b"), 400, "tx: ");
    assertAnswer(get("/ops/transactions/a%20b"), 400, "tx: ");
    String resolve = "/ops/resolve/order/4";
    assertAnswer(post(resolve, "{"), 400, "error");
    assertAnswer(
        post(resolve, "{\"branch\":\"ship\",\"action\":\"RETRY\",\"by\":\"a\"}"), 400, "why");
    assertAnswer(
        post(resolve, "{\"branch\":\"ship\",\"action\":\"BURN\",\"by\":\"a\",\"why\":\"b\"}"),
        400,
        "BURN",
        "TAKE_AS_DONE");
    assertAnswer(
        post(resolve, "{\"branch\":\"ship\",\"action\":\"RETRY\",\"by\":\" \",\"why\":\"b\"}"),
        400,
        "by: blank");
    assertAnswer(post("/ops/cancel/order/4", "{\"by\":\"ann\",\"why\":\"\"}"), 400, "blank");
    assertAnswer(post("/ops/resolve/", "{\"by\":\"a\"}"), 400, "tx: ");
    assertThat(log.read(new TxId("order/4"))).hasSize(records);
  }

  @Test
  void what_is_not_there_or_does_not_fit_is_told_apart() throws Exception {
    park("order/5");
    String retry = "{\"branch\":\"hold\",\"action\":\"RETRY\",\"by\":\"ann\",\"why\":\"T-88\"}";
    assertAnswer(get("/ops/transactions/nobody"), 404, "nobody is not known to this log");
    assertAnswer(post("/ops/resolve/nobody", retry), 404, "nobody is not known");
    assertAnswer(
        post("/ops/cancel/nobody", "{\"by\":\"ann\",\"why\":\"x\"}"), 404, "nobody is not known");
    assertAnswer(post("/ops/resolve/order/5", retry), 409, "hold is DONE and waits for nobody");
    assertAnswer(get("/ops/"), 404, "no such path");
    assertAnswer(get("/bare/transactions/order/5"), 200, "order/5");
    assertAnswer(get("/barex/transactions"), 404, "no such path");
    HttpResponse<String> wrongWay = get("/ops/resolve/order/5");
    assertAnswer(wrongWay, 405, "GET (expected: POST)");
    assertThat(wrongWay.headers().firstValue("Allow")).contains("POST");
    assertAnswer(post("/ops/transactions", "{}"), 405, "POST (expected: GET)");
  }

  @Test
  void a_body_too_long_or_of_another_type_is_not_read() throws Exception {
    park("order/6");
    String retry = "{\"branch\":\"ship\",\"action\":\"RETRY\",\"by\":\"ann\",\"why\":\"%s\"}";
    assertAnswer(post("/ops/resolve/order/6", retry.formatted("x".repeat(16 << 10))), 413, "16384");
    HttpResponse<String> form =
        send(
            request("/ops/resolve/order/6")
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(retry.formatted("T-88"))));
    assertAnswer(form, 415, "application/json");
    HttpResponse<String> untyped =
        send(
            request("/ops/resolve/order/6")
                .POST(HttpRequest.BodyPublishers.ofString(retry.formatted("T-88"))));
    assertAnswer(untyped, 415, "application/json");
    assertThat(log.read(new TxId("order/6")))
        .extracting(LogRecord::kind)
        .doesNotContain(LogRecord.Kind.RESOLVE);
  }
}
