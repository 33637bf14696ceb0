package io.quorate.raft;

import static java.util.Objects.requireNonNull;

import io.quorate.core.time.Ticker;
import io.quorate.core.wal.Disk;
import io.quorate.core.wal.FileSystemDisk;
import io.quorate.core.wal.WalRuntime;
import io.quorate.raft.core.Message;
import io.quorate.raft.core.Role;
import io.quorate.raft.internal.GroupRunner;
import io.quorate.raft.internal.Lane;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.replica.Lanes;
import io.quorate.raft.replica.Replica;
import io.quorate.raft.replica.ReplicaConfig;
import io.quorate.raft.storage.RaftStore;
import io.quorate.raft.storage.RaftStoreConfig;
import io.quorate.raft.storage.StoredReplica;
import io.quorate.raft.transport.Receiver;
import io.quorate.raft.transport.SnapshotSink;
import io.quorate.raft.transport.Transport;
import io.quorate.raft.transport.TransportException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process's part in any number of groups: one log on one disk, one consensus thread and one
 * transport for all of them, and a thread for each group's state machine.
 *
 * <pre>{@code
 * try (RaftServer server = RaftServer.open(ServerConfig.of(1, Path.of("data")), transport)) {
 *   RaftNode node = server.join(ReplicaConfig.of(CoreConfig.defaults(1), 0), members, machine);
 *   byte[] result = node.propose(command).get();
 * }
 * }</pre>
 *
 * <p><b>Threads.</b> All methods may be called by any thread; those that open and close block.
 *
 * <p><b>Closing</b> hands over what this node leads, waits for that for a while, and makes all that
 * was written durable.
 */
public final class RaftServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RaftServer.class);

  /** A group that was joined. */
  private record Joined(
      RaftNode node, GroupRunner runner, StoredReplica stored, Lane apply, Replica replica) {}

  private final ServerConfig config;
  private final Transport transport;
  private final RaftStore store;
  private final RaftStoreConfig storage;
  private final Ticker ticker = Ticker.system();
  private final Map<Integer, Joined> groups = new ConcurrentHashMap<>();
  private final Lane loop;
  private final Lane slow;
  private final AtomicBoolean closed = new AtomicBoolean();

  private RaftServer(
      ServerConfig config, Transport transport, RaftStoreConfig storage, RaftStore store) {
    this.storage = storage;
    this.config = config;
    this.transport = transport;
    this.store = store;
    slow = Lane.plain("quorate-raft-slow-" + config.node(), this::failed);
    loop =
        Lane.pulsing(
            "quorate-raft-" + config.node(),
            ticker,
            config.tickInterval().toNanos(),
            () -> groups.values().forEach(joined -> joined.runner.tick()),
            () -> groups.values().forEach(joined -> joined.runner.endTurn()),
            this::failed);
  }

  /**
   * Opens what the directory holds, and begins to listen. Groups take part once they are joined.
   *
   * @param transport owned by the server from here on
   * @throws io.quorate.core.wal.WalException the directory cannot be used
   * @throws TransportException the address cannot be listened on
   */
  public static RaftServer open(ServerConfig config, Transport transport) {
    return open(config, RaftStoreConfig.defaults(), transport);
  }

  /** The same with a say in how the log is kept. */
  public static RaftServer open(ServerConfig config, RaftStoreConfig storage, Transport transport) {
    return open(config, storage, new FileSystemDisk(config.directory().resolve("log")), transport);
  }

  /**
   * The same with the log on another disk, such as one that counts, delays or fails what is asked
   * of it. Snapshots stay in the directory.
   */
  public static RaftServer open(
      ServerConfig config, RaftStoreConfig storage, Disk log, Transport transport) {
    requireNonNull(config, "config");
    requireNonNull(transport, "transport");
    RaftStore store = RaftStore.open(log, storage, WalRuntime.threads());
    RaftServer server = new RaftServer(config, transport, storage, store);
    try {
      transport.start(server.new Inbox());
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  /**
   * Takes part in a group.
   *
   * @param replica how; its node is this server's
   * @param members who the group begins with, the same on all of them; {@link Membership#NONE} for
   *     a node that the group will take in. Of no importance where the directory knows the group
   * @param machine what is replicated; empty, for it is restored before anything is applied
   * @throws IllegalStateException it has been joined already, or the server is closed
   * @throws io.quorate.raft.storage.VoteLostException the node's vote may be lost
   */
  public RaftNode join(ReplicaConfig replica, Membership members, StateMachine machine) {
    requireNonNull(machine, "machine");
    if (replica.core().self() != config.node()) {
      throw new IllegalArgumentException(
          "replica: node %d (expected: %d, the server's)"
              .formatted(replica.core().self(), config.node()));
    }
    int largest = storage.wal().recordBytesMax() - ReplicaConfig.COMMAND_OVERHEAD_BYTES;
    if (replica.commandBytesMax() > largest) {
      throw new IllegalArgumentException(
          "replica: commandBytesMax %d (expected: <= %d, what a record of the log holds)"
              .formatted(replica.commandBytesMax(), largest));
    }
    if (closed.get()) {
      throw new IllegalStateException("server: closed (expected: open)");
    }
    int group = replica.group();
    StoredReplica stored =
        StoredReplica.open(
            store,
            group,
            SnapshotMark.beginning(members),
            config.directory().resolve("snapshots-" + group));
    Lane apply =
        Lane.plain("quorate-raft-apply-%d-%d".formatted(config.node(), group), this::failed);
    GroupRunner runner = new GroupRunner(loop, config.inboxBytesMax(), config.proposalBytesMax());
    RaftNode node = new RaftNode(group, config.node(), config.forwarding(), runner, transport);
    Lanes lanes = new Lanes(runner.lane(), apply, slow);
    CompletableFuture<Replica> started = new CompletableFuture<>();
    loop.execute(() -> start(replica, stored, machine, lanes, runner, started));
    try {
      groups.put(group, new Joined(node, runner, stored, apply, started.join()));
    } catch (CompletionException failed) {
      apply.close();
      throw failed;
    }
    return node;
  }

  private void start(
      ReplicaConfig replicaConfig,
      StoredReplica stored,
      StateMachine machine,
      Lanes lanes,
      GroupRunner runner,
      CompletableFuture<Replica> started) {
    try {
      Replica replica =
          new Replica(
              replicaConfig,
              stored.restored(),
              stored,
              stored,
              machine,
              transport,
              lanes,
              ticker,
              new SplittableRandom(new SecureRandom().nextLong()),
              runner::roleChanged,
              why -> stopped(replicaConfig.group(), why));
      runner.start(replica);
      started.complete(replica);
    } catch (RuntimeException | Error e) {
      started.completeExceptionally(e);
    }
  }

  /** The node of a group that was joined; null where there is none. */
  public @Nullable RaftNode node(int group) {
    Joined joined = groups.get(group);
    return joined == null ? null : joined.node;
  }

  /** How many times the disk was forced for the log since it was opened. */
  public long forces() {
    return store.forces();
  }

  private void stopped(int group, Throwable why) {
    if (!closed.get()) {
      LOG.error("raft.stopped node={} group={} cause={}", config.node(), group, why.toString());
    }
  }

  private void failed(Throwable why) {
    LOG.error("raft.failed node={}", config.node(), why);
  }

  /** Hands over, and stops. Idempotent. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    handOver();
    transport.close();
    stopAll();
    loop.close();
    groups.values().forEach(joined -> joined.apply.close());
    slow.close();
    store.close();
  }

  private void handOver() {
    List<CompletableFuture<Void>> transfers = new ArrayList<>();
    for (Joined joined : groups.values()) {
      if (joined.runner.role().role() == Role.LEADER) {
        transfers.add(joined.node.transferLeadership(0));
      }
    }
    try {
      CompletableFuture.allOf(transfers.toArray(CompletableFuture[]::new))
          .handle((done, failed) -> null)
          .get(config.handoverPatience().toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.info("raft.handover.incomplete node={} groups={}", config.node(), transfers.size());
    }
  }

  private void stopAll() {
    CountDownLatch stopped = new CountDownLatch(1);
    loop.execute(
        () -> {
          groups
              .values()
              .forEach(joined -> joined.replica.stop(new IllegalStateException("closed")));
          stopped.countDown();
        });
    boolean interrupted = false;
    for (; ; ) {
      try {
        stopped.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the transport brings. */
  private final class Inbox implements Receiver {

    @Override
    public boolean receive(int group, long from, Message message) {
      Joined joined = groups.get(group);
      return joined == null || joined.runner.receive(from, message);
    }

    @Override
    public void unreachable(int group, long node) {
      Joined joined = groups.get(group);
      if (joined != null) {
        joined.runner.run(replica -> replica.unreachable(node));
      }
    }

    @Override
    public SnapshotSink snapshot(int group, long from, Message.InstallSnapshot install) {
      Joined joined = groups.get(group);
      if (joined == null) {
        return new NoSuchGroup(group);
      }
      return new Installing(joined, from, install, joined.stored.incoming(install));
    }

    @Override
    public CompletableFuture<ByteBuffer> answer(int group, long from, ByteBuffer question) {
      Joined joined = groups.get(group);
      return joined == null
          ? CompletableFuture.failedFuture(
              new TransportException(false, "group %d is not on this node".formatted(group), null))
          : joined.node.answer(question);
    }
  }

  /** Hands a snapshot to its replica once it is stored. */
  private record Installing(
      Joined joined, long from, Message.InstallSnapshot install, SnapshotSink sink)
      implements SnapshotSink {
    @Override
    public long resumeAt() throws IOException {
      return sink.resumeAt();
    }

    @Override
    public void write(ByteBuffer bytes, long offset) throws IOException {
      sink.write(bytes, offset);
    }

    @Override
    public void complete() throws IOException {
      sink.complete();
      joined.runner.run(replica -> replica.receive(from, install));
    }

    @Override
    public void abort() {
      sink.abort();
    }
  }

  private record NoSuchGroup(int group) implements SnapshotSink {
    private IOException none() {
      return new IOException("group %d is not on this node".formatted(group));
    }

    @Override
    public long resumeAt() throws IOException {
      throw none();
    }

    @Override
    public void write(ByteBuffer bytes, long offset) throws IOException {
      throw none();
    }

    @Override
    public void complete() throws IOException {
      throw none();
    }

    @Override
    public void abort() {}
  }
}
