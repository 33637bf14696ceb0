package io.quorate.core.telemetry;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.quorate.core.time.Ticker;
import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.log.JoinableLog;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.machine.ProtocolId;
import io.quorate.core.tx.machine.TxEvent;
import io.quorate.core.tx.remote.TraceHeaders;
import io.quorate.core.tx.runtime.CallScope;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Traces and measures transactions: hand it to a coordinator as its observer ({@code
 * RuntimeConfig.observedBy}), wrap the log with {@link #log(TransactionLog)}, and {@link #watch}
 * what only the log knows. The package description has the names.
 *
 * <p>As a {@link CallScope} it makes a transaction that is started here a child of the span that is
 * current where it is started, and a call's span the current one of the participant's code: the
 * spans it makes, and what it sends to others, are below the call. {@link #traceHeaders} is for
 * participants that are called without a coordinator's runtime.
 *
 * <p>Safe for use by many threads; never throws what a working SDK does not. At most {@link
 * #FOLLOWED_MAX} transactions are followed at a time; beyond that, those that began longest ago
 * have no spans, durations and protocol names any more, but are counted.
 */
public final class TxTelemetry implements CallScope, AutoCloseable {

  /** How many transactions are followed at most. */
  public static final int FOLLOWED_MAX = 10_000;

  private static final String SCOPE = "io.quorate.core";

  private final Tracer tracer;
  private final Meter meter;
  private final TxMetrics metrics;
  private final Ticker ticker;
  private final Function<TxId, SpanContext> origins;
  private final Stretches stretches = new Stretches(FOLLOWED_MAX);

  private TxTelemetry(
      OpenTelemetry openTelemetry, Ticker ticker, Function<TxId, SpanContext> origins) {
    this.tracer = openTelemetry.getTracer(SCOPE);
    this.meter = openTelemetry.getMeter(SCOPE);
    this.metrics = new TxMetrics(meter);
    this.ticker = ticker;
    this.origins = origins;
  }

  /** Telemetry that goes to {@code openTelemetry}. */
  public static TxTelemetry of(OpenTelemetry openTelemetry) {
    return of(openTelemetry, Ticker.system(), tx -> SpanContext.getInvalid());
  }

  /**
   * Telemetry with durations by {@code ticker}.
   *
   * @param origins the span that a transaction of another process began in, for the link from where
   *     it is recovered, if the program keeps it; {@link SpanContext#getInvalid()} where it is not
   *     known. Must be quick
   */
  public static TxTelemetry of(
      OpenTelemetry openTelemetry, Ticker ticker, Function<TxId, SpanContext> origins) {
    return new TxTelemetry(
        requireNonNull(openTelemetry, "openTelemetry"),
        requireNonNull(ticker, "ticker"),
        requireNonNull(origins, "origins"));
  }

  @Override
  public void on(TxEvent event) {
    switch (event) {
      case TxEvent.Began began -> began(began);
      case TxEvent.Recovered recovered -> recovered(recovered);
      case TxEvent.Called called -> called(called);
      case TxEvent.Answered answered -> answered(answered);
      case TxEvent.RetryScheduled retry -> retryScheduled(retry);
      case TxEvent.WaitingForLock waiting -> waitingForLock(waiting);
      case TxEvent.Decided decided ->
          mark(
              decided.tx(),
              "quorate.tx.decided",
              Attributes.builder()
                  .put("quorate.tx.direction", decided.forward() ? "forward" : "backward")
                  .put("quorate.tx.why", decided.why())
                  .build());
      case TxEvent.Parked parked -> parked(parked);
      case TxEvent.Resolved resolved -> resolved(resolved);
      case TxEvent.Ended ended -> ended(ended);
    }
  }

  private void began(TxEvent.Began began) {
    metrics.started(began.protocol());
    SpanBuilder span = span(began.tx(), began.protocol()).setParent(Context.current());
    follow(began.tx(), began.protocol(), span, Context.current(), ticker.nanos());
  }

  private void recovered(TxEvent.Recovered recovered) {
    metrics.recovered(recovered.protocol());
    SpanBuilder span =
        span(recovered.tx(), recovered.protocol())
            .setNoParent()
            .setAttribute(TxAttributes.RECOVERED, true)
            .setAttribute("quorate.tx.records", (long) recovered.records());
    Stretch before = stretches.get(recovered.tx());
    SpanContext link = before != null ? before.spanContext() : origins.apply(recovered.tx());
    if (link.isValid()) {
      span.addLink(link);
    }
    // The time it lay in the log is nobody's duration.
    follow(recovered.tx(), recovered.protocol(), span, Context.root(), null);
  }

  private void resolved(TxEvent.Resolved resolved) {
    TxId tx = resolved.tx();
    resumed(tx);
    String action = resolved.resolution().action().name().toLowerCase(Locale.ROOT);
    mark(
        tx,
        "quorate.tx.resolved",
        Attributes.builder()
            .put(TxAttributes.BRANCH, resolved.resolution().branch())
            .put("quorate.tx.action", action)
            .build());
  }

  /** The transaction's stretch, or a new one behind one that is over. */
  private @Nullable Stretch resumed(TxId tx) {
    Stretch before = stretches.get(tx);
    if (before == null || !before.isOver()) {
      return before;
    }
    SpanBuilder span = span(tx, before.protocol()).setNoParent().addLink(before.spanContext());
    return follow(tx, before.protocol(), span, Context.root(), before.beganNanos());
  }

  private SpanBuilder span(TxId tx, @Nullable ProtocolId protocol) {
    if (protocol == null) {
      return tracer.spanBuilder("transaction").setAttribute(TxAttributes.ID, tx.value());
    }
    return tracer
        .spanBuilder(protocol.family() + " " + protocol.name())
        .setAttribute(TxAttributes.ID, tx.value())
        .setAttribute(TxAttributes.FAMILY, protocol.family())
        .setAttribute(TxAttributes.NAME, protocol.name())
        .setAttribute(TxAttributes.VERSION, (long) protocol.version());
  }

  private Stretch follow(
      TxId tx,
      @Nullable ProtocolId protocol,
      SpanBuilder builder,
      Context parent,
      @Nullable Long beganNanos) {
    Span span = builder.startSpan();
    Stretch stretch = new Stretch(protocol, span, parent.with(span), beganNanos);
    stretches.put(tx, stretch);
    return stretch;
  }

  private void called(TxEvent.Called called) {
    BranchRef ref = called.ref();
    Stretch stretch = resumed(called.tx());
    if (stretch == null) {
      return;
    }
    Span span =
        tracer
            .spanBuilder(TxMetrics.phase(ref) + " " + ref.branch())
            .setSpanKind(SpanKind.CLIENT)
            .setParent(stretch.context())
            .setAttribute(TxAttributes.ID, called.tx().value())
            .setAttribute(TxAttributes.BRANCH, ref.branch())
            .setAttribute(TxAttributes.PHASE, TxMetrics.phase(ref))
            .setAttribute(TxAttributes.ATTEMPT, (long) ref.attempt())
            .setAttribute(TxAttributes.EPOCH, ref.epoch().number())
            .startSpan();
    Context context = stretch.context().with(span);
    stretch.open(new Stretch.OpenCall(ref, span, context, ticker.nanos()));
  }

  private void answered(TxEvent.Answered answered) {
    Stretch stretch = stretches.get(answered.tx());
    Stretch.OpenCall call = stretch == null ? null : stretch.close(answered.ref());
    if (stretch == null || call == null) {
      return;
    }
    String verdict =
        switch (answered.verdict()) {
          case Verdict.Ok ok -> "ok";
          case Verdict.No no -> "no";
          case Verdict.Ongoing ongoing -> "ongoing";
          case Verdict.Conflict conflict -> failed(call.span(), "conflict", conflict.fact());
          case Verdict.Unknown unknown -> failed(call.span(), "unknown", unknown.cause());
        };
    metrics.answered(
        stretch.protocol(), answered.ref(), verdict, ticker.nanos() - call.startedNanos());
    call.span().setAttribute(TxAttributes.VERDICT, verdict);
    call.span().end();
  }

  private static String failed(Span span, String verdict, String why) {
    span.setAttribute(TxAttributes.ERROR_TYPE, verdict);
    span.setStatus(StatusCode.ERROR, why);
    return verdict;
  }

  private void retryScheduled(TxEvent.RetryScheduled retry) {
    metrics.retried(protocolOf(retry.tx()), retry.ref());
    mark(
        retry.tx(),
        "quorate.tx.retry",
        Attributes.builder()
            .put(TxAttributes.BRANCH, retry.ref().branch())
            .put(TxAttributes.PHASE, TxMetrics.phase(retry.ref()))
            .put("quorate.tx.pause", seconds(retry.pause()))
            .put("quorate.tx.why", retry.cause())
            .build());
  }

  private void waitingForLock(TxEvent.WaitingForLock waiting) {
    metrics.waitedForLock(protocolOf(waiting.tx()));
    mark(
        waiting.tx(),
        "quorate.tx.lock.wait",
        Attributes.builder()
            .put("quorate.tx.lock", waiting.lock())
            .put("quorate.tx.lock.holder", waiting.holder().value())
            .build());
  }

  private void parked(TxEvent.Parked parked) {
    metrics.parked(protocolOf(parked.tx()), parked.branch());
    mark(
        parked.tx(),
        "quorate.tx.parked",
        Attributes.builder()
            .put(TxAttributes.BRANCH, parked.branch())
            .put("quorate.tx.why", parked.why())
            .put("quorate.tx.attempts", (long) parked.attempts())
            .build());
    Stretch stretch = stretches.get(parked.tx());
    if (stretch != null) {
      stretch.park(parked.branch() + ": " + parked.why());
    }
  }

  private void ended(TxEvent.Ended ended) {
    String outcome = ended.done() ? "done" : "undone";
    Stretch stretch = stretches.remove(ended.tx());
    Long beganNanos = stretch == null ? null : stretch.beganNanos();
    metrics.ended(
        stretch == null ? null : stretch.protocol(),
        outcome,
        beganNanos == null ? -1 : ticker.nanos() - beganNanos);
    if (stretch != null) {
      stretch.end(outcome);
    }
  }

  private void mark(TxId tx, String name, Attributes attributes) {
    Stretch stretch = stretches.get(tx);
    if (stretch != null) {
      stretch.span().addEvent(name, attributes);
    }
  }

  private @Nullable ProtocolId protocolOf(TxId tx) {
    Stretch stretch = stretches.get(tx);
    return stretch == null ? null : stretch.protocol();
  }

  private static double seconds(Duration duration) {
    return duration.toSeconds() + duration.toNanosPart() / 1e9;
  }

  /**
   * The trace headers of calls to remote participants: the call's span if it is open, or else the
   * transaction's.
   */
  public TraceHeaders traceHeaders() {
    return ref -> {
      Stretch stretch = stretches.get(ref.tx());
      return stretch == null ? Map.of() : TraceHeaders.of(stretch.contextOf(ref));
    };
  }

  @Override
  public Surroundings here() {
    Context context = Context.current();
    return () -> entered(context);
  }

  @Override
  public Scope around(BranchRef ref) {
    Stretch stretch = stretches.get(ref.tx());
    return entered(stretch == null ? Context.current() : stretch.contextOf(ref));
  }

  @SuppressWarnings("MustBeClosedChecker") // Closed by whoever asked for the scope.
  private static Scope entered(Context context) {
    return context.makeCurrent()::close;
  }

  /**
   * The same log with its appends measured, a {@link JoinableLog} if it is one. Closing either
   * closes both.
   */
  public TransactionLog log(TransactionLog log) {
    MeteredLog metered = new MeteredLog(requireNonNull(log, "log"), metrics, ticker);
    return log instanceof JoinableLog joinable
        ? new MeteredJoinableLog(metered, joinable)
        : metered;
  }

  /**
   * As {@link #log(TransactionLog)}. What joins a caller's transaction passes through unmeasured:
   * it is durable when that commits, which only the caller sees.
   */
  public JoinableLog log(JoinableLog log) {
    return new MeteredJoinableLog(new MeteredLog(requireNonNull(log, "log"), metrics, ticker), log);
  }

  /**
   * Reports what no event tells, whenever metrics are collected.
   *
   * @param parked how many transactions wait for a person, by the log; must be quick
   * @param recoveryLag for how long the transaction that is due longest has been due; must be quick
   * @return stops reporting when closed
   */
  public Watch watch(LongSupplier parked, Supplier<Duration> recoveryLag) {
    requireNonNull(parked, "parked");
    requireNonNull(recoveryLag, "recoveryLag");
    var parkedNow =
        meter
            .gaugeBuilder("quorate.tx.parked")
            .ofLongs()
            .setUnit("{transaction}")
            .setDescription("Transactions that wait for a person")
            .buildObserver();
    var lag =
        meter
            .gaugeBuilder("quorate.tx.recovery.lag")
            .setUnit("s")
            .setDescription("For how long the transaction that is due longest has been due")
            .buildObserver();
    BatchCallback callback =
        meter.batchCallback(
            () -> {
              parkedNow.record(parked.getAsLong());
              lag.record(seconds(recoveryLag.get()));
            },
            parkedNow,
            lag);
    return callback::close;
  }

  /** Ends the spans that are open as {@code left}: another process will take these up. */
  @Override
  public void close() {
    stretches.clear();
  }

  /** Something that is reported until it is closed. */
  @FunctionalInterface
  public interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
