package io.quorate.raft.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.core.Message;
import io.quorate.raft.transport.Recorder;
import io.quorate.raft.transport.TransportException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class GrpcTlsTest {
  @TempDir private static Path folder;
  private static Path trust;

  private final GrpcNodes nodes = new GrpcNodes();
  private final Recorder first = new Recorder();
  private final Recorder second = new Recorder();
  private @Nullable GrpcTransport one;
  private @Nullable GrpcTransport two;

  @BeforeAll
  static void makeCertificates() throws Exception {
    Certificates.make(folder, "one", "quorate://test/1");
    Certificates.make(folder, "two", "quorate://test/2");
    Certificates.make(folder, "stranger", "quorate://test/1");
    Certificates.make(folder, "elsewhere", "quorate://other/1");
    trust = Certificates.trust(folder, "one", "two", "elsewhere");
  }

  @AfterEach
  void close() {
    if (one != null) {
      one.close();
    }
    if (two != null) {
      two.close();
    }
  }

  private static GrpcTls tls(String certificate, boolean mutual) {
    return new GrpcTls(
        folder.resolve(certificate + ".crt"), folder.resolve(certificate + ".key"), trust, mutual);
  }

  private GrpcTransport start(long node, @Nullable GrpcTls tls, Recorder receiver) {
    GrpcTransport transport = nodes.create(node, builder -> builder.tls(tls));
    transport.start(receiver);
    nodes.started(node, transport);
    return transport;
  }

  /** Starts both, asks node 2, and gives the failure; {@code null} if there was an answer. */
  private @Nullable TransportException asked(@Nullable GrpcTls client, GrpcTls server)
      throws Exception {
    two = start(2, server, second);
    GrpcTransport asking = start(1, client, first);
    one = asking;
    CompletableFuture<ByteBuffer> answer = asking.call(0, 2, ByteBuffer.allocate(8));
    try {
      answer.get(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS);
      asking.send(0, 2, new Message.TermIsOver(5));
      assertThat(second.next().message()).isEqualTo(new Message.TermIsOver(5));
      return null;
    } catch (ExecutionException e) {
      assertThat(second.received).isEmpty();
      return (TransportException) e.getCause();
    }
  }

  @Test
  void nodes_with_certificates_of_their_own_talk() throws Exception {
    assertThat(asked(tls("one", true), tls("two", true))).isNull();
    second.received.clear();
  }

  @Test
  void without_mutual_only_the_server_shows_one() throws Exception {
    // Were it shown, it would be refused.
    assertThat(asked(tls("stranger", false), tls("two", false))).isNull();
  }

  @Test
  void a_client_whose_authority_is_unknown_is_not_let_in() throws Exception {
    assertThat(asked(tls("stranger", true), tls("two", true))).isNotNull();
  }

  @Test
  void a_client_without_a_certificate_is_not_let_in() throws Exception {
    assertThat(asked(tls("one", false), tls("two", true))).isNotNull();
  }

  @Test
  void a_client_without_tls_is_not_let_in() throws Exception {
    assertThat(asked(null, tls("two", true))).isNotNull();
  }

  @Test
  void a_client_with_the_certificate_of_another_node_is_refused() throws Exception {
    TransportException failure = asked(tls("two", true), tls("two", true));
    assertThat(failure).hasMessageContaining("does not name the node");
    assertThat(failure).extracting(TransportException::mayHaveBeenDelivered).isEqualTo(false);
  }

  @Test
  void a_client_with_a_certificate_of_another_cluster_is_refused() throws Exception {
    assertThat(asked(tls("elsewhere", true), tls("two", true)))
        .isNotNull()
        .hasMessageContaining("does not name the node");
  }

  @Test
  void a_server_with_the_certificate_of_another_node_is_not_talked_to() throws Exception {
    TransportException failure = asked(tls("one", true), tls("one", true));
    assertThat(failure).extracting(TransportException::mayHaveBeenDelivered).isEqualTo(false);
  }
}
