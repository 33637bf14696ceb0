package io.quorate.raft.transport.grpc;

import static java.util.Objects.requireNonNull;

import io.quorate.core.retry.Retry;
import io.quorate.core.time.Ticker;
import io.quorate.raft.quorum.NodeIds;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link GrpcTransport} works. Made by {@link #builder}; the values named there are the
 * defaults.
 *
 * <p><b>Memory</b> for each peer, at most: {@code queueBytesMax} and {@value #CONTROL_BYTES_MAX}
 * that wait, twice {@code frameBytes} or one message that are being written, and, for what comes
 * in, one frame or message and {@value #WINDOW_BYTES} of each of two streams.
 *
 * @param cluster which cluster this node belongs to; nodes of another are refused. Letters, digits,
 *     dot, dash and underscore, up to 64. No secret: see {@link GrpcTls}
 * @param node this node's id; not 0
 * @param bind where to listen
 * @param peers where the other nodes listen; see {@link GrpcTransport#peers}
 * @param tls encryption; {@code null} for none, which is the default
 * @param queueBytesMax how many bytes of entries and their answers may wait to be sent to a node;
 *     at least {@code messageBytesMax}, default 16 MiB. What does not fit is lost
 * @param frameBytes how many bytes of waiting messages are sent together; 1 KiB to 4 MiB, default
 *     256 KiB. A larger message goes alone
 * @param messageBytesMax the largest message, question or answer that is sent, or believed; 1 KiB
 *     to 1 GiB, default 8 MiB. The same on all nodes, and above the largest batch
 * @param reconnect how far apart attempts to reach a node are; default 20 ms to 1 s. Nothing is
 *     attempted while there is nothing to send
 * @param connectTimeout how long reaching a node may take; default 2 s
 * @param callTimeout how long an answer may take; default 10 s
 * @param keepAlive how long a silent connection is believed to be there; 10 s and more, default 10
 *     s
 * @param snapshotChunkBytes how many bytes of a snapshot go together; 1 to {@code messageBytesMax}
 *     less 64, default 1 MiB
 * @param snapshotBytesPerSecond how fast this node sends snapshots, all together; default 64 MiB
 * @param snapshotStallMax how long a snapshot may make no progress, the check at its end included;
 *     default 2 min
 * @param ioThreads how many threads serve connections; 1..64, default 1
 * @param ticker measures all of it
 */
public record GrpcTransportConfig(
    String cluster,
    long node,
    PeerAddress bind,
    Map<Long, PeerAddress> peers,
    @Nullable GrpcTls tls,
    int queueBytesMax,
    int frameBytes,
    int messageBytesMax,
    Retry reconnect,
    Duration connectTimeout,
    Duration callTimeout,
    Duration keepAlive,
    int snapshotChunkBytes,
    long snapshotBytesPerSecond,
    Duration snapshotStallMax,
    int ioThreads,
    Ticker ticker) {

  /** How many bytes of heartbeats, votes and reads may wait to be sent to a node. */
  public static final int CONTROL_BYTES_MAX = 1 << 20;

  /** How many bytes of a stream may be under way before the other side has to read. */
  public static final int WINDOW_BYTES = 1 << 20;

  /** What a chunk, a question or an answer has around its bytes. */
  static final int OVERHEAD_BYTES = 64;

  private static final Pattern CLUSTER = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  public GrpcTransportConfig {
    requireNonNull(bind, "bind");
    requireNonNull(reconnect, "reconnect");
    requireNonNull(ticker, "ticker");
    if (!CLUSTER.matcher(cluster).matches()) {
      throw new IllegalArgumentException(
          "cluster: '%s' (expected: %s)".formatted(cluster, CLUSTER.pattern()));
    }
    NodeIds.requireNode(node);
    peers = checked(node, peers);
    requireWithin("frameBytes", frameBytes, 1 << 10, 4 << 20);
    requireWithin("messageBytesMax", messageBytesMax, 1 << 10, 1 << 30);
    requireWithin("queueBytesMax", queueBytesMax, messageBytesMax, Integer.MAX_VALUE);
    requirePositive("connectTimeout", connectTimeout);
    requirePositive("callTimeout", callTimeout);
    requirePositive("keepAlive", keepAlive);
    requirePositive("snapshotStallMax", snapshotStallMax);
    requireWithin("snapshotChunkBytes", snapshotChunkBytes, 1, messageBytesMax - OVERHEAD_BYTES);
    requireWithin("snapshotBytesPerSecond", snapshotBytesPerSecond, 1, Long.MAX_VALUE);
    requireWithin("ioThreads", ioThreads, 1, 64);
  }

  /** Peers without this node, which may be among them so that all nodes can have one table. */
  static Map<Long, PeerAddress> checked(long node, Map<Long, PeerAddress> peers) {
    Map<Long, PeerAddress> others = new HashMap<>(peers);
    others.remove(node);
    others.forEach(
        (id, address) -> {
          NodeIds.requireNode(id);
          if (address.port() == 0) {
            throw new IllegalArgumentException("peers: port 0 of %s (expected: > 0)".formatted(id));
          }
        });
    return Map.copyOf(others);
  }

  private static void requireWithin(String field, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s: %d (expected: %d..%d)".formatted(field, value, least, most));
    }
  }

  private static void requirePositive(String field, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(field + ": " + value + " (expected: > 0)");
    }
  }

  /** The defaults for a node. */
  public static Builder builder(String cluster, long node, PeerAddress bind) {
    return new Builder(cluster, node, bind);
  }

  /** Collects what differs from the defaults. Not safe for use by many threads. */
  public static final class Builder {
    private final String cluster;
    private final long node;
    private final PeerAddress bind;
    private Map<Long, PeerAddress> peers = Map.of();
    private @Nullable GrpcTls tls;
    private int queueBytesMax = 16 << 20;
    private int frameBytes = 256 << 10;
    private int messageBytesMax = 8 << 20;
    private Retry reconnect = Retry.exponential(Duration.ofMillis(20), Duration.ofSeconds(1));
    private Duration connectTimeout = Duration.ofSeconds(2);
    private Duration callTimeout = Duration.ofSeconds(10);
    private Duration keepAlive = Duration.ofSeconds(10);
    private int snapshotChunkBytes = 1 << 20;
    private long snapshotBytesPerSecond = 64 << 20;
    private Duration snapshotStallMax = Duration.ofMinutes(2);
    private int ioThreads = 1;
    private Ticker ticker = Ticker.system();

    private Builder(String cluster, long node, PeerAddress bind) {
      this.cluster = requireNonNull(cluster, "cluster");
      this.node = node;
      this.bind = requireNonNull(bind, "bind");
    }

    /** See {@link GrpcTransportConfig#peers()}. */
    public Builder peers(Map<Long, PeerAddress> value) {
      peers = Map.copyOf(value);
      return this;
    }

    /** See {@link GrpcTransportConfig#tls()}. */
    public Builder tls(@Nullable GrpcTls value) {
      tls = value;
      return this;
    }

    /** See {@link GrpcTransportConfig#queueBytesMax()}. */
    public Builder queueBytesMax(int value) {
      queueBytesMax = value;
      return this;
    }

    /** See {@link GrpcTransportConfig#frameBytes()}. */
    public Builder frameBytes(int value) {
      frameBytes = value;
      return this;
    }

    /** See {@link GrpcTransportConfig#messageBytesMax()}. */
    public Builder messageBytesMax(int value) {
      messageBytesMax = value;
      return this;
    }

    /** See {@link GrpcTransportConfig#reconnect()}. */
    public Builder reconnect(Retry value) {
      reconnect = requireNonNull(value, "reconnect");
      return this;
    }

    /** See {@link GrpcTransportConfig#connectTimeout()}. */
    public Builder connectTimeout(Duration value) {
      connectTimeout = requireNonNull(value, "connectTimeout");
      return this;
    }

    /** See {@link GrpcTransportConfig#callTimeout()}. */
    public Builder callTimeout(Duration value) {
      callTimeout = requireNonNull(value, "callTimeout");
      return this;
    }

    /** See {@link GrpcTransportConfig#keepAlive()}. */
    public Builder keepAlive(Duration value) {
      keepAlive = requireNonNull(value, "keepAlive");
      return this;
    }

    /** See {@link GrpcTransportConfig#snapshotChunkBytes()}. */
    public Builder snapshotChunkBytes(int value) {
      snapshotChunkBytes = value;
      return this;
    }

    /** See {@link GrpcTransportConfig#snapshotBytesPerSecond()}. */
    public Builder snapshotBytesPerSecond(long value) {
      snapshotBytesPerSecond = value;
      return this;
    }

    /** See {@link GrpcTransportConfig#snapshotStallMax()}. */
    public Builder snapshotStallMax(Duration value) {
      snapshotStallMax = requireNonNull(value, "snapshotStallMax");
      return this;
    }

    /** See {@link GrpcTransportConfig#ioThreads()}. */
    public Builder ioThreads(int value) {
      ioThreads = value;
      return this;
    }

    /** See {@link GrpcTransportConfig#ticker()}. */
    public Builder ticker(Ticker value) {
      ticker = requireNonNull(value, "ticker");
      return this;
    }

    /**
     * The configuration.
     *
     * @throws IllegalArgumentException a value is out of its bounds
     */
    public GrpcTransportConfig build() {
      return new GrpcTransportConfig(
          cluster,
          node,
          bind,
          peers,
          tls,
          queueBytesMax,
          frameBytes,
          messageBytesMax,
          reconnect,
          connectTimeout,
          callTimeout,
          keepAlive,
          snapshotChunkBytes,
          snapshotBytesPerSecond,
          snapshotStallMax,
          ioThreads,
          ticker);
    }
  }
}
