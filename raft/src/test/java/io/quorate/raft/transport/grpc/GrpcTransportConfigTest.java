package io.quorate.raft.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class GrpcTransportConfigTest {
  private static final PeerAddress HERE = new PeerAddress("127.0.0.1", 0);

  private static GrpcTransportConfig.Builder builder() {
    return GrpcTransportConfig.builder("c", 1, HERE);
  }

  @Test
  void a_table_of_all_nodes_is_one_of_the_others() {
    PeerAddress there = new PeerAddress("h", 5);
    Map<Long, PeerAddress> all = Map.of(1L, HERE, 2L, there);
    assertThat(builder().peers(all).build().peers()).isEqualTo(Map.of(2L, there));
  }

  @Test
  void a_value_out_of_bounds_is_refused_by_name() {
    List<UnaryOperator<GrpcTransportConfig.Builder>> wrong =
        List.of(
            b -> b.frameBytes(1),
            b -> b.messageBytesMax(1),
            b -> b.queueBytesMax(1 << 20),
            b -> b.connectTimeout(Duration.ZERO),
            b -> b.callTimeout(Duration.ofSeconds(-1)),
            b -> b.keepAlive(Duration.ZERO),
            b -> b.snapshotStallMax(Duration.ZERO),
            b -> b.snapshotChunkBytes(8 << 20),
            b -> b.snapshotBytesPerSecond(0),
            b -> b.ioThreads(0),
            b -> b.peers(Map.of(2L, HERE)),
            b -> b.peers(Map.of(0L, new PeerAddress("h", 1))));
    for (UnaryOperator<GrpcTransportConfig.Builder> each : wrong) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> each.apply(builder()).build())
          .withMessageContaining("expected: ");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GrpcTransportConfig.builder("a b", 1, HERE).build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GrpcTransportConfig.builder("c", 0, HERE).build());
    assertThatIllegalArgumentException().isThrownBy(() -> new PeerAddress("", 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new PeerAddress("h", 65_536));
  }

  @Test
  void files_that_are_not_there_are_a_callers_mistake() {
    Path none = Path.of("does-not-exist.pem");
    GrpcTransportConfig config = builder().tls(GrpcTls.mutual(none, none, none)).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GrpcTransport(config))
        .withMessageContaining("does-not-exist.pem");
  }
}
