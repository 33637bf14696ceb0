package io.quorate.core.tx.remote.http;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpHandler;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.codec.Codec;
import io.quorate.core.tx.remote.BranchHandler;
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
}
