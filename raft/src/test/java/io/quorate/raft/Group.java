package io.quorate.raft;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.core.CoreConfig;
import io.quorate.raft.core.Role;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.membership.MembershipChange;
import io.quorate.raft.replica.ReplicaConfig;
import io.quorate.raft.transport.local.LocalNetwork;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/** A group of real nodes on real disks in this process, and a list of words as what they share. */
final class Group implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Appends words; answers how many there are. */
  static final class Words implements StateMachine {
    private final List<String> words = new java.util.concurrent.CopyOnWriteArrayList<>();

    @Override
    public byte[] apply(long index, ByteBuffer command) {
      words.add(StandardCharsets.UTF_8.decode(command).toString());
      return ByteBuffer.allocate(4).putInt(words.size()).array();
    }

    @Override
    public View snapshot() {
      List<String> copy = List.copyOf(words);
      return out -> {
        DataOutputStream data = new DataOutputStream(out);
        data.writeInt(copy.size());
        for (String word : copy) {
          data.writeUTF(word);
        }
        data.flush();
      };
    }

    @Override
    public void restore(InputStream in) throws IOException {
      DataInputStream data = new DataInputStream(in);
      int count = data.readInt();
      List<String> read = new java.util.ArrayList<>();
      for (int i = 0; i < count; i++) {
        read.add(data.readUTF());
      }
      words.clear();
      words.addAll(read);
    }

    List<String> words() {
      return List.copyOf(words);
    }
  }

  final LocalNetwork network = new LocalNetwork();
  final Map<Long, RaftServer> servers = new ConcurrentSkipListMap<>();
  final Map<Long, RaftNode> nodes = new ConcurrentSkipListMap<>();
  final Map<Long, Words> words = new TreeMap<>();
  private final Path directory;
  private final Membership members;
  private final UnaryOperator<ReplicaConfig> options;
  private final UnaryOperator<ServerConfig> serverOptions;

  Group(
      Path directory,
      Membership members,
      UnaryOperator<ReplicaConfig> options,
      UnaryOperator<ServerConfig> serverOptions) {
    this.directory = directory;
    this.members = members;
    this.options = options;
    this.serverOptions = serverOptions;
    for (long id : members.members().toArray()) {
      start(id, members);
    }
  }

  static Group of(Path directory, long... voters) {
    return new Group(directory, Membership.of(voters), config -> config, config -> config);
  }

  /** Starts a node, or starts it again. */
  RaftNode start(long id) {
    return start(id, members);
  }

  RaftNode start(long id, Membership itsMembers) {
    RaftServer server =
        RaftServer.open(
            serverOptions.apply(
                ServerConfig.of(id, directory.resolve("node-" + id))
                    .handoverPatience(Duration.ofSeconds(1))),
            network.transport(id));
    servers.put(id, server);
    Words machine = new Words();
    words.put(id, machine);
    CoreConfig core =
        CoreConfig.builder(id)
            .electionTimeout(Duration.ofMillis(500))
            .heartbeatInterval(Duration.ofMillis(50))
            .build();
    RaftNode node = server.join(options.apply(ReplicaConfig.of(core, 0)), itsMembers, machine);
    nodes.put(id, node);
    return node;
  }

  void stop(long id) {
    nodes.remove(id);
    requireNonNull(servers.remove(id), "server").close();
  }

  /** What a node that was started shares. */
  Words words(long id) {
    return requireNonNull(words.get(id), "words");
  }

  /** A node that runs. */
  RaftNode node(long id) {
    return requireNonNull(nodes.get(id), "node");
  }

  /** Whoever leads, once somebody does. */
  RaftNode leader() {
    until(
        "a leader",
        () -> nodes.values().stream().anyMatch(node -> node.role().role() == Role.LEADER));
    return nodes.values().stream()
        .filter(node -> node.role().role() == Role.LEADER)
        .findFirst()
        .orElseGet(this::leader);
  }

  RaftNode follower() {
    RaftNode leader = leader();
    return nodes.values().stream()
        .filter(node -> node.self() != leader.self())
        .findFirst()
        .orElseThrow();
  }

  /**
   * Proposes until it is known to be applied; a word that may have been applied comes once more.
   */
  int put(String word) {
    for (; ; ) {
      try {
        return ByteBuffer.wrap(get(leader().propose(bytes(word)))).getInt();
      } catch (RaftException.Refused | RaftException.Superseded again) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  /** Changes the membership, once an earlier change is over. */
  Membership change(MembershipChange change) {
    for (; ; ) {
      try {
        return get(leader().changeMembership(List.of(change)));
      } catch (RaftException.Refused again) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  static byte[] bytes(String word) {
    return word.getBytes(StandardCharsets.UTF_8);
  }

  /** Waits for a result; a failure is thrown as what it is. */
  static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException | InterruptedException e) {
      throw new IllegalStateException("no result in " + PATIENCE, e);
    }
  }

  /** Looks again and again, for what no event tells. */
  static void until(String what, java.util.function.BooleanSupplier is) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!is.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not in " + PATIENCE + ": " + what);
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  /** What each node has, once all have the same number of words. */
  Map<Long, List<String>> settled(int count) {
    until(
        count + " words everywhere",
        () -> nodes.keySet().stream().allMatch(id -> words(id).words().size() == count));
    Map<Long, List<String>> all = new LinkedHashMap<>();
    nodes.keySet().forEach(id -> all.put(id, words(id).words()));
    return all;
  }

  @Override
  public void close() {
    servers.values().forEach(RaftServer::close);
  }
}
