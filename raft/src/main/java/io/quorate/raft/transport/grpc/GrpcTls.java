package io.quorate.raft.transport.grpc;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * Encryption, and who is who. All files are PEM, and are read once when the transport is made.
 *
 * <p><b>A certificate names its node</b> by a subject alternative name of type URI, {@code
 * quorate://CLUSTER/NODE} with the node id in decimal, unsigned. Whoever connects checks that the
 * certificate it is shown names the node it wants; host names and addresses are not looked at, so
 * that a node may move. With {@code mutual}, whoever is connected to checks the same of the other.
 * So a node cannot speak for another even with a certificate of the same authority.
 *
 * @param certificateChain this node's certificate, then those up to the authority
 * @param privateKey of the certificate; PKCS #8, not encrypted
 * @param trust the authorities that are believed
 * @param mutual whether clients must show a certificate too. Without it, anyone who reaches the
 *     port and knows the name of the cluster can say to be any node
 */
public record GrpcTls(Path certificateChain, Path privateKey, Path trust, boolean mutual) {
  public GrpcTls {
    requireNonNull(certificateChain, "certificateChain");
    requireNonNull(privateKey, "privateKey");
    requireNonNull(trust, "trust");
  }

  /** Both sides show certificates. */
  public static GrpcTls mutual(Path certificateChain, Path privateKey, Path trust) {
    return new GrpcTls(certificateChain, privateKey, trust, true);
  }

  /** The name that the certificate of a node has. */
  public static String nameOf(String cluster, long node) {
    return "quorate://" + cluster + "/" + Long.toUnsignedString(node);
  }
}
