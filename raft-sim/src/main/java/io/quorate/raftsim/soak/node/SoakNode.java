package io.quorate.raftsim.soak.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quorate.core.wal.FileSystemDisk;
import io.quorate.core.wal.WalConfig;
import io.quorate.raft.RaftNode;
import io.quorate.raft.RaftServer;
import io.quorate.raft.ServerConfig;
import io.quorate.raft.core.CoreConfig;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.replica.ReplicaConfig;
import io.quorate.raft.storage.RaftStoreConfig;
import io.quorate.raft.transport.grpc.GrpcTransport;
import io.quorate.raft.transport.grpc.GrpcTransportConfig;
import io.quorate.raft.transport.grpc.PeerAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * One node as a process of its own.
 *
 * <pre>
 *   NODE DIRECTORY PEER=PORT...
 * </pre>
 *
 * <p>It listens on free ports of the loopback address and says {@code ready RAFT-PORT CLIENT-PORT}
 * on standard output. On standard input it takes {@code slow MILLISECONDS}, by which forces of the
 * log are delayed from then on. When standard input ends, its parent is gone, and so is it: without
 * closing anything. Exit code {@value #STOPPED}: the node has stopped of itself.
 */
public final class SoakNode {
  /** The exit code of a process whose node has stopped of itself. */
  public static final int STOPPED = 4;

  private static final String LOOPBACK = InetAddress.getLoopbackAddress().getHostAddress();
  private static final int ORPHANED = 3;

  /** Small, so that snapshots are taken, sent and restored, and old segments dropped, all along. */
  private static final int SNAPSHOT_BYTES = 16 << 10;

  private static final int SEGMENT_BYTES = 512 << 10;
  private static final int CHUNK_BYTES = 16 << 10;

  private SoakNode() {}

  /** See the class. */
  public static void main(String[] arguments) throws IOException {
    long self = Long.parseLong(arguments[0]);
    Map<Long, PeerAddress> peers = new TreeMap<>();
    for (int i = 2; i < arguments.length; i++) {
      String[] words = arguments[i].split("=");
      peers.put(Long.parseLong(words[0]), new PeerAddress(LOOPBACK, Integer.parseInt(words[1])));
    }
    Path directory = Path.of(arguments[1]);
    SlowDisk disk = new SlowDisk(new FileSystemDisk(directory.resolve("log")));
    Thread.ofPlatform().daemon().name("soak-parent").start(() -> obey(disk));

    GrpcTransport transport = new GrpcTransport(transport(self, peers));
    RaftServer server = RaftServer.open(ServerConfig.of(self, directory), store(), disk, transport);
    KeyMachine machine = new KeyMachine();
    RaftNode node = server.join(replica(self), members(self, peers), machine);
    try (ServerSocket socket = new ServerSocket(0, 256, InetAddress.getLoopbackAddress())) {
      System.out.printf("ready %d %d%n", transport.port(), socket.getLocalPort());
      System.out.flush();
      new Serving(node, machine, SoakNode::stopped).accept(socket);
    }
  }

  private static void obey(SlowDisk disk) {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    try {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith("slow ")) {
          disk.delay(Duration.ofMillis(Long.parseLong(line.substring(5))));
        }
      }
    } catch (IOException e) {
      System.err.println("standard input: " + e);
    }
    Runtime.getRuntime().halt(ORPHANED);
  }

  private static void stopped(Throwable why) {
    System.err.println("the node has stopped: " + why + ", because of " + why.getCause());
    Runtime.getRuntime().halt(STOPPED);
  }

  private static GrpcTransportConfig transport(long self, Map<Long, PeerAddress> peers) {
    return GrpcTransportConfig.builder("soak", self, new PeerAddress(LOOPBACK, 0))
        .peers(peers)
        .snapshotChunkBytes(CHUNK_BYTES)
        .snapshotStallMax(Duration.ofSeconds(10))
        .build();
  }

  private static RaftStoreConfig store() {
    return RaftStoreConfig.defaults()
        .wal(WalConfig.defaults().segmentBytes(SEGMENT_BYTES))
        .cacheBytesMax(SNAPSHOT_BYTES);
  }

  private static ReplicaConfig replica(long self) {
    return ReplicaConfig.of(
            CoreConfig.builder(self)
                .electionTimeout(Duration.ofMillis(500))
                .heartbeatInterval(Duration.ofMillis(50))
                .diskStallLimit(Duration.ofSeconds(1))
                .retainBytesMax(SNAPSHOT_BYTES)
                .messageBytesMax(CHUNK_BYTES)
                .build(),
            0)
        .snapshotBytes(SNAPSHOT_BYTES)
        .commandBytesMax(CHUNK_BYTES);
  }

  private static Membership members(long self, Map<Long, PeerAddress> peers) {
    long[] voters = new long[peers.size() + 1];
    int at = 0;
    voters[at++] = self;
    for (long peer : peers.keySet()) {
      voters[at++] = peer;
    }
    java.util.Arrays.sort(voters);
    return Membership.of(voters);
  }
}
