package io.quorate.core.tx.remote.http;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.Phase;
import io.quorate.core.tx.codec.Codec;
import io.quorate.core.tx.remote.TraceHeaders;
import io.quorate.core.tx.remote.TxHeaders;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Describes an {@link HttpParticipant}. Each option is checked when it is set. */
public final class HttpParticipantBuilder {
  private final String base;
  private final boolean secure;
  private final Map<Phase, URI> targets = new EnumMap<>(Phase.class);
  private final Map<String, Supplier<String>> headers =
      new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private Duration connectTimeout = Duration.ofSeconds(2);
  private Duration timeout = Duration.ofSeconds(10);
  private int responseBytesMax = 1 << 20;
  private String contentType = "application/octet-stream";
  private TraceHeaders trace = TraceHeaders.current();
  private @Nullable HttpClient client;

  HttpParticipantBuilder(URI base) {
    String scheme = String.valueOf(base.getScheme());
    secure = scheme.equalsIgnoreCase("https");
    if (!secure && !scheme.equalsIgnoreCase("http")) {
      throw new IllegalArgumentException("base: " + base + " (expected: http:// or https://)");
    }
    if (base.getHost() == null || base.getRawQuery() != null || base.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "base: " + base + " (expected: a host, and no query or fragment)");
    }
    String text = base.toString();
    this.base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    path(Phase.TRY, "/try").path(Phase.CONFIRM, "/confirm").path(Phase.CANCEL, "/cancel");
  }

  /**
   * Where a phase is posted to, below the base. Default: {@code /try}, {@code /confirm} and {@code
   * /cancel}.
   *
   * @param path empty for the base itself, else it starts with a slash; may have a query
   */
  public HttpParticipantBuilder path(Phase phase, String path) {
    requireNonNull(phase, "phase");
    if (!path.isEmpty() && !path.startsWith("/")) {
      throw new IllegalArgumentException(
          "path: \"" + path + "\" (expected: empty, or starting with a slash)");
    }
    targets.put(phase, URI.create(base + path));
    return this;
  }

  /** How long to wait for a connection. Default: 2 s. Positive; the call's own time ends it too. */
  public HttpParticipantBuilder connectTimeout(Duration connectTimeout) {
    this.connectTimeout = positive("connectTimeout", connectTimeout);
    return this;
  }

  /** How long a call may take where the caller does not say. Default: 10 s. Positive. */
  public HttpParticipantBuilder timeout(Duration timeout) {
    this.timeout = positive("timeout", timeout);
    return this;
  }

  /**
   * The longest answer, in bytes; a longer one is unknown. Default: 1 MiB. 1 to {@link
   * Codec#BYTES_MAX}; memory for one answer is held while it is read.
   */
  public HttpParticipantBuilder responseBytesMax(int responseBytesMax) {
    if (responseBytesMax < 1 || responseBytesMax > Codec.BYTES_MAX) {
      throw new IllegalArgumentException(
          "responseBytesMax: %d (expected: 1..%d)".formatted(responseBytesMax, Codec.BYTES_MAX));
    }
    this.responseBytesMax = responseBytesMax;
    return this;
  }

  /** The {@code Content-Type} of payloads. Default: {@code application/octet-stream}. */
  public HttpParticipantBuilder contentType(String contentType) {
    HttpRequest.newBuilder().header("Content-Type", contentType);
    this.contentType = contentType;
    return this;
  }

  /**
   * A header sent with each call, for example credentials.
   *
   * @param name none of the contract's own
   * @param value asked for each call; if it throws, nothing is sent and the call is unknown
   */
  public HttpParticipantBuilder header(String name, Supplier<String> value) {
    requireNonNull(value, "value");
    // The client knows best which names it does not take; it refuses them by name.
    HttpRequest.newBuilder().header(name, "x");
    if (TxHeaders.NAMES.stream().anyMatch(name::equalsIgnoreCase)
        || name.equalsIgnoreCase("Content-Type")) {
      throw new IllegalArgumentException("name: " + name + " (expected: one that is not set here)");
    }
    headers.put(name, value);
    return this;
  }

  /** Where trace headers come from. Default: {@link TraceHeaders#current()}. */
  public HttpParticipantBuilder trace(TraceHeaders trace) {
    this.trace = requireNonNull(trace, "trace");
    return this;
  }

  /**
   * A client to share instead of one of the participant's own, which then has its connect timeout,
   * TLS settings and version.
   *
   * @param client must not follow redirects: a redirected call would reach somebody else, as a GET
   */
  public HttpParticipantBuilder client(HttpClient client) {
    if (client.followRedirects() != HttpClient.Redirect.NEVER) {
      throw new IllegalArgumentException(
          "client: follows redirects " + client.followRedirects() + " (expected: NEVER)");
    }
    this.client = client;
    return this;
  }

  /** The participant. Opens no connection yet. */
  public HttpParticipant build() {
    var config =
        new HttpParticipantConfig(targets, timeout, responseBytesMax, contentType, headers, trace);
    return client != null
        ? new HttpParticipant(config, client, false)
        : new HttpParticipant(config, ownClient(), true);
  }

  private HttpClient ownClient() {
    return HttpClient.newBuilder()
        .connectTimeout(connectTimeout)
        .followRedirects(HttpClient.Redirect.NEVER)
        // Without TLS, version 2 means an upgrade that some servers answer by dropping the body.
        .version(secure ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
        .build();
  }

  private static Duration positive(String field, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(field + ": " + value + " (expected: > 0)");
    }
    return value;
  }
}
