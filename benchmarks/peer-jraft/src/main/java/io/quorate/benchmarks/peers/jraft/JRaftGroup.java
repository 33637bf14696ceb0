package io.quorate.benchmarks.peers.jraft;

import com.alipay.sofa.jraft.Node;
import com.alipay.sofa.jraft.RaftGroupService;
import com.alipay.sofa.jraft.conf.Configuration;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.entity.Task;
import com.alipay.sofa.jraft.option.NodeOptions;
import io.quorate.benchmarks.kit.Await;
import io.quorate.benchmarks.kit.LoopbackPorts;
import io.quorate.benchmarks.kit.RaftSubject;
import io.quorate.benchmarks.kit.SubjectContext;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Three JRaft nodes in this process: logs in RocksDB, each write of it synchronous, messages over
 * Bolt on loopback. Defaults except for the election timeout; no snapshots.
 */
public final class JRaftGroup implements RaftSubject {
  private static final String GROUP = "bench";
  private static final String HOST = "127.0.0.1";

  private final List<Counter> counters = new ArrayList<>();
  private final List<RaftGroupService> services = new ArrayList<>();
  private final Node leader;

  public JRaftGroup(SubjectContext context) throws Exception {
    List<PeerId> peers =
        LoopbackPorts.free(NODES).stream().map(port -> new PeerId(HOST, port)).toList();
    List<Node> nodes = new ArrayList<>();
    for (PeerId peer : peers) {
      Path directory =
          Files.createDirectories(context.directory().resolve(Integer.toString(peer.getPort())));
      Counter counter = new Counter();
      counters.add(counter);
      RaftGroupService service =
          new RaftGroupService(GROUP, peer, options(directory, peers, counter));
      services.add(service);
      nodes.add(service.start());
    }
    leader =
        Await.until("leader", LEADER_MAX, () -> nodes.stream().filter(Node::isLeader).findAny());
  }

  private static NodeOptions options(Path directory, List<PeerId> peers, Counter counter) {
    NodeOptions options = new NodeOptions();
    options.setInitialConf(new Configuration(peers));
    options.setFsm(counter);
    options.setElectionTimeoutMs(ELECTION_TIMEOUT_MILLIS);
    options.setSnapshotIntervalSecs(0);
    options.setDisableCli(true);
    options.setLogUri(directory.resolve("log").toString());
    options.setRaftMetaUri(directory.resolve("meta").toString());
    options.setSnapshotUri(directory.resolve("snapshot").toString());
    options.getRaftOptions().setSync(true);
    return options;
  }

  @Override
  public CompletableFuture<?> propose(byte[] payload) {
    CompletableFuture<Void> proposal = new CompletableFuture<>();
    leader.apply(
        new Task(
            ByteBuffer.wrap(payload),
            status -> {
              if (status.isOk()) {
                proposal.complete(null);
              } else {
                proposal.completeExceptionally(new IllegalStateException(status.toString()));
              }
            }));
    return proposal;
  }

  @Override
  public List<Long> applied() {
    return counters.stream().map(Counter::applied).toList();
  }

  @Override
  public void close() {
    services.forEach(RaftGroupService::shutdown);
  }
}
