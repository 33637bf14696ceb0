package io.quorate.raft.transport.grpc;

import java.net.Socket;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/** Believes the certificates of one node, whatever host shows them; see {@link GrpcTls}. */
final class NodeTrust extends X509ExtendedTrustManager {
  private static final int TYPE_URI = 6;

  private final X509TrustManager authorities;
  private final String name;

  /**
   * @param authorities who vouches for certificates
   * @param name of the node
   */
  NodeTrust(X509TrustManager authorities, String name) {
    this.authorities = authorities;
    this.name = name;
  }

  /** Whether a certificate has a name of a node. */
  static boolean names(Certificate certificate, String name) {
    if (!(certificate instanceof X509Certificate x509)) {
      return false;
    }
    try {
      Collection<List<?>> names = x509.getSubjectAlternativeNames();
      return names != null
          && names.stream()
              .anyMatch(entry -> entry.get(0).equals(TYPE_URI) && entry.get(1).equals(name));
    } catch (CertificateParsingException unreadable) {
      return false; // What cannot be read names nobody.
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    authorities.checkServerTrusted(chain, authType);
    if (!names(chain[0], name)) {
      throw new CertificateException(
          "certificate of %s (expected: the name %s)"
              .formatted(chain[0].getSubjectX500Principal(), name));
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("a client's certificate (expected: a server's)");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.getAcceptedIssuers();
  }
}
