package io.quorate.core.tx.remote.http;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.remote.ForeignText;
import io.quorate.core.tx.remote.PollAfter;
import io.quorate.core.tx.remote.TxHeaders;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls a participant over HTTP: one POST for each call, with the headers of {@link TxHeaders}.
 *
 * <ul>
 *   <li>2xx: {@link Verdict.Ok} with the body. A participant that is still at work answers 425, not
 *       202.
 *   <li>409: {@link Verdict.No} with the body as the reason, or {@link Verdict.Conflict} where the
 *       header {@code Tx-Conflict} is present.
 *   <li>425: {@link Verdict.Ongoing} with the seconds of {@code Retry-After}, as {@link PollAfter}
 *       reads them.
 *   <li>Everything else is {@link Verdict.Unknown}: other statuses, redirects (which are not
 *       followed), a broken connection, no full answer in time, a body cut short, a body that is
 *       too long, and a body over HTTP/1 whose length nobody told, which may have been cut short.
 * </ul>
 *
 * <p>Nothing is retried here: attempts are the protocol's to count. {@link #call} blocks and may be
 * called by many threads at once; an interrupt ends the call as {@code Unknown} and is kept. At
 * most {@link HttpParticipantBuilder#responseBytesMax} bytes are held for each call.
 */
public final class HttpParticipant implements AutoCloseable {

  private final HttpParticipantConfig config;
  private final HttpClient client;
  private final boolean ownsClient;

  HttpParticipant(HttpParticipantConfig config, HttpClient client, boolean ownsClient) {
    this.config = config;
    this.client = client;
    this.ownsClient = ownsClient;
  }

  /**
   * Starts the description of a participant.
   *
   * @param base where it is: {@code http} or {@code https}, with a host, without query and
   *     fragment; the paths of the phases are appended
   * @throws IllegalArgumentException when it is something else
   */
  public static HttpParticipantBuilder builder(URI base) {
    return new HttpParticipantBuilder(base);
  }

  /** {@link #call(BranchRef, byte[], Duration)} with {@link HttpParticipantBuilder#timeout}. */
  public Verdict call(BranchRef ref, byte[] body) {
    return call(ref, body, config.timeout());
  }

  /**
   * Calls the participant and waits for its answer. Throws nothing but for {@code null} or a
   * timeout that is not positive.
   *
   * @param timeout for the whole call, connecting and reading the last byte included; positive
   */
  public Verdict call(BranchRef ref, byte[] body, Duration timeout) {
    requireNonNull(ref, "ref");
    requireNonNull(body, "body");
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
    }
    CompletableFuture<HttpResponse<byte[]>> answer;
    try {
      answer = client.sendAsync(request(ref, body), BoundedBody.of(config.responseBytesMax()));
    } catch (RuntimeException notSent) {
      return new Verdict.Unknown("not sent: " + ForeignText.reason(notSent));
    }
    // Not the client's own timeout: before JDK 26 that one ends with the headers.
    try {
      return verdict(answer.get(nanos(timeout), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      answer.cancel(true);
      return new Verdict.Unknown("no full answer within " + timeout);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      return new Verdict.Unknown("interrupted while waiting for the answer");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      return new Verdict.Unknown(ForeignText.reason(cause == null ? e : cause));
    }
  }

  private HttpRequest request(BranchRef ref, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(config.target(ref.phase()))
            .header("Content-Type", config.contentType())
            .POST(BodyPublishers.ofByteArray(body));
    config.headers().forEach((name, value) -> request.setHeader(name, value.get()));
    config.trace().of(ref).forEach(request::setHeader);
    TxHeaders.render(ref).forEach(request::setHeader);
    return request.build();
  }

  private static Verdict verdict(HttpResponse<byte[]> answer) {
    int status = answer.statusCode();
    if (!isKnownToBeWhole(answer)) {
      return new Verdict.Unknown("HTTP " + status + " without a length: it may be cut short");
    }
    if (status / 100 == 2) {
      return new Verdict.Ok(answer.body());
    }
    String text = ForeignText.reason(answer.body());
    return switch (status) {
      case 409 -> {
        String reason = text.isEmpty() ? "HTTP 409 without a reason" : text;
        yield answer.headers().firstValue(TxHeaders.CONFLICT).isPresent()
            ? new Verdict.Conflict(reason)
            : new Verdict.No(reason);
      }
      case 425 -> new Verdict.Ongoing(pollAfter(answer));
      default -> new Verdict.Unknown(ForeignText.reason("HTTP " + status + ": " + text));
    };
  }

  /** HTTP/1 ends a body of no stated length where the connection ends, for whatever reason. */
  private static boolean isKnownToBeWhole(HttpResponse<?> answer) {
    return answer.version() != HttpClient.Version.HTTP_1_1
        || answer.statusCode() == 204
        || answer.headers().firstValue("Content-Length").isPresent()
        || answer.headers().firstValue("Transfer-Encoding").isPresent();
  }

  private static Duration pollAfter(HttpResponse<?> answer) {
    String seconds = answer.headers().firstValue("Retry-After").orElse("").strip();
    return PollAfter.parse(seconds, Duration.ofSeconds(1));
  }

  private static long nanos(Duration timeout) {
    return timeout.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0
        ? Long.MAX_VALUE
        : timeout.toNanos();
  }

  /** Ends the calls that run, as {@code Unknown}. A client that was handed in is left alone. */
  @Override
  public void close() {
    if (ownsClient) {
      client.shutdownNow();
    }
  }
}
