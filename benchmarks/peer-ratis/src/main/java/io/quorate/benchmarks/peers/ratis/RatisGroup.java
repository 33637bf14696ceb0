package io.quorate.benchmarks.peers.ratis;

import io.quorate.benchmarks.kit.Await;
import io.quorate.benchmarks.kit.LoopbackPorts;
import io.quorate.benchmarks.kit.RaftSubject;
import io.quorate.benchmarks.kit.SubjectContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * Three Ratis servers in this process: segmented logs, forced, messages over gRPC on loopback. The
 * leader is asked as its own client's requests would, after their decoding.
 */
public final class RatisGroup implements RaftSubject {
  private static final String HOST = "127.0.0.1:";

  private final List<Counter> counters = new ArrayList<>();
  private final List<RaftServer> servers = new ArrayList<>();
  private final RaftGroup group;
  private final RaftServer leader;
  private final ClientId client = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();

  public RatisGroup(SubjectContext context) throws Exception {
    List<Integer> ports = LoopbackPorts.free(NODES);
    List<RaftPeer> peers =
        ports.stream()
            .map(port -> RaftPeer.newBuilder().setId("n" + port).setAddress(HOST + port).build())
            .toList();
    group = RaftGroup.valueOf(RaftGroupId.randomId(), peers);
    for (int i = 0; i < NODES; i++) {
      Path directory = context.directory().resolve("n" + i);
      Counter counter = new Counter();
      counters.add(counter);
      RaftServer server =
          RaftServer.newBuilder()
              .setGroup(group)
              .setServerId(peers.get(i).getId())
              .setProperties(
                  Settings.of(directory, ports.get(i), Duration.ofMillis(ELECTION_TIMEOUT_MILLIS)))
              .setStateMachine(counter)
              .setOption(RaftStorage.StartupOption.FORMAT)
              .build();
      servers.add(server);
      server.start();
    }
    leader = Await.until("leader", LEADER_MAX, this::findLeader);
  }

  private Optional<RaftServer> findLeader() throws IOException {
    for (RaftServer server : servers) {
      if (server.getDivision(group.getGroupId()).getInfo().isLeaderReady()) {
        return Optional.of(server);
      }
    }
    return Optional.empty();
  }

  @Override
  public CompletableFuture<?> propose(byte[] payload) throws IOException {
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(leader.getId())
            .setGroupId(group.getGroupId())
            .setCallId(calls.incrementAndGet())
            .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(payload)))
            .setType(RaftClientRequest.writeRequestType())
            .build();
    return leader.submitClientRequestAsync(request).thenApply(RatisGroup::requireSuccess);
  }

  private static RaftClientReply requireSuccess(RaftClientReply reply) {
    if (!reply.isSuccess()) {
      throw new IllegalStateException("not committed: " + reply, reply.getException());
    }
    return reply;
  }

  @Override
  public List<Long> applied() {
    return counters.stream().map(Counter::applied).toList();
  }

  @Override
  public void close() throws IOException {
    for (RaftServer server : servers) {
      server.close();
    }
  }
}
