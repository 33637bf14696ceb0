package io.quorate.benchmarks.peers.microraft;

import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.model.message.RaftMessage;
import io.microraft.persistence.NopRaftStore;
import io.microraft.persistence.RaftStore;
import io.microraft.store.sqlite.RaftSqliteStore;
import io.microraft.transport.Transport;
import io.quorate.benchmarks.kit.Await;
import io.quorate.benchmarks.kit.RaftSubject;
import io.quorate.benchmarks.kit.SubjectContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Three MicroRaft nodes in this process. A message is the object itself, handed to the receiver's
 * executor: no network, no bytes. The log is in memory only, or in a SQLite database per node,
 * which the store opens with {@code synchronous=EXTRA}. All else is MicroRaft's default.
 */
public final class MicroRaftGroup implements RaftSubject {
  /** The option that names a {@link Store}. */
  public static final String STORE = "store";

  /** Where nodes keep their logs. */
  public enum Store {
    /** Nowhere but in memory. */
    NONE,
    /** In a file, forced. */
    SQLITE
  }

  private final Map<RaftEndpoint, RaftNode> nodes = new ConcurrentHashMap<>();
  private final List<Counter> counters = new ArrayList<>();
  private final RaftNode leader;

  public MicroRaftGroup(SubjectContext context) throws Exception {
    Store store = Store.valueOf(Objects.requireNonNull(context.options().get(STORE), STORE));
    List<RaftEndpoint> endpoints = List.of(new Endpoint("a"), new Endpoint("b"), new Endpoint("c"));
    for (RaftEndpoint endpoint : endpoints) {
      Counter counter = new Counter();
      counters.add(counter);
      nodes.put(
          endpoint,
          RaftNode.newBuilder()
              .setGroupId("bench")
              .setLocalEndpoint(endpoint)
              .setInitialGroupMembers(endpoints)
              .setTransport(new ByCall(nodes))
              .setStateMachine(counter)
              .setStore(open(store, context.directory().resolve(endpoint.getId() + ".db")))
              .build());
    }
    nodes.values().stream().map(RaftNode::start).toList().forEach(CompletableFuture::join);
    leader = Await.until("leader", LEADER_MAX, this::findLeader);
  }

  private static RaftStore open(Store store, Path file) {
    return switch (store) {
      case NONE -> new NopRaftStore();
      case SQLITE ->
          RaftSqliteStore.create(file.toFile(), new DefaultRaftModelFactory(), new EntryBytes());
    };
  }

  private Optional<RaftNode> findLeader() {
    return nodes.values().stream()
        .filter(node -> node.getLocalEndpoint().equals(node.getTerm().getLeaderEndpoint()))
        .findAny();
  }

  @Override
  public CompletableFuture<?> propose(byte[] payload) {
    return leader.replicate(payload);
  }

  @Override
  public List<Long> applied() {
    return counters.stream().map(Counter::applied).toList();
  }

  @Override
  public void close() {
    nodes.values().stream().map(RaftNode::terminate).toList().forEach(CompletableFuture::join);
  }

  /** Hands messages over as they are. */
  private record ByCall(Map<RaftEndpoint, RaftNode> nodes) implements Transport {
    @Override
    public void send(RaftEndpoint target, RaftMessage message) {
      RaftNode node = nodes.get(target);
      if (node != null) {
        node.handle(message);
      }
    }

    @Override
    public boolean isReachable(RaftEndpoint endpoint) {
      return nodes.containsKey(endpoint);
    }
  }
}
