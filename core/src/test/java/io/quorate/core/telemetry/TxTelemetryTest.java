package io.quorate.core.telemetry;

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.machine.ProtocolId;
import io.quorate.core.tx.machine.Resolution;
import io.quorate.core.tx.machine.TxEvent;
import io.quorate.core.tx.remote.TraceHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TxTelemetryTest {
  private static final ProtocolId ORDER = new ProtocolId("saga", "place-order", 3);
  private static final TxId TX = new TxId("order/1");

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
          .build();
  private final AtomicLong nanos = new AtomicLong(-5_000_000_000L);
  private SpanContext origin = SpanContext.getInvalid();
  private final TxTelemetry telemetry = TxTelemetry.of(sdk, nanos::get, tx -> origin);

  @AfterEach
  void close() {
    sdk.close();
  }

  private static BranchRef ref(String branch, Phase phase, int attempt) {
    return new BranchRef(TX, branch, phase, attempt, new Epoch("node-1", 7), Instant.EPOCH);
  }

  private void on(TxEvent... events) {
    for (TxEvent event : events) {
      nanos.addAndGet(1_000_000);
      telemetry.on(event);
    }
  }

  private static TxEvent began() {
    return new TxEvent.Began(TX, ORDER);
  }

  private static TxEvent called(BranchRef ref) {
    return new TxEvent.Called(TX, ref);
  }

  private static TxEvent answered(BranchRef ref, Verdict verdict) {
    return new TxEvent.Answered(TX, ref, verdict);
  }

  private static Verdict ok() {
    return new Verdict.Ok(new byte[0]);
  }

  @Test
  void a_transaction_is_a_span_and_each_call_a_child_of_it() {
    Span caller = sdk.getTracer("test").spanBuilder("POST /orders").startSpan();
    BranchRef stock = ref("stock", Phase.TRY, 2);
    try (var inCaller = caller.makeCurrent()) {
      on(began());
    }
    on(
        called(stock),
        answered(stock, ok()),
        new TxEvent.Decided(TX, true, "all done"),
        new TxEvent.Ended(TX, true));
    SpanData tx = span("saga place-order");
    assertThat(tx.getKind()).isEqualTo(SpanKind.INTERNAL);
    assertThat(tx.getParentSpanId()).isEqualTo(caller.getSpanContext().getSpanId());
    assertThat(tx.getStatus()).isEqualTo(StatusData.unset());
    assertThat(tx.getAttributes().asMap())
        .isEqualTo(
            Attributes.builder()
                .put(TxAttributes.ID, "order/1")
                .put(TxAttributes.FAMILY, "saga")
                .put(TxAttributes.NAME, "place-order")
                .put(TxAttributes.VERSION, 3)
                .put(TxAttributes.OUTCOME, "done")
                .build()
                .asMap());
    assertThat(tx.getEvents()).extracting(EventData::getName).containsExactly("quorate.tx.decided");
    SpanData call = span("try stock");
    assertThat(call.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(call.getParentSpanId()).isEqualTo(tx.getSpanId());
    assertThat(call.getTraceId()).isEqualTo(caller.getSpanContext().getTraceId());
    assertThat(call.getAttributes().asMap())
        .isEqualTo(
            Attributes.builder()
                .put(TxAttributes.ID, "order/1")
                .put(TxAttributes.BRANCH, "stock")
                .put(TxAttributes.PHASE, "try")
                .put(TxAttributes.ATTEMPT, 2)
                .put(TxAttributes.EPOCH, 7)
                .put(TxAttributes.VERDICT, "ok")
                .build()
                .asMap());
  }

  @Test
  void a_refusal_is_business_and_not_an_error() {
    BranchRef stock = ref("stock", Phase.TRY, 1);
    on(began(), called(stock), answered(stock, new Verdict.No("sold out")));
    assertThat(span("try stock").getStatus()).isEqualTo(StatusData.unset());
    assertThat(span("try stock").getAttributes().get(TxAttributes.VERDICT)).isEqualTo("no");
    on(called(stock), answered(stock, new Verdict.Ongoing(Duration.ZERO)));
    assertThat(spans.getFinishedSpanItems().get(1).getStatus()).isEqualTo(StatusData.unset());
  }

  @Test
  void not_knowing_and_a_conflict_are_errors_with_their_cause() {
    BranchRef stock = ref("stock", Phase.CANCEL, 1);
    BranchRef pay = ref("pay", Phase.CANCEL, 1);
    on(
        began(),
        called(stock),
        called(pay),
        answered(pay, new Verdict.Conflict("confirmed")),
        answered(stock, new Verdict.Unknown("reset")));
    assertThat(span("cancel stock").getStatus())
        .isEqualTo(StatusData.create(StatusCode.ERROR, "reset"));
    assertThat(span("cancel stock").getAttributes().get(TxAttributes.ERROR_TYPE))
        .isEqualTo("unknown");
    assertThat(span("cancel pay").getStatus())
        .isEqualTo(StatusData.create(StatusCode.ERROR, "confirmed"));
    assertThat(span("cancel pay").getAttributes().get(TxAttributes.ERROR_TYPE))
        .isEqualTo("conflict");
  }

  @Test
  void a_recovered_transaction_links_to_where_it_began_and_does_not_pretend_to_go_on() {
    origin =
        SpanContext.create(
            "0123456789abcdef0123456789abcdef",
            "0123456789abcdef",
            TraceFlags.getSampled(),
            TraceState.getDefault());
    Span loop = sdk.getTracer("test").spanBuilder("recovery loop").startSpan();
    try (var inLoop = loop.makeCurrent()) {
      on(new TxEvent.Recovered(TX, ORDER, 4));
    }
    on(new TxEvent.Ended(TX, false));
    SpanData tx = span("saga place-order");
    assertThat(tx.getParentSpanContext().isValid()).isFalse();
    assertThat(tx.getLinks()).extracting(LinkData::getSpanContext).containsExactly(origin);
    assertThat(tx.getAttributes().get(TxAttributes.RECOVERED)).isTrue();
    assertThat(tx.getAttributes().get(TxAttributes.OUTCOME)).isEqualTo("undone");
    assertThat(point("quorate.tx.recovered").longValue()).isEqualTo(1);
    assertThat(names())
        .contains("quorate.tx.ended")
        .doesNotContain("quorate.tx.duration", "quorate.tx.started");
  }

  @Test
  void a_recovery_in_the_same_process_ends_the_stretch_before_it_and_links_to_it() {
    BranchRef stock = ref("stock", Phase.TRY, 1);
    on(began(), called(stock), new TxEvent.Recovered(TX, ORDER, 2), new TxEvent.Ended(TX, true));
    List<SpanData> stretches = all("saga place-order");
    assertThat(stretches).hasSize(2);
    assertThat(stretches.get(0).getAttributes().get(TxAttributes.OUTCOME)).isEqualTo("left");
    assertThat(stretches.get(1).getLinks())
        .extracting(LinkData::getSpanContext)
        .containsExactly(stretches.get(0).getSpanContext());
    assertThat(span("try stock").getAttributes().get(TxAttributes.VERDICT)).isEqualTo("abandoned");
    on(answered(stock, ok()));
    assertThat(all("try stock")).as("a late answer changes nothing").hasSize(1);
  }

  @Test
  void a_parked_transaction_ends_its_span_with_its_last_call_and_a_decision_begins_another() {
    BranchRef stock = ref("stock", Phase.CANCEL, 9);
    BranchRef pay = ref("pay", Phase.CANCEL, 1);
    on(
        began(),
        called(stock),
        called(pay),
        answered(stock, new Verdict.Unknown("reset")),
        new TxEvent.Parked(TX, "stock", "reset", 9));
    assertThat(all("saga place-order")).as("pay is still open").isEmpty();
    on(answered(pay, ok()));
    SpanData parked = span("saga place-order");
    assertThat(parked.getStatus()).isEqualTo(StatusData.create(StatusCode.ERROR, "stock: reset"));
    assertThat(parked.getAttributes().get(TxAttributes.OUTCOME)).isEqualTo("parked");
    assertThat(parked.getAttributes().get(TxAttributes.ERROR_TYPE)).isEqualTo("parked");
    on(
        new TxEvent.Resolved(
            TX,
            new Resolution("stock", Resolution.Action.TAKE_AS_UNDONE, "ann", "ticket 88"),
            Instant.EPOCH),
        new TxEvent.Ended(TX, false));
    SpanData resumed = all("saga place-order").get(1);
    assertThat(resumed.getLinks())
        .extracting(LinkData::getSpanContext)
        .containsExactly(parked.getSpanContext());
    assertThat(resumed.getParentSpanContext().isValid()).isFalse();
    assertThat(resumed.getStatus()).isEqualTo(StatusData.unset());
    assertThat(resumed.getEvents().get(0).getAttributes().get(stringKey("quorate.tx.action")))
        .isEqualTo("take_as_undone");
    assertThat(point("quorate.tx.parks").longValue()).isEqualTo(1);
    assertThat(histogram("quorate.tx.duration").getSum()).isEqualTo(0.007);
  }

  @Test
  void a_sibling_called_after_the_parking_is_traced_in_a_stretch_of_its_own() {
    BranchRef pay = ref("pay", Phase.CANCEL, 1);
    on(began(), new TxEvent.Parked(TX, "stock", "reset", 9), called(pay), answered(pay, ok()));
    telemetry.close();
    assertThat(all("saga place-order")).hasSize(2);
    assertThat(span("cancel pay").getParentSpanId())
        .isEqualTo(all("saga place-order").get(1).getSpanId());
  }

  @Test
  void a_call_that_is_made_again_ends_the_one_given_up() {
    BranchRef first = ref("stock", Phase.TRY, 1);
    BranchRef second = ref("stock", Phase.TRY, 2);
    on(
        began(),
        called(first),
        called(second),
        answered(first, new Verdict.Unknown("late")),
        answered(second, ok()));
    assertThat(all("try stock"))
        .extracting(span -> span.getAttributes().get(TxAttributes.VERDICT))
        .containsExactly("abandoned", "ok");
    assertThat(histogram("quorate.tx.call.duration").getCount()).isEqualTo(1);
  }

  @Test
  void metrics_tell_protocol_branch_and_outcome() {
    BranchRef stock = ref("stock", Phase.TRY, 1);
    on(
        began(),
        called(stock),
        answered(stock, new Verdict.Unknown("reset")),
        new TxEvent.RetryScheduled(TX, stock, Duration.ofSeconds(Long.MAX_VALUE), "reset"),
        new TxEvent.WaitingForLock(TX, "sku:1", new TxId("other")),
        new TxEvent.Ended(TX, true));
    Attributes protocol =
        Attributes.of(TxAttributes.FAMILY, "saga", TxAttributes.NAME, "place-order");
    Attributes branch =
        protocol.toBuilder()
            .put(TxAttributes.BRANCH, "stock")
            .put(TxAttributes.PHASE, "try")
            .build();
    assertThat(point("quorate.tx.started")).isEqualTo(new Point(protocol, 1));
    assertThat(point("quorate.tx.lock.waits")).isEqualTo(new Point(protocol, 1));
    assertThat(point("quorate.tx.retries")).isEqualTo(new Point(branch, 1));
    Attributes done = protocol.toBuilder().put(TxAttributes.OUTCOME, "done").build();
    assertThat(point("quorate.tx.ended")).isEqualTo(new Point(done, 1));
    assertThat(histogram("quorate.tx.duration").getAttributes()).isEqualTo(done);
    assertThat(histogram("quorate.tx.duration").getSum()).isEqualTo(0.005);
    assertThat(histogram("quorate.tx.call.duration").getAttributes())
        .isEqualTo(branch.toBuilder().put(TxAttributes.VERDICT, "unknown").build());
    assertThat(histogram("quorate.tx.call.duration").getSum()).isEqualTo(0.001);
    assertThat(histogram("quorate.tx.call.duration").getBoundaries()).contains(0.005, 10.0);
    assertThat(metric("quorate.tx.call.duration").getUnit()).isEqualTo("s");
    assertThat(metric("quorate.tx.started").getUnit()).isEqualTo("{transaction}");
  }

  @Test
  void what_only_the_log_knows_is_asked_for_until_the_watch_is_closed() {
    try (TxTelemetry.Watch watch = telemetry.watch(() -> 3, () -> Duration.ofMillis(1500))) {
      assertThat(point("quorate.tx.parked").longValue()).isEqualTo(3);
      MetricData lag = metric("quorate.tx.recovery.lag");
      assertThat(lag.getDoubleGaugeData().getPoints().iterator().next().getValue()).isEqualTo(1.5);
    }
    assertThat(names()).doesNotContain("quorate.tx.parked", "quorate.tx.recovery.lag");
  }

  @Test
  void trace_headers_are_those_of_the_open_call() {
    BranchRef stock = ref("stock", Phase.TRY, 1);
    TraceHeaders headers = telemetry.traceHeaders();
    assertThat(headers.of(stock)).isEmpty();
    on(began());
    String ofTransaction = headers.of(stock).get("traceparent");
    on(called(stock));
    String ofCall = headers.of(stock).get("traceparent");
    assertThat(headers.of(ref("stock", Phase.TRY, 2)))
        .as("not the call that was asked for")
        .containsEntry("traceparent", ofTransaction);
    on(answered(stock, ok()), new TxEvent.Ended(TX, true));
    assertThat(ofCall).isEqualTo(traceparent(span("try stock")));
    assertThat(ofTransaction).isEqualTo(traceparent(span("saga place-order")));
  }

  private static String traceparent(SpanData span) {
    SpanContext context = span.getSpanContext();
    return "00-%s-%s-%s"
        .formatted(context.getTraceId(), context.getSpanId(), context.getTraceFlags().asHex());
  }

  @Test
  void the_number_of_transactions_followed_is_bounded_and_all_are_counted() {
    int many = TxTelemetry.FOLLOWED_MAX + 5;
    for (int i = 0; i < many; i++) {
      telemetry.on(new TxEvent.Began(new TxId("t" + i), ORDER));
    }
    assertThat(spans.getFinishedSpanItems()).hasSize(5);
    assertThat(spans.getFinishedSpanItems().get(0).getAttributes())
        .extracting(attributes -> attributes.get(TxAttributes.ID))
        .isEqualTo("t0");
    telemetry.on(new TxEvent.Ended(new TxId("t0"), true));
    assertThat(point("quorate.tx.started").longValue()).isEqualTo(many);
    assertThat(point("quorate.tx.ended").attributes().get(TxAttributes.NAME)).isEqualTo("unknown");
    telemetry.close();
    assertThat(spans.getFinishedSpanItems()).hasSize(many);
  }

  @Test
  void events_of_many_transactions_may_come_at_once() throws Exception {
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      TxId tx = new TxId("t" + i);
      BranchRef ref =
          new BranchRef(tx, "stock", Phase.TRY, 1, new Epoch("node-1", 7), Instant.EPOCH);
      tasks.add(
          () -> {
            telemetry.on(new TxEvent.Began(tx, ORDER));
            telemetry.on(new TxEvent.Called(tx, ref));
            telemetry.on(new TxEvent.Answered(tx, ref, ok()));
            telemetry.on(new TxEvent.Ended(tx, true));
            return null;
          });
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> task : threads.invokeAll(tasks)) {
        task.get();
      }
    }
    assertThat(spans.getFinishedSpanItems()).hasSize(128);
    assertThat(point("quorate.tx.ended").longValue()).isEqualTo(64);
    assertThat(histogram("quorate.tx.call.duration").getCount()).isEqualTo(64);
  }

  @Test
  void without_an_sdk_nothing_happens() {
    TxTelemetry idle = TxTelemetry.of(OpenTelemetry.noop());
    BranchRef stock = ref("stock", Phase.TRY, 1);
    idle.on(began());
    idle.on(called(stock));
    assertThat(idle.traceHeaders().of(stock)).isEmpty();
    idle.on(answered(stock, ok()));
    idle.on(new TxEvent.Ended(TX, true));
    idle.watch(() -> 1, () -> Duration.ZERO).close();
    idle.close();
  }

  @Test
  void an_append_is_measured_by_force_and_failure() throws Exception {
    FakeLog fake = new FakeLog(nanos);
    var log = telemetry.log(fake);
    log.append(Epoch.NONE, List.of(fake.record(false), fake.record(true)));
    HistogramPointData forced = histogram("quorate.tx.log.append.duration");
    assertThat(forced.getAttributes()).isEqualTo(Attributes.of(TxAttributes.FORCE, "forced"));
    assertThat(forced.getSum()).isEqualTo(0.002);
    fake.failing = true;
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> log.append(Epoch.NONE, List.of(fake.record(false))));
    assertThat(metric("quorate.tx.log.append.duration").getHistogramData().getPoints())
        .extracting(HistogramPointData::getAttributes)
        .contains(
            Attributes.of(
                TxAttributes.FORCE,
                "lazy",
                TxAttributes.ERROR_TYPE,
                "java.lang.IllegalStateException"));
    log.close();
    assertThat(fake.closed).isTrue();
  }

  private record Point(Attributes attributes, long longValue) {}

  /** The only point of a counter or gauge. */
  private Point point(String name) {
    MetricData metric = metric(name);
    var points =
        metric.getType() == MetricDataType.LONG_SUM
            ? metric.getLongSumData().getPoints()
            : metric.getLongGaugeData().getPoints();
    assertThat(points).as(name).hasSize(1);
    LongPointData point = points.iterator().next();
    return new Point(point.getAttributes(), point.getValue());
  }

  /** The only point of a histogram. */
  private HistogramPointData histogram(String name) {
    var points = metric(name).getHistogramData().getPoints();
    assertThat(points).as(name).hasSize(1);
    return points.iterator().next();
  }

  private MetricData metric(String name) {
    return metrics.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no metric " + name + " in " + names()));
  }

  private List<String> names() {
    return metrics.collectAllMetrics().stream().map(MetricData::getName).toList();
  }

  private SpanData span(String name) {
    assertThat(all(name)).hasSize(1);
    return all(name).get(0);
  }

  private List<SpanData> all(String name) {
    return spans.getFinishedSpanItems().stream()
        .filter(span -> span.getName().equals(name))
        .toList();
  }
}
