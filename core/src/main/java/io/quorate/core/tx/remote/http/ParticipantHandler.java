package io.quorate.core.tx.remote.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.remote.BranchHandler;
import io.quorate.core.tx.remote.ForeignText;
import io.quorate.core.tx.remote.MalformedHeaderException;
import io.quorate.core.tx.remote.TxHeaders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves one participant; see {@link TxHttp#participant}. */
record ParticipantHandler(BranchHandler handler, int bodyBytesMax) implements HttpHandler {
  private static final TextMapGetter<Headers> HEADERS =
      (headers, name) -> headers == null ? null : headers.getFirst(name);
  private static final Logger LOG = LoggerFactory.getLogger(ParticipantHandler.class);

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try {
      answer(exchange);
    } finally {
      // An exchange without an answer is closed with its connection: the caller then knows nothing.
      exchange.close();
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestMethod().equals("POST")) {
      exchange.getResponseHeaders().set("Allow", "POST");
      text(exchange, 405, exchange.getRequestMethod() + " (expected: POST)");
      return;
    }
    Headers headers = exchange.getRequestHeaders();
    BranchRef ref;
    try {
      ref = TxHeaders.parse(name -> headers.getOrDefault(name, List.of()));
    } catch (MalformedHeaderException malformed) {
      text(exchange, 400, String.valueOf(malformed.getMessage()));
      return;
    }
    byte[] body = exchange.getRequestBody().readNBytes(bodyBytesMax + 1);
    if (body.length > bodyBytesMax) {
      text(exchange, 413, "payload too long (expected: <= " + bodyBytesMax + " bytes)");
      return;
    }
    Context trace =
        W3CTraceContextPropagator.getInstance().extract(Context.current(), headers, HEADERS);
    Verdict verdict;
    try {
      verdict = trace.wrap(() -> handler.handle(ref, body)).call();
    } catch (Throwable thrown) { // an Error too: whatever it was, the caller must not guess
      if (thrown instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      LOG.warn("branch.failed ref={}", ref, thrown);
      verdict = new Verdict.Unknown(ForeignText.reason(thrown));
    }
    send(exchange, verdict);
  }

  private static void send(HttpExchange exchange, Verdict verdict) throws IOException {
    switch (verdict) {
      case Verdict.Ok ok -> bytes(exchange, 200, "application/octet-stream", ok.result());
      case Verdict.No no -> text(exchange, 409, no.reason());
      case Verdict.Conflict conflict -> {
        exchange.getResponseHeaders().set(TxHeaders.CONFLICT, "true");
        text(exchange, 409, conflict.fact());
      }
      case Verdict.Ongoing ongoing -> {
        exchange.getResponseHeaders().set("Retry-After", seconds(ongoing.pollAfter()));
        text(exchange, 425, "ongoing");
      }
      case Verdict.Unknown unknown -> text(exchange, 500, unknown.cause());
    }
  }

  /** Whole seconds, rounded up: nobody is to ask too early. */
  private static String seconds(Duration pollAfter) {
    long seconds = pollAfter.toSeconds();
    return Long.toString(pollAfter.toNanosPart() > 0 ? Math.addExact(seconds, 1) : seconds);
  }

  private static void text(HttpExchange exchange, int status, String text) throws IOException {
    byte[] line = ForeignText.reason(text).getBytes(StandardCharsets.UTF_8);
    bytes(exchange, status, "text/plain; charset=utf-8", line);
  }

  static void bytes(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    // The server takes -1 for "no body", and 0 for a body of unknown length.
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }
}
