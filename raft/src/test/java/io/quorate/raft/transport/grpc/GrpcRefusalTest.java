package io.quorate.raft.transport.grpc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.core.Message;
import io.quorate.raft.transport.Recorder;
import io.quorate.raft.transport.TransportException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is turned away, and that both sides can tell why. */
@Timeout(60)
class GrpcRefusalTest {
  private final List<GrpcTransport> started = new ArrayList<>();
  private final Recorder first = new Recorder();
  private final Recorder second = new Recorder();

  @AfterEach
  void close() {
    started.forEach(GrpcTransport::close);
  }

  private GrpcTransport start(
      String cluster, long node, Map<Long, PeerAddress> peers, int min, int max, Recorder to) {
    GrpcTransportConfig config =
        GrpcNodes.patient(
                GrpcTransportConfig.builder(cluster, node, new PeerAddress(GrpcNodes.HOST, 0)))
            .peers(peers)
            .build();
    GrpcTransport transport = new GrpcTransport(config, min, max);
    transport.start(to);
    started.add(transport);
    return transport;
  }

  private static Map<Long, PeerAddress> at(long node, GrpcTransport transport) {
    return Map.of(node, new PeerAddress(GrpcNodes.HOST, transport.port()));
  }

  private void refused(GrpcTransport by, long node, PeerRefusal refusal) throws Exception {
    by.send(4, node, new Message.TermIsOver(1));
    assertThat(first.nextLost()).isEqualTo(new Recorder.Lost(4, node));
    assertThat(by.refusedBy(node)).contains(refusal);
    TransportException failure = failure(by, node);
    assertThat(failure.mayHaveBeenDelivered()).isFalse();
    assertThat(failure).hasMessageContaining(refusal.words());
    assertThat(second.received).isEmpty();
  }

  private static TransportException failure(GrpcTransport by, long node) throws Exception {
    try {
      by.call(0, node, ByteBuffer.allocate(8)).get(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS);
      throw new AssertionError("answered");
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(TransportException.class);
      return requireNonNull((TransportException) e.getCause());
    }
  }

  @Test
  void a_node_of_another_cluster_is_refused() throws Exception {
    GrpcTransport two = start("theirs", 2, Map.of(), 1, 1, second);
    refused(start("ours", 1, at(2, two), 1, 1, first), 2, PeerRefusal.OTHER_CLUSTER);
  }

  @Test
  void a_node_that_is_not_the_one_at_the_address_refuses() throws Exception {
    GrpcTransport two = start("c", 2, Map.of(), 1, 1, second);
    refused(start("c", 1, at(3, two), 1, 1, first), 3, PeerRefusal.OTHER_NODE);
  }

  @Test
  void releases_without_a_common_version_refuse_each_other() throws Exception {
    GrpcTransport two = start("c", 2, Map.of(), 3, 4, second);
    refused(start("c", 1, at(2, two), 1, 2, first), 2, PeerRefusal.WIRE_VERSION);
    GrpcTransport three = start("c", 3, Map.of(), 1, 2, second);
    refused(start("c", 1, at(3, three), 3, 4, first), 3, PeerRefusal.WIRE_VERSION);
  }

  @Test
  void releases_with_a_common_version_talk() throws Exception {
    GrpcTransport two = start("c", 2, Map.of(), 1, 2, second);
    GrpcTransport one = start("c", 1, at(2, two), 2, 3, first);
    one.send(0, 2, new Message.TermIsOver(1));
    assertThat(second.next().message()).isEqualTo(new Message.TermIsOver(1));
    assertThat(one.refusedBy(2)).isEmpty();
  }

  @Test
  void a_node_that_moved_is_reached_where_it_is_now() throws Exception {
    Recorder elsewhere = new Recorder();
    GrpcTransport old = start("c", 2, Map.of(), 1, 1, second);
    GrpcTransport one = start("c", 1, at(2, old), 1, 1, first);
    one.send(0, 2, new Message.TermIsOver(1));
    assertThat(second.next().message()).isEqualTo(new Message.TermIsOver(1));
    GrpcTransport moved = start("c", 2, Map.of(), 1, 1, elsewhere);
    one.peers(at(2, moved));
    one.send(0, 2, new Message.TermIsOver(2));
    assertThat(elsewhere.next().message()).isEqualTo(new Message.TermIsOver(2));
    one.peers(Map.of());
    one.send(0, 2, new Message.TermIsOver(3));
    assertThat(first.nextLost()).isEqualTo(new Recorder.Lost(0, 2));
    assertThat(second.received).isEmpty();
    assertThat(elsewhere.received).isEmpty();
  }
}
