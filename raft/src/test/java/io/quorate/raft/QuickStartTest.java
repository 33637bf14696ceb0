package io.quorate.raft;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.time.Timers;
import io.quorate.core.wal.WalConfig;
import io.quorate.raft.core.CoreConfig;
import io.quorate.raft.core.Refusal;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.membership.MembershipChange;
import io.quorate.raft.replica.ReplicaConfig;
import io.quorate.raft.session.SessionClient;
import io.quorate.raft.session.SessionMachine;
import io.quorate.raft.storage.RaftStoreConfig;
import io.quorate.raft.transport.grpc.GrpcTransport;
import io.quorate.raft.transport.grpc.GrpcTransportConfig;
import io.quorate.raft.transport.grpc.PeerAddress;
import io.quorate.raft.transport.local.LocalNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The code of the chapter. */
@Timeout(120)
final class QuickStartTest {
  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path directory;

  private static long addInAGroupOfThree(Path directory) throws Exception {
    // #region three-nodes
    LocalNetwork network = new LocalNetwork();
    Membership members = Membership.of(1, 2, 3);
    List<RaftServer> servers = new ArrayList<>();
    List<RaftNode> nodes = new ArrayList<>();
    List<Counter> counters = List.of(new Counter(), new Counter(), new Counter());
    for (int i = 0; i < 3; i++) {
      long id = i + 1L;
      ServerConfig config = ServerConfig.of(id, directory.resolve("node-" + id));
      RaftServer server = RaftServer.open(config, network.transport(id));
      ReplicaConfig replica = ReplicaConfig.of(CoreConfig.defaults(id), 0);
      nodes.add(server.join(replica, members, counters.get(i)));
      servers.add(server);
    }
    RaftNode node = nodes.getFirst(); // any will do: it knows, or asks, whoever leads
    Counter counter = counters.getFirst();
    long before = node.read(counter::total).get(); // waits for a leader
    node.propose(Counter.bytes(42)).get(); // on the disks of two nodes at least, and applied
    long after = node.read(counter::total).get(); // has all that was agreed on before this call
    servers.forEach(RaftServer::close);
    // #endregion
    return after - before;
  }

  // #region say-what-happened
  static String add(RaftNode node, long number) throws InterruptedException {
    try {
      byte[] total = node.propose(Counter.bytes(number)).get();
      return "the total is " + ByteBuffer.wrap(total).getLong();
    } catch (ExecutionException e) {
      return switch (e.getCause()) {
        case RaftException.Refused refused -> "not done: " + refused.why();
        case RaftException.Superseded superseded -> "not done, and never will be";
        case RaftException.Unknown unknown -> "may have been done: read before you repeat it";
        case RaftException.Stopped stopped -> "this node is out: " + stopped.getMessage();
        case null, default -> throw new IllegalStateException(e);
      };
    }
  }

  // #endregion

  // #region three-processes
  static RaftServer start(
      long self, PeerAddress here, Map<Long, PeerAddress> nodes, Path directory) {
    GrpcTransportConfig transport =
        GrpcTransportConfig.builder("counters", self, here).peers(nodes).build();
    RaftServer server =
        RaftServer.open(ServerConfig.of(self, directory), new GrpcTransport(transport));
    CoreConfig core = CoreConfig.defaults(self);
    server.join(ReplicaConfig.of(core, 0), Membership.of(1, 2, 3), new Counter());
    return server;
  }

  // #endregion

  private static CompletableFuture<byte[]> addOnce(RaftNode node, Timers timers, long number) {
    // #region once
    return SessionClient.open(node, timers, Duration.ofMillis(100))
        .thenCompose(session -> session.call(Counter.bytes(number)));
    // #endregion
  }

  private static RaftServer onASmallMachine(long self, Path directory, LocalNetwork network) {
    // #region small-machine
    int mib = 1 << 20;
    CoreConfig core =
        CoreConfig.builder(self)
            .messageBytesMax(mib / 4)
            .inflightBytesMax(mib)
            .uncommittedBytesMax(4L * mib)
            .retainBytesMax(64L * mib)
            .build();
    ReplicaConfig replica = new ReplicaConfig(core, 0, mib / 4, 4L * mib, 16L * mib, mib);
    ServerConfig config = ServerConfig.of(self, directory).limits(4L * mib, 2L * mib);
    RaftStoreConfig store =
        new RaftStoreConfig(WalConfig.defaults().segmentBytes(8 * mib), 2L * mib);
    RaftServer server = RaftServer.open(config, store, network.transport(self));
    // #endregion
    server.join(replica, Membership.of(self), new SessionMachine(new Counter(), 8));
    return server;
  }

  @Test
  void three_nodes_in_one_process_agree() throws Exception {
    assertThat(addInAGroupOfThree(directory)).isEqualTo(42);
  }

  @Test
  void three_nodes_over_grpc_agree() throws Exception {
    Map<Long, PeerAddress> nodes = new HashMap<>();
    List<PeerAddress> addresses = new ArrayList<>();
    for (long id = 1; id <= 3; id++) {
      addresses.add(new PeerAddress("127.0.0.1", freePort()));
      nodes.put(id, addresses.getLast());
    }
    List<RaftServer> servers = new ArrayList<>();
    try {
      for (long id = 1; id <= 3; id++) {
        PeerAddress here = addresses.get((int) id - 1);
        servers.add(start(id, here, nodes, directory.resolve("node-" + id)));
      }
      RaftNode node = nodeOf(servers.getLast());
      assertThat(node.read(() -> "there is a leader").get(PATIENCE_SECONDS, SECONDS)).isNotNull();
      assertThat(add(node, 7)).isEqualTo("the total is 7");
    } finally {
      servers.forEach(RaftServer::close);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static RaftNode nodeOf(RaftServer server) {
    return requireNonNull(server.node(0), "group 0");
  }

  @Test
  void a_command_of_a_session_is_applied_once() throws Exception {
    try (Timers timers = Timers.system("test");
        RaftServer server = onASmallMachine(1, directory, new LocalNetwork())) {
      byte[] total = addOnce(nodeOf(server), timers, 5).get(PATIENCE_SECONDS, SECONDS);
      assertThat(ByteBuffer.wrap(total).getLong()).isEqualTo(5);
    }
  }

  @Test
  void what_cannot_be_done_is_refused_with_the_reason() throws Exception {
    LocalNetwork network = new LocalNetwork();
    ServerConfig config = ServerConfig.of(1, directory);
    try (RaftServer server = RaftServer.open(config, network.transport(1))) {
      RaftNode node =
          server.join(
              ReplicaConfig.of(CoreConfig.defaults(1), 0), Membership.of(1, 2), new Counter());
      assertThat(add(node, 1)).isEqualTo("not done: " + Refusal.NOT_LEADER);
    }
  }

  @Test
  void a_node_that_joins_is_made_a_voter_once_it_has_caught_up() throws Exception {
    LocalNetwork network = new LocalNetwork();
    try (RaftServer first = open(1, network);
        RaftServer second = open(2, network)) {
      RaftNode leader =
          first.join(ReplicaConfig.of(CoreConfig.defaults(1), 0), Membership.of(1), new Counter());
      second.join(ReplicaConfig.of(CoreConfig.defaults(2), 0), Membership.NONE, new Counter());
      assertThat(leader.read(() -> "there is a leader").get(PATIENCE_SECONDS, SECONDS)).isNotNull();
      Membership learning =
          leader
              .changeMembership(List.of(new MembershipChange.Join(2)))
              .get(PATIENCE_SECONDS, SECONDS);
      assertThat(learning.voters().contains(2)).isFalse();
      Membership now = learning;
      while (!now.equals(Membership.of(1, 2))) {
        now = leader.status().get(PATIENCE_SECONDS, SECONDS).membership();
      }
    }
  }

  private RaftServer open(long id, LocalNetwork network) {
    return RaftServer.open(
        ServerConfig.of(id, directory.resolve("node-" + id)), network.transport(id));
  }

  @Test
  void a_group_begins_from_a_snapshot_that_was_copied() throws Exception {
    LocalNetwork network = new LocalNetwork();
    Path snapshots = directory.resolve("node-1").resolve("snapshots-0");
    try (RaftServer server = open(1, network)) {
      RaftNode node =
          server.join(ReplicaConfig.of(CoreConfig.defaults(1), 0), Membership.of(1), new Counter());
      assertThat(node.read(() -> "there is a leader").get(PATIENCE_SECONDS, SECONDS)).isNotNull();
      assertThat(add(node, 30)).isEqualTo("the total is 30");
      node.snapshot();
      while (node.status().get(PATIENCE_SECONDS, SECONDS).snapshot().index() == 0) {
        Thread.onSpinWait();
      }
    }
    Path copy = Files.createDirectories(directory.resolve("copy/snapshots-0"));
    try (Stream<Path> files = Files.list(snapshots)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".snapshot")).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    Counter counter = new Counter();
    ServerConfig config = ServerConfig.of(1, directory.resolve("copy"));
    try (RaftServer server = RaftServer.open(config, network.transport(1))) {
      RaftNode node =
          server.join(ReplicaConfig.of(CoreConfig.defaults(1), 0), Membership.of(1), counter);
      assertThat(node.read(counter::total).get(PATIENCE_SECONDS, SECONDS)).isEqualTo(30);
    }
  }
}
