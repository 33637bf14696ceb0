package io.quorate.core.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.machine.ProtocolId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What this process does of a transaction without a break: one span, and one more for each call
 * that is open. A branch has one call open in each phase, so the number of spans is bounded by the
 * number of branches.
 */
final class Stretch {

  /** A call that has not been answered. */
  record OpenCall(BranchRef ref, Span span, Context context, long startedNanos) {}

  private record Slot(String branch, Phase phase) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final @Nullable ProtocolId protocol;
  private final Span span;
  private final Context context;

  /** When the transaction began; {@code null} where it did not begin in this process. */
  private final @Nullable Long beganNanos;

  private final Map<Slot, OpenCall> calls = new HashMap<>();
  private boolean over;

  /** Why it ends with its last open call; {@code null} where it does not. */
  private @Nullable String parked;

  /**
   * Begins a stretch.
   *
   * @param context has {@code span} as its span
   */
  Stretch(@Nullable ProtocolId protocol, Span span, Context context, @Nullable Long beganNanos) {
    this.protocol = protocol;
    this.span = span;
    this.context = context;
    this.beganNanos = beganNanos;
  }

  @Nullable ProtocolId protocol() {
    return protocol;
  }

  Span span() {
    return span;
  }

  SpanContext spanContext() {
    return span.getSpanContext();
  }

  Context context() {
    return context;
  }

  @Nullable Long beganNanos() {
    return beganNanos;
  }

  boolean isOver() {
    lock.lock();
    try {
      return over;
    } finally {
      lock.unlock();
    }
  }

  /** Opens a call. One of the same branch and phase that is still open has been given up. */
  void open(OpenCall call) {
    lock.lock();
    try {
      if (over) {
        abandon(call);
        return;
      }
      OpenCall before = calls.put(new Slot(call.ref().branch(), call.ref().phase()), call);
      if (before != null) {
        abandon(before);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes the open call that {@code ref} names; {@code null} where it is not open (any more). */
  @Nullable OpenCall close(BranchRef ref) {
    lock.lock();
    try {
      Slot slot = new Slot(ref.branch(), ref.phase());
      OpenCall call = calls.get(slot);
      if (call == null || !call.ref().equals(ref)) {
        return null;
      }
      calls.remove(slot);
      endIfParked();
      return call;
    } finally {
      lock.unlock();
    }
  }

  /** The context of an open call, or else of the transaction. */
  Context contextOf(BranchRef ref) {
    lock.lock();
    try {
      OpenCall call = calls.get(new Slot(ref.branch(), ref.phase()));
      return call != null && call.ref().equals(ref) ? call.context() : context;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the span as parked, once no call is open: siblings of a parked branch go on. */
  void park(String why) {
    lock.lock();
    try {
      parked = why;
      endIfParked();
    } finally {
      lock.unlock();
    }
  }

  private void endIfParked() {
    if (!over && parked != null && calls.isEmpty()) {
      span.setAttribute(TxAttributes.ERROR_TYPE, "parked");
      span.setStatus(StatusCode.ERROR, parked);
      end("parked");
    }
  }

  /** Ends the span and what is open below it. Idempotent. */
  void end(String outcome) {
    lock.lock();
    try {
      if (over) {
        return;
      }
      over = true;
      calls.values().forEach(Stretch::abandon);
      calls.clear();
      span.setAttribute(TxAttributes.OUTCOME, outcome);
      span.end();
    } finally {
      lock.unlock();
    }
  }

  private static void abandon(OpenCall call) {
    call.span().setAttribute(TxAttributes.VERDICT, "abandoned");
    call.span().end();
  }
}
