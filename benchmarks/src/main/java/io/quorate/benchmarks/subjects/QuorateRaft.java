package io.quorate.benchmarks.subjects;

import static java.util.Objects.requireNonNull;

import io.quorate.benchmarks.kit.Await;
import io.quorate.benchmarks.kit.LoopbackPorts;
import io.quorate.benchmarks.kit.RaftSubject;
import io.quorate.benchmarks.kit.SubjectContext;
import io.quorate.raft.RaftNode;
import io.quorate.raft.RaftServer;
import io.quorate.raft.ServerConfig;
import io.quorate.raft.StateMachine;
import io.quorate.raft.core.CoreConfig;
import io.quorate.raft.core.Role;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.replica.ReplicaConfig;
import io.quorate.raft.transport.grpc.GrpcTransport;
import io.quorate.raft.transport.grpc.GrpcTransportConfig;
import io.quorate.raft.transport.grpc.PeerAddress;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Three of our nodes in this process: logs in our write-ahead log, forced, checksums on; messages
 * over gRPC on loopback. Defaults except for the election timeout.
 */
public final class QuorateRaft implements RaftSubject {
  private static final String HOST = "127.0.0.1";
  private static final byte[] NOTHING = new byte[0];

  /** What the peers' state machines do. */
  private static final class Counter implements StateMachine {
    private final AtomicLong applied = new AtomicLong();

    @Override
    public byte[] apply(long index, ByteBuffer command) {
      applied.incrementAndGet();
      return NOTHING;
    }

    @Override
    public View snapshot() {
      long seen = applied.get();
      return out -> new DataOutputStream(out).writeLong(seen);
    }

    @Override
    public void restore(InputStream in) throws IOException {
      applied.set(new DataInputStream(in).readLong());
    }
  }

  private final List<Counter> counters = new ArrayList<>();
  private final List<RaftServer> servers = new ArrayList<>();
  private final RaftNode leader;

  public QuorateRaft(SubjectContext context) throws Exception {
    Map<Long, PeerAddress> peers = new HashMap<>();
    for (int port : LoopbackPorts.free(NODES)) {
      peers.put(peers.size() + 1L, new PeerAddress(HOST, port));
    }
    List<RaftNode> nodes = new ArrayList<>();
    for (long node = 1; node <= NODES; node++) {
      PeerAddress bind = requireNonNull(peers.get(node), "peer");
      GrpcTransport transport =
          new GrpcTransport(GrpcTransportConfig.builder("bench", node, bind).peers(peers).build());
      RaftServer server =
          RaftServer.open(
              ServerConfig.of(node, context.directory().resolve("node-" + node)), transport);
      servers.add(server);
      Counter counter = new Counter();
      counters.add(counter);
      CoreConfig core =
          CoreConfig.builder(node)
              .electionTimeout(Duration.ofMillis(ELECTION_TIMEOUT_MILLIS))
              .build();
      nodes.add(server.join(ReplicaConfig.of(core, 0), Membership.of(1, 2, 3), counter));
    }
    leader =
        Await.until(
            "leader",
            LEADER_MAX,
            () -> nodes.stream().filter(node -> node.role().role() == Role.LEADER).findAny());
  }

  @Override
  public CompletableFuture<?> propose(byte[] payload) {
    return leader.propose(payload);
  }

  @Override
  public List<Long> applied() {
    return counters.stream().map(counter -> counter.applied.get()).toList();
  }

  @Override
  public void close() {
    servers.forEach(RaftServer::close);
  }
}
