package io.quorate.core.tx.remote.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.codec.Codec;
import io.quorate.core.tx.codec.PayloadException;
import io.quorate.core.tx.log.IndeterminateException;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.machine.Resolution;
import io.quorate.core.tx.machine.Standing;
import io.quorate.core.tx.remote.ForeignText;
import io.quorate.core.tx.runtime.CoordinatorStoppedException;
import io.quorate.core.tx.runtime.Operator;
import io.quorate.core.tx.runtime.SetAsideTransaction;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An operator's way in from outside; see {@link TxHttp#operator}. */
record OperatorHandler(Operator operator) implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorHandler.class);
  private static final Codec<InquiryHandler.Problem> PROBLEMS =
      Codec.json(InquiryHandler.Problem.class);

  /** The longest request body, in bytes. */
  static final int BODY_BYTES_MAX = 16 << 10;

  static final int LIMIT_DEFAULT = 100;
  static final int LIMIT_MAX = 1_000;

  /** What is answered instead of what was asked for. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    Refused(int status, String error) {
      super(error, null, false, false);
      this.status = status;
    }
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try {
      answer(exchange);
    } finally {
      exchange.close();
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] json;
    int status = 200;
    try {
      json = answerTo(exchange);
    } catch (Refused refused) {
      status = refused.status;
      json = problem(String.valueOf(refused.getMessage()));
    } catch (CoordinatorStoppedException | LogUnavailableException | IndeterminateException away) {
      status = 503;
      json = problem("look again before you repeat it: " + away.getMessage());
    } catch (RuntimeException failed) {
      LOG.warn("operator request failed path={}", exchange.getRequestURI().getRawPath(), failed);
      status = 500;
      json = problem(failed.toString());
    }
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    ParticipantHandler.bytes(exchange, status, "application/json", json);
  }

  private static byte[] problem(String error) {
    return PROBLEMS.encode(new InquiryHandler.Problem(ForeignText.reason(error)));
  }

  private byte[] answerTo(HttpExchange exchange) throws IOException, Refused {
    String below = RequestPath.below(exchange);
    int slash = below.indexOf('/');
    String what = slash < 0 ? below : below.substring(0, slash);
    String id = slash < 0 ? "" : RequestPath.decoded(below.substring(slash + 1));
    return switch (what) {
      case "transactions" -> {
        allow(exchange, "GET");
        yield id.isEmpty() ? transactions(exchange) : transaction(tx(id));
      }
      case "set-aside" -> {
        allow(exchange, "GET");
        yield setAside(exchange);
      }
      case "resolve" -> {
        allow(exchange, "POST");
        yield resolve(tx(id), body(exchange, OperatorJson.TO_RESOLVE));
      }
      case "cancel" -> {
        allow(exchange, "POST");
        yield cancel(tx(id), body(exchange, OperatorJson.TO_CANCEL));
      }
      default ->
          throw new Refused(
              404, "no such path (expected: transactions, set-aside, resolve/ID or cancel/ID)");
    };
  }

  private static void allow(HttpExchange exchange, String method) throws Refused {
    if (!exchange.getRequestMethod().equals(method)) {
      exchange.getResponseHeaders().set("Allow", method);
      throw new Refused(405, exchange.getRequestMethod() + " (expected: " + method + ")");
    }
  }

  private static TxId tx(String id) throws Refused {
    try {
      return new TxId(id);
    } catch (IllegalArgumentException malformed) {
      throw new Refused(400, String.valueOf(malformed.getMessage()));
    }
  }

  private byte[] transactions(HttpExchange exchange) throws Refused {
    RequestQuery query = query(exchange, Set.of("status", "after", "limit"));
    String after = query.value("after", "");
    int limit = limit(query);
    List<TxHead> found =
        operator.list(
            statuses(query.value("status", "open,parked")),
            after.isEmpty() ? null : tx(after),
            limit + 1);
    List<TxHead> page = found.subList(0, Math.min(limit, found.size()));
    String next = found.size() > limit ? page.getLast().tx().value() : null;
    return OperatorJson.HEADS.encode(
        new OperatorJson.Heads(page.stream().map(OperatorJson.Head::of).toList(), next));
  }

  private byte[] setAside(HttpExchange exchange) throws Refused {
    RequestQuery query = query(exchange, Set.of("after", "limit"));
    String after = query.value("after", "");
    int limit = limit(query);
    List<SetAsideTransaction> found =
        operator.setAside(after.isEmpty() ? null : tx(after), limit + 1);
    List<SetAsideTransaction> page = found.subList(0, Math.min(limit, found.size()));
    String next = found.size() > limit ? page.getLast().tx().value() : null;
    return OperatorJson.ASIDES.encode(
        new OperatorJson.Asides(page.stream().map(OperatorJson.Aside::of).toList(), next));
  }

  private static RequestQuery query(HttpExchange exchange, Set<String> names) throws Refused {
    try {
      return RequestQuery.of(exchange.getRequestURI().getRawQuery(), names);
    } catch (IllegalArgumentException malformed) {
      throw new Refused(400, String.valueOf(malformed.getMessage()));
    }
  }

  private static int limit(RequestQuery query) throws Refused {
    String asked = query.value("limit", String.valueOf(LIMIT_DEFAULT));
    if (asked.matches("[0-9]{1,6}")) {
      int limit = Integer.parseInt(asked);
      if (limit >= 1 && limit <= LIMIT_MAX) {
        return limit;
      }
    }
    throw new Refused(400, "limit: " + asked + " (expected: 1.." + LIMIT_MAX + ")");
  }

  private static Set<TxHead.Status> statuses(String names) throws Refused {
    EnumSet<TxHead.Status> statuses = EnumSet.noneOf(TxHead.Status.class);
    for (String name : names.split(",", -1)) {
      switch (name) {
        case "open" -> statuses.add(TxHead.Status.OPEN);
        case "parked" -> statuses.add(TxHead.Status.PARKED);
        case "ended" -> statuses.add(TxHead.Status.ENDED);
        default -> throw new Refused(400, "status: " + name + " (expected: open, parked or ended)");
      }
    }
    return statuses;
  }

  private byte[] transaction(TxId tx) throws Refused {
    return OperatorJson.VIEW.encode(
        OperatorJson.View.of(operator.show(tx).orElseThrow(() -> new Refused(404, unknown(tx)))));
  }

  private static String unknown(TxId tx) {
    return "transaction " + tx + " is not known to this log";
  }

  private byte[] resolve(TxId tx, OperatorJson.ToResolve asked) throws Refused {
    Resolution resolution;
    try {
      resolution = new Resolution(asked.branch(), asked.action(), asked.by(), asked.why());
    } catch (IllegalArgumentException malformed) {
      throw new Refused(400, String.valueOf(malformed.getMessage()));
    }
    LOG.info(
        "operator resolves tx={} branch={} action={} by={} why={}",
        tx,
        ForeignText.reason(resolution.branch()),
        resolution.action(),
        ForeignText.reason(resolution.by()),
        ForeignText.reason(resolution.why()));
    return decided(tx, () -> operator.resolve(tx, resolution));
  }

  private byte[] cancel(TxId tx, OperatorJson.ToCancel asked) throws Refused {
    if (asked.by().isBlank() || asked.why().isBlank()) {
      throw new Refused(400, "by, why: blank (expected: a name and a reason, for audit)");
    }
    LOG.info(
        "operator cancels tx={} by={} why={}",
        tx,
        ForeignText.reason(asked.by()),
        ForeignText.reason(asked.why()));
    return decided(tx, () -> operator.cancel(tx, asked.by(), asked.why()));
  }

  private interface Decision {
    Standing make();
  }

  private static byte[] decided(TxId tx, Decision decision) throws Refused {
    try {
      return OperatorJson.STANDS.encode(OperatorJson.Stands.of(decision.make()));
    } catch (CoordinatorStoppedException stopped) {
      throw stopped;
    } catch (IllegalArgumentException notKnown) {
      throw new Refused(404, unknown(tx));
    } catch (IllegalStateException doesNotFit) {
      throw new Refused(409, String.valueOf(doesNotFit.getMessage()));
    }
  }

  /** A form on somebody's page can post to this server too, but not with this content type. */
  private static <T> T body(HttpExchange exchange, Codec<T> codec) throws IOException, Refused {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase("application/json")) {
      throw new Refused(415, "Content-Type: " + type + " (expected: application/json)");
    }
    byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
    if (body.length > BODY_BYTES_MAX) {
      throw new Refused(413, "body too long (expected: <= " + BODY_BYTES_MAX + " bytes)");
    }
    try {
      return codec.decode(body);
    } catch (PayloadException malformed) {
      throw new Refused(400, String.valueOf(malformed.getMessage()));
    }
  }
}
