package io.quorate.core.tx.remote.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.codec.Codec;
import io.quorate.core.tx.remote.ForeignText;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what became of a transaction; see {@link TxHttp#inquiry}. */
record InquiryHandler(Function<TxId, Optional<? extends Outcome<?>>> outcomes)
    implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(InquiryHandler.class);
  private static final Codec<Answer> ANSWERS = Codec.json(Answer.class);
  private static final Codec<Problem> PROBLEMS = Codec.json(Problem.class);

  /** The JSON of an answer. */
  record Answer(
      String id,
      String outcome,
      @Nullable String why,
      @Nullable String direction,
      @Nullable List<String> waitingFor,
      @Nullable String branch,
      @Nullable Integer attempts,
      @Nullable List<String> facts) {

    static Answer unknown(TxId id) {
      return new Answer(id.value(), "unknown", null, null, null, null, null, null);
    }

    static Answer of(Outcome<?> outcome) {
      String id = outcome.id().value();
      return switch (outcome) {
        case Outcome.Done<?> done -> new Answer(id, "done", null, null, null, null, null, null);
        case Outcome.Undone<?> undone ->
            new Answer(id, "undone", line(undone.why()), null, null, null, null, null);
        case Outcome.Pending<?> pending -> {
          String direction = pending.direction().name().toLowerCase(Locale.ROOT);
          List<String> waitingFor = pending.waitingFor().stream().map(Answer::line).toList();
          yield new Answer(id, "pending", null, direction, waitingFor, null, null, null);
        }
        case Outcome.Parked<?> parked ->
            new Answer(
                id,
                "parked",
                line(parked.why()),
                null,
                null,
                line(parked.branch()),
                parked.attempts(),
                null);
        case Outcome.Hazard<?> hazard -> {
          List<String> facts = hazard.facts().stream().map(Answer::line).toList();
          yield new Answer(id, "hazard", null, null, null, null, null, facts);
        }
      };
    }

    private static String line(String text) {
      return ForeignText.reason(text);
    }
  }

  /** The JSON of a question that cannot be answered. */
  record Problem(String error) {}

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try {
      answer(exchange);
    } finally {
      exchange.close();
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestMethod().equals("GET")) {
      exchange.getResponseHeaders().set("Allow", "GET");
      problem(exchange, 405, exchange.getRequestMethod() + " (expected: GET)");
      return;
    }
    TxId id;
    try {
      id = new TxId(RequestPath.decoded(RequestPath.below(exchange)));
    } catch (IllegalArgumentException malformed) {
      problem(exchange, 400, String.valueOf(malformed.getMessage()));
      return;
    }
    Optional<? extends Outcome<?>> outcome;
    try {
      outcome = outcomes.apply(id);
    } catch (RuntimeException failed) {
      LOG.warn("inquiry.failed tx={}", id, failed);
      problem(exchange, 503, "cannot tell now: ask again");
      return;
    }
    Answer answer = outcome.<Answer>map(Answer::of).orElseGet(() -> Answer.unknown(id));
    json(exchange, outcome.isPresent() ? 200 : 404, ANSWERS.encode(answer));
  }

  private static void problem(HttpExchange exchange, int status, String error) throws IOException {
    json(exchange, status, PROBLEMS.encode(new Problem(ForeignText.reason(error))));
  }

  private static void json(HttpExchange exchange, int status, byte[] json) throws IOException {
    ParticipantHandler.bytes(exchange, status, "application/json", json);
  }
}
