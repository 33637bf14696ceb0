package io.quorate.raft.transport.grpc;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * How nodes introduce themselves: each call and stream names its cluster, who sends it, for whom,
 * and the versions of the wire format the sender speaks. The answer's headers name the highest
 * version that both speak. Immutable.
 *
 * @param versionMin the lowest version this node speaks
 * @param versionMax the highest
 * @param authenticated whether certificates vouch for clients
 */
record Handshake(String cluster, long node, int versionMin, int versionMax, boolean authenticated) {
  private static final Pattern VERSIONS = Pattern.compile("(\\d{1,6})-(\\d{1,6})");

  /** A client that was let in. */
  record Accepted(long from, int version) {}

  /** What this node says when it calls another. */
  Metadata introduce(long to) {
    Metadata headers = new Metadata();
    headers.put(Wire.CLUSTER, cluster);
    headers.put(Wire.FROM, Long.toUnsignedString(node));
    headers.put(Wire.TO, Long.toUnsignedString(to));
    headers.put(Wire.VERSION, versionMin + "-" + versionMax);
    return headers;
  }

  /** The version the other side chose; 0 if it chose none that this node speaks. */
  int chosen(Metadata answer) {
    String version = answer.get(Wire.VERSION);
    if (version == null || !version.matches("\\d{1,6}")) {
      return 0;
    }
    int chosen = Integer.parseInt(version);
    return chosen >= versionMin && chosen <= versionMax ? chosen : 0;
  }

  /**
   * Lets a client in, and tells it the version, or ends its call.
   *
   * @return who it is; {@code null} if the call was ended
   */
  @Nullable Accepted accept(ServerCall<?, ?> call, Metadata headers) {
    Object decision = decide(call, headers);
    if (decision instanceof Accepted accepted) {
      Metadata answer = new Metadata();
      answer.put(Wire.VERSION, Integer.toString(accepted.version));
      call.sendHeaders(answer);
      return accepted;
    }
    PeerRefusal refusal = (PeerRefusal) decision;
    Metadata trailers = new Metadata();
    trailers.put(Wire.REFUSAL, refusal.name());
    call.close(Status.FAILED_PRECONDITION.withDescription(refusal.words()), trailers);
    return null;
  }

  /** An {@link Accepted} or a {@link PeerRefusal}. */
  private Object decide(ServerCall<?, ?> call, Metadata headers) {
    String theirs = headers.get(Wire.CLUSTER);
    long from = node(headers.get(Wire.FROM));
    long to = node(headers.get(Wire.TO));
    String versions = headers.get(Wire.VERSION);
    Matcher range = VERSIONS.matcher(versions == null ? "" : versions);
    if (theirs == null || from == 0 || to == 0 || !range.matches()) {
      return PeerRefusal.MALFORMED;
    }
    if (!theirs.equals(cluster)) {
      return PeerRefusal.OTHER_CLUSTER;
    }
    if (to != node) {
      return PeerRefusal.OTHER_NODE;
    }
    if (from == node || (authenticated && !named(call, from))) {
      return PeerRefusal.CERTIFICATE;
    }
    int version = Math.min(versionMax, Integer.parseInt(range.group(2)));
    return version < Math.max(versionMin, Integer.parseInt(range.group(1)))
        ? PeerRefusal.WIRE_VERSION
        : new Accepted(from, version);
  }

  private boolean named(ServerCall<?, ?> call, long from) {
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    try {
      return session != null
          && NodeTrust.names(session.getPeerCertificates()[0], GrpcTls.nameOf(cluster, from));
    } catch (SSLPeerUnverifiedException none) {
      return false; // No certificate names nobody.
    }
  }

  private static long node(@Nullable String text) {
    if (text == null || !text.matches("\\d{1,20}")) {
      return 0;
    }
    try {
      return Long.parseUnsignedLong(text);
    } catch (NumberFormatException tooLarge) {
      return 0; // No node has this id.
    }
  }

  /** Why a call was refused; {@code null} if it was not. */
  static @Nullable PeerRefusal refusal(@Nullable Metadata trailers) {
    String name = trailers == null ? null : trailers.get(Wire.REFUSAL);
    for (PeerRefusal refusal : PeerRefusal.values()) {
      if (refusal.name().equals(name)) {
        return refusal;
      }
    }
    return name == null ? null : PeerRefusal.MALFORMED;
  }
}
