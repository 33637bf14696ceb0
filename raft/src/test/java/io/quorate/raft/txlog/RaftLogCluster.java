package io.quorate.raft.txlog;

import static java.util.Objects.requireNonNull;

import io.quorate.core.wal.WalConfig;
import io.quorate.raft.RaftNode;
import io.quorate.raft.RaftServer;
import io.quorate.raft.ServerConfig;
import io.quorate.raft.core.CoreConfig;
import io.quorate.raft.core.Role;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.replica.ReplicaConfig;
import io.quorate.raft.session.SessionMachine;
import io.quorate.raft.storage.RaftStoreConfig;
import io.quorate.raft.transport.local.LocalNetwork;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** A group of three servers in this process, each with a directory of its own. */
final class RaftLogCluster implements AutoCloseable {
  static final int NODES = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A node that runs. */
  record Running(RaftServer server, RaftNode node, TransactionTable table) {}

  private final Path root;
  private final long snapshotBytes;
  private final int sessionsMax;
  private final LocalNetwork network = new LocalNetwork();
  private final Map<Long, Running> running = new TreeMap<>();
  private final Map<Long, Path> directories = new TreeMap<>();
  private int lives;

  RaftLogCluster(Path root, long snapshotBytes, int sessionsMax) {
    this.root = root;
    this.snapshotBytes = snapshotBytes;
    this.sessionsMax = sessionsMax;
    for (long node = 1; node <= NODES; node++) {
      directories.put(node, root.resolve(node + "-life-0"));
    }
  }

  LocalNetwork network() {
    return network;
  }

  boolean isRunning() {
    return !running.isEmpty();
  }

  Running node(long node) {
    return requireNonNull(running.get(node), "the node does not run");
  }

  void startAll() {
    directories.keySet().forEach(this::start);
  }

  void start(long node) {
    Path directory = requireNonNull(directories.get(node));
    ServerConfig config =
        ServerConfig.of(node, directory)
            .tickInterval(Duration.ofMillis(5))
            .handoverPatience(Duration.ZERO);
    RaftStoreConfig storage =
        RaftStoreConfig.defaults().wal(WalConfig.defaults().segmentBytes(8 << 20).freeBytesMin(0));
    RaftServer server = RaftServer.open(config, storage, network.transport(node));
    TransactionTable table = new TransactionTable();
    CoreConfig core =
        CoreConfig.builder(node)
            .electionTimeout(Duration.ofMillis(400))
            .heartbeatInterval(Duration.ofMillis(50))
            .diskStallLimit(Duration.ofSeconds(20))
            .build();
    RaftNode joined =
        server.join(
            ReplicaConfig.of(core, 7).snapshotBytes(snapshotBytes),
            Membership.of(1, 2, 3),
            new SessionMachine(table, sessionsMax));
    running.put(node, new Running(server, joined, table));
  }

  /** Closes a node in good order. */
  void stop(long node) {
    Running stopped = running.remove(node);
    if (stopped != null) {
      stopped.server().close();
    }
  }

  void stopAll() {
    directories.keySet().forEach(this::stop);
  }

  /**
   * The death of all processes at once: nothing passes any more, then the directories are copied as
   * they are. The next life goes on in the copies.
   */
  void crashAll() throws IOException {
    running.keySet().forEach(network::isolate);
    lives++;
    for (long node : directories.keySet()) {
      Path left = requireNonNull(directories.get(node));
      Path next;
      int copy = 0;
      do {
        next = root.resolve("%d-life-%d-%d".formatted(node, lives, copy++));
      } while (!copied(left, next));
      directories.put(node, next);
    }
    stopAll();
    network.healAll();
  }

  /** False where a file went away meanwhile: no process saw such a state. */
  private static boolean copied(Path from, Path to) throws IOException {
    try {
      Files.walkFileTree(
          from,
          new SimpleFileVisitor<Path>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes)
                throws IOException {
              Files.createDirectories(to.resolve(from.relativize(dir)));
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.copy(file, to.resolve(from.relativize(file)));
              return FileVisitResult.CONTINUE;
            }
          });
      return true;
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  /** A node that runs and does not lead. */
  long follower() {
    long leader = leader();
    return running.keySet().stream().filter(node -> node != leader).findFirst().orElseThrow();
  }

  /** Who leads, for all the running nodes know; waits until one does. */
  long leader() {
    long patience = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < patience) {
      for (Running each : running.values()) {
        if (each.node().role().role() == Role.LEADER) {
          long leader = each.node().self();
          if (running.values().stream().allMatch(one -> one.node().role().leader() == leader)) {
            return leader;
          }
        }
      }
      LockSupport.parkNanos(5_000_000);
    }
    throw new AssertionError("nobody leads after " + PATIENCE);
  }

  @Override
  public void close() {
    stopAll();
  }
}
