package io.quorate.core.tx.remote;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.quorate.core.tx.BranchRef;
import java.util.HashMap;
import java.util.Map;

/** The headers by which a call becomes part of a trace. */
@FunctionalInterface
public interface TraceHeaders {

  /** The headers for a call; empty where it is in no trace. Must be quick and must not throw. */
  Map<String, String> of(BranchRef ref);

  /** W3C Trace Context of whatever span is current on the thread that makes the call. */
  static TraceHeaders current() {
    return ref -> of(Context.current());
  }

  /** W3C Trace Context of a span. */
  static Map<String, String> of(Context context) {
    Map<String, String> headers = HashMap.newHashMap(2);
    W3CTraceContextPropagator.getInstance()
        .inject(context, headers, (carrier, name, value) -> headers.put(name, value));
    return headers;
  }
}
