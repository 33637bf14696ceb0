package io.quorate.raft.transport.grpc;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** What {@link GrpcTls} names, in the form Netty takes; of the JDK's own TLS. */
final class TlsContexts {
  private final GrpcTls tls;
  private final X509TrustManager authorities;

  /**
   * @throws IOException a file cannot be read
   * @throws GeneralSecurityException a file does not hold what it should
   */
  TlsContexts(GrpcTls tls) throws IOException, GeneralSecurityException {
    this.tls = tls;
    this.authorities = authorities(tls);
    server();
  }

  private static X509TrustManager authorities(GrpcTls tls)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream pem = Files.newInputStream(tls.trust())) {
      int count = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        store.setCertificateEntry("authority-" + count++, each);
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException("trust: " + tls.trust() + " (expected: X.509)");
  }

  SslContext server() throws IOException {
    SslContextBuilder builder =
        SslContextBuilder.forServer(tls.certificateChain().toFile(), tls.privateKey().toFile())
            .trustManager(authorities)
            .clientAuth(tls.mutual() ? ClientAuth.REQUIRE : ClientAuth.NONE);
    return GrpcSslContexts.configure(builder, SslProvider.JDK).build();
  }

  /** For connections to one node. */
  SslContext client(String nodeName) throws IOException {
    SslContextBuilder builder =
        SslContextBuilder.forClient().trustManager(new NodeTrust(authorities, nodeName));
    if (tls.mutual()) {
      builder.keyManager(tls.certificateChain().toFile(), tls.privateKey().toFile());
    }
    return GrpcSslContexts.configure(builder, SslProvider.JDK).build();
  }
}
