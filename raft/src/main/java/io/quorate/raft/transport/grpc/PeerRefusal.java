package io.quorate.raft.transport.grpc;

/** Why a node does not talk to another. Nothing that was sent was acted on. */
public enum PeerRefusal {
  /** It belongs to another cluster: compare {@link GrpcTransportConfig#cluster()} of both. */
  OTHER_CLUSTER("it belongs to another cluster (check the cluster of both nodes)"),
  /** Another node listens at that address: look at {@link GrpcTransportConfig#peers()}. */
  OTHER_NODE("another node listens at its address (check the addresses of the peers)"),
  /** No version of the wire format is known to both: upgrade one release at a time. */
  WIRE_VERSION("no version of the wire format is known to both (upgrade one release at a time)"),
  /** The certificate does not name the node, see {@link GrpcTls}. */
  CERTIFICATE("the certificate does not name the node (check its subject alternative names)"),
  /** What introduces a node was missing or malformed: it is none of ours. */
  MALFORMED("it did not introduce itself (check that it is a node of this library)");

  private final String words;

  PeerRefusal(String words) {
    this.words = words;
  }

  /** What it means, and what to check. */
  String words() {
    return words;
  }
}
