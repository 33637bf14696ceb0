package io.quorate.core.tx.remote.http;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpHandler;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.codec.Codec;
import io.quorate.core.tx.remote.BranchHandler;
import io.quorate.core.tx.runtime.Operator;
import java.util.Optional;
import java.util.function.Function;

/**
 * Handlers for the JDK's own HTTP server, so that a small service and a test need no framework:
 *
 * <pre>{@code
 * HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
 * server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
 * server.createContext("/stock", TxHttp.participant((ref, body) -> stock.handle(ref, body)));
 * server.createContext("/tx/", TxHttp.inquiry(coordinator::outcome));
 * server.start();
 * }</pre>
 *
 * <p>Authentication and TLS are the server's: see its filters and {@code HttpsServer}.
 */
public final class TxHttp {
  private TxHttp() {}

  /** {@link #participant(BranchHandler, int)} for payloads of any length a codec may have. */
  public static HttpHandler participant(BranchHandler handler) {
    return participant(handler, Codec.BYTES_MAX);
  }

  /**
   * A participant: the other side of {@link HttpParticipant}. The phase is taken from the header,
   * so one context serves all paths. Answers 405 to all but POST, 400 to headers that name no
   * branch, 413 to a payload that is too long, and 500 when the handler throws or does not know.
   * The handler runs only for a payload that has arrived in full.
   *
   * @param bodyBytesMax the longest payload, in bytes; 0 to {@link Codec#BYTES_MAX}
   */
  public static HttpHandler participant(BranchHandler handler, int bodyBytesMax) {
    requireNonNull(handler, "handler");
    if (bodyBytesMax < 0 || bodyBytesMax > Codec.BYTES_MAX) {
      throw new IllegalArgumentException(
          "bodyBytesMax: %d (expected: 0..%d)".formatted(bodyBytesMax, Codec.BYTES_MAX));
    }
    return new ParticipantHandler(handler, bodyBytesMax);
  }

  /**
   * Answers {@code GET /tx/{id}} with what is known of a transaction, as JSON: {@code id}, {@code
   * outcome} ({@code done}, {@code undone}, {@code pending}, {@code parked}, {@code hazard}) and,
   * where the outcome has them, {@code why}, {@code direction}, {@code waitingFor}, {@code branch},
   * {@code attempts} and {@code facts}. An id that is not known is answered by 404 and the outcome
   * {@code unknown}, which is neither finished nor failed. The id is what follows the context's
   * path, percent-encoded or not. What a transaction returned is not shown.
   *
   * @param outcomes empty for a transaction that is not known (any more); may block
   */
  public static HttpHandler inquiry(Function<TxId, Optional<? extends Outcome<?>>> outcomes) {
    return new InquiryHandler(requireNonNull(outcomes, "outcomes"));
  }

  /**
   * A way in for operators, as JSON, below the context's path; ids are percent-encoded or not:
   *
   * <table>
   * <caption>Requests</caption>
   * <tr><td>{@code GET transactions?status=open,parked&after=ID&limit=100}</td><td>{@code
   *     transactions} in the order of their ids and, unless that was all, {@code next}: what to
   *     continue {@code after}. By default those that are not finished; {@code status=parked} for
   *     those that wait for a person. A limit of 1 to 1000</td></tr>
   * <tr><td>{@code GET set-aside?after=ID&limit=100}</td><td>{@code setAside}, those this process
   *     could not take up, with {@code why}; paged likewise</td></tr>
   * <tr><td>{@code GET transactions/ID}</td><td>its {@code standing} with all {@code branches}, the
   *     latest 1000 {@code records} without their payloads, and the {@code decisions} people
   *     made</td></tr>
   * <tr><td>{@code POST resolve/ID} with {@code branch}, {@code action} ({@link
   *     io.quorate.core.tx.machine.Resolution.Action}), {@code by} and {@code why}</td><td>decides
   *     about a branch that waits for a person, for good and on record; answers where it then
   *     stands</td></tr>
   * <tr><td>{@code POST cancel/ID} with {@code by} and {@code why}</td><td>asks for it to be undone;
   *     likewise</td></tr>
   * </table>
   *
   * A problem is answered by {@code error}, one sentence: 400 what is malformed, 404 what is not
   * known, 405, 409 a decision that does not fit where the transaction stands, 413 a body longer
   * than 16 KiB, 415 a body that is not {@code application/json}, 503 the coordinator or its log is
   * away, and whether a decision was taken has to be looked up.
   *
   * <p><b>Protect it.</b> Whoever reaches this decides about other people's money, and reads what
   * participants said. It asks nobody who they are and takes {@code by} on trust: mount it on a
   * server of its own that listens on the loopback interface, or behind an authenticator ({@code
   * HttpContext.setAuthenticator}) and TLS.
   */
  public static HttpHandler operator(Operator operator) {
    return new OperatorHandler(requireNonNull(operator, "operator"));
  }
}
