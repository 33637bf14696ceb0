package io.quorate.raft.transport.grpc;

import static java.util.Objects.requireNonNull;

import io.grpc.Server;
import io.quorate.raft.core.Message;
import io.quorate.raft.transport.Receiver;
import io.quorate.raft.transport.SnapshotBytes;
import io.quorate.raft.transport.Transport;
import io.quorate.raft.transport.TransportException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Transport} over gRPC.
 *
 * <p><b>Order.</b> Entries and their answers arrive in the order they were sent in, as long as
 * nothing is lost; so do heartbeats, votes and reads; nothing is promised between the two. A
 * connection that breaks loses what was under way, never repeats it, and {@link
 * Receiver#unreachable} is called once for each group that used it. After that, once for each group
 * that loses messages until all that waits could be sent again.
 *
 * <p><b>Connections</b> are made when there is something to send, by the sender, and again after a
 * pause that grows ({@link GrpcTransportConfig#reconnect}). Nothing is tried while nobody has
 * anything to say.
 *
 * <p><b>Who is who.</b> Nodes of other clusters, nodes that are at the wrong address and releases
 * without a common version of the wire format are refused; see {@link #refusedBy}. Whether a node
 * is who it says to be is known with {@link GrpcTls} alone.
 *
 * <p><b>Threads.</b> All are daemons named {@code quorate-raft-NODE-…}. The receiver's {@code
 * receive}, {@code unreachable} and {@code answer} are called on those that serve connections, and
 * hold up all that these do; {@code snapshot} and the sink are called on others, and may block.
 * gRPC's own shared timer thread serves all of a process.
 */
public final class GrpcTransport implements Transport {
  private static final Logger log = LoggerFactory.getLogger(GrpcTransport.class);
  private static final int GROUP_MAX = 0xFFFF;

  /** How many lost messages to unknown nodes are told once; any further are told each time. */
  private static final int STRANGERS_MAX = 1024;

  private record Stranger(int group, long node) {}

  private final GrpcTransportConfig config;
  private final Handshake handshake;
  private final TokenBucket snapshotRate;
  private final Net net;
  private final ConcurrentMap<Long, Peer> peers = new ConcurrentHashMap<>();
  private final Set<Stranger> strangers = ConcurrentHashMap.newKeySet();

  /** Held while the peers, or whether there are any, change. */
  private final ReentrantLock lock = new ReentrantLock();

  private Map<Long, PeerAddress> addresses;
  private @Nullable Server server;
  private volatile @Nullable Receiver receiver;
  private volatile boolean closed;

  /**
   * A transport that does nothing yet.
   *
   * @throws IllegalArgumentException a file of {@link GrpcTls} cannot be used
   */
  public GrpcTransport(GrpcTransportConfig config) {
    this(config, Wire.VERSION_MIN, Wire.VERSION_MAX);
  }

  /** As of a release that speaks these versions of the wire format. */
  GrpcTransport(GrpcTransportConfig config, int versionMin, int versionMax) {
    GrpcTls tls = config.tls();
    this.config = config;
    this.addresses = config.peers();
    this.handshake =
        new Handshake(
            config.cluster(), config.node(), versionMin, versionMax, tls != null && tls.mutual());
    this.snapshotRate = new TokenBucket(config.snapshotBytesPerSecond(), config.ticker());
    this.net = new Net(config);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException it was started before, or is closed
   */
  @Override
  public void start(Receiver receiver) {
    requireNonNull(receiver, "receiver");
    lock.lock();
    try {
      if (closed || this.receiver != null) {
        throw new IllegalStateException(
            "transport: " + (closed ? "closed" : "started") + " (expected: new)");
      }
      this.receiver = receiver;
      server = net.listen(new Inbound(config, net, handshake, receiver).service());
      connect();
    } catch (TransportException e) {
      this.receiver = null;
      throw e;
    } finally {
      lock.unlock();
    }
    log.info(
        "transport.started node={} cluster={} address={}:{} tls={}",
        Long.toUnsignedString(config.node()),
        config.cluster(),
        config.bind().host(),
        port(),
        config.tls() != null);
  }

  /**
   * The port that is listened on.
   *
   * @throws IllegalStateException not started
   */
  public int port() {
    lock.lock();
    try {
      if (server == null) {
        throw new IllegalStateException("transport: not started (expected: started)");
      }
      return server.getPort();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Says where the other nodes are, from now on. Connections to those that stay where they are go
   * on; those to others end, and what waits for them is lost.
   *
   * @param now all of them; this node may be among them
   */
  public void peers(Map<Long, PeerAddress> now) {
    Map<Long, PeerAddress> checked = GrpcTransportConfig.checked(config.node(), now);
    lock.lock();
    try {
      addresses = checked;
      if (receiver != null && !closed) {
        connect();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Makes {@link #peers} those of {@link #addresses}. The lock is held. */
  private void connect() {
    Receiver to = requireNonNull(receiver, "receiver");
    peers.forEach(
        (node, peer) -> {
          if (!peer.address().equals(addresses.get(node))) {
            peers.remove(node);
            peer.close();
          }
        });
    addresses.forEach(
        (node, address) ->
            peers.computeIfAbsent(
                node,
                id ->
                    new Peer(
                        new PeerContext(config, net, handshake, to, id, address, net.loop()))));
    strangers.clear();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException not started
   */
  @Override
  public void send(int group, long to, Message message) {
    requireNonNull(message, "message");
    requireGroup(group);
    Receiver own = started();
    Peer peer = peers.get(to);
    if (peer != null) {
      peer.send(group, message);
    } else if (!closed
        && (strangers.size() >= STRANGERS_MAX || strangers.add(new Stranger(group, to)))) {
      net.loop().execute(() -> own.unreachable(group, to));
    }
  }

  private Receiver started() {
    Receiver own = receiver;
    if (own == null) {
      throw new IllegalStateException("transport: not started (expected: started)");
    }
    return own;
  }

  private static void requireGroup(int group) {
    if (group < 0 || group > GROUP_MAX) {
      throw new IllegalArgumentException("group: %d (expected: 0..65535)".formatted(group));
    }
  }

  /**
   * {@inheritDoc} A second one for the same group and node does not arrive.
   *
   * @throws IllegalStateException not started
   */
  @Override
  public CompletableFuture<Boolean> sendSnapshot(
      int group, long to, Message.InstallSnapshot install, SnapshotBytes snapshot) {
    requireNonNull(install, "install");
    requireGroup(group);
    started();
    Peer peer = closed ? null : peers.get(to);
    if (peer != null) {
      return peer.upload(
          new SnapshotWire.Begin(group, snapshot.size(), install), snapshot, snapshotRate);
    }
    SnapshotUpload.closed(snapshot, group);
    return CompletableFuture.completedFuture(false);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException not started
   */
  @Override
  public CompletableFuture<ByteBuffer> call(int group, long to, ByteBuffer question) {
    requireNonNull(question, "question");
    requireGroup(group);
    started();
    Peer peer = closed ? null : peers.get(to);
    return peer != null
        ? peer.call(group, question)
        : CompletableFuture.failedFuture(
            new TransportException(
                false,
                "node %s: %s"
                    .formatted(
                        Long.toUnsignedString(to),
                        closed ? "this transport is closed" : "it is no peer: name its address"),
                null));
  }

  /** Why a node did not let this one in when it was tried last; empty if it did, or was away. */
  public Optional<PeerRefusal> refusedBy(long node) {
    Peer peer = peers.get(node);
    return peer == null ? Optional.empty() : peer.refusal();
  }

  /** How many bytes wait to be sent to a node; 0 if it is no peer. */
  public long waitingBytes(long node) {
    Peer peer = peers.get(node);
    return peer == null ? 0 : peer.waitingBytes();
  }

  /**
   * {@inheritDoc} Waits until all threads have ended, up to a few seconds, unless it is called by
   * one of them. After that the receiver is not called any more. Questions without an answer fail,
   * snapshots under way have not arrived.
   */
  @Override
  public void close() {
    Server listening;
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      listening = server;
      peers.values().forEach(Peer::close);
    } finally {
      lock.unlock();
    }
    net.close(listening);
    log.info("transport.closed node={}", Long.toUnsignedString(config.node()));
  }
}
