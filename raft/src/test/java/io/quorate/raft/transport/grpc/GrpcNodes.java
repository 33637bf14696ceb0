package io.quorate.raft.transport.grpc;

import io.quorate.raft.transport.Transport;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Nodes on the loopback that know each other's ports; one that is started again keeps its own. */
final class GrpcNodes {
  static final String HOST = "127.0.0.1";

  private final Map<Long, PeerAddress> addresses = new HashMap<>();
  private final Map<Long, GrpcTransport> transports = new HashMap<>();

  /** So that a slow machine is no failure: what is meant to fail here fails by itself. */
  static GrpcTransportConfig.Builder patient(GrpcTransportConfig.Builder builder) {
    return builder.connectTimeout(Duration.ofMinutes(1)).callTimeout(Duration.ofMinutes(1));
  }

  GrpcTransport create(long node, UnaryOperator<GrpcTransportConfig.Builder> with) {
    PeerAddress bind = addresses.getOrDefault(node, new PeerAddress(HOST, 0));
    GrpcTransportConfig.Builder builder =
        patient(GrpcTransportConfig.builder("test", node, bind)).peers(addresses);
    return new GrpcTransport(with.apply(builder).build());
  }

  void started(long node, Transport transport) {
    GrpcTransport grpc = (GrpcTransport) transport;
    addresses.put(node, new PeerAddress(HOST, grpc.port()));
    transports.put(node, grpc);
    transports.values().forEach(each -> each.peers(addresses));
  }
}
