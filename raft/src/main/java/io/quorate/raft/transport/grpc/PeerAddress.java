package io.quorate.raft.transport.grpc;

import static java.util.Objects.requireNonNull;

/**
 * Where a node listens.
 *
 * @param host a name or an IP address; names are looked up at each connection
 * @param port 1..65535; 0 only to listen on, for any free one
 */
public record PeerAddress(String host, int port) {
  private static final int PORT_MAX = 0xFFFF;

  public PeerAddress {
    requireNonNull(host, "host");
    if (host.isBlank()) {
      throw new IllegalArgumentException("host: '" + host + "' (expected: a name or an address)");
    }
    if (port < 0 || port > PORT_MAX) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0.." + PORT_MAX + ")");
    }
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
