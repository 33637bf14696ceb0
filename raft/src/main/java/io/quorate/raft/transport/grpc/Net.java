package io.quorate.raft.transport.grpc;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.quorate.raft.transport.TransportException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Threads, connections and the listening socket of one transport. All threads are daemons and named
 * {@code quorate-raft-NODE-…}. Safe for use by many threads.
 */
final class Net {
  private static final int DISK_THREADS = 2;
  private static final int CALLS_MAX = 1024;
  private static final int METADATA_BYTES_MAX = 8 << 10;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final GrpcTransportConfig config;
  private final @Nullable TlsContexts tls;
  private final EventLoopGroup loops;
  private final ThreadPoolExecutor disk;
  private final ThreadPoolExecutor names;
  private final Set<ManagedChannel> channels = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * @throws IllegalArgumentException a file of {@link GrpcTls} is not there or not what it should
   *     be
   */
  Net(GrpcTransportConfig config) {
    this.config = config;
    this.tls = tls(config);
    String prefix = "quorate-raft-" + Long.toUnsignedString(config.node()) + "-";
    loops =
        new MultiThreadIoEventLoopGroup(
            config.ioThreads(), threads(prefix + "net"), NioIoHandler.newFactory());
    disk = pool(DISK_THREADS, prefix + "snapshot");
    names = pool(1, prefix + "names");
  }

  private static @Nullable TlsContexts tls(GrpcTransportConfig config) {
    GrpcTls files = config.tls();
    if (files == null) {
      return null;
    }
    try {
      return new TlsContexts(files);
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "tls: %s (expected: readable PEM files that belong together): %s".formatted(files, e), e);
    }
  }

  /** Makes daemons, and remembers those that live. */
  private ThreadFactory threads(String name) {
    ThreadFactory daemons = new DefaultThreadFactory(name, true);
    return task -> {
      threads.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
      Thread thread = daemons.newThread(task);
      threads.add(thread);
      return thread;
    };
  }

  private ThreadPoolExecutor pool(int size, String name) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(size, size, 1, SECONDS, new LinkedBlockingQueue<>(), threads(name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** The thread that serves one peer. */
  EventLoop loop() {
    return loops.next();
  }

  /** For what reads and writes snapshots, and may block. */
  Executor disk() {
    return disk;
  }

  /**
   * A new connection, made when the first stream is; nothing is tried again by itself.
   *
   * @throws IOException the files of the certificate cannot be read any more
   * @throws IllegalStateException when closed
   */
  ManagedChannel open(long node, PeerAddress address, EventLoop loop) throws IOException {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(address.host(), address.port())
            .eventLoopGroup(loop)
            .channelType(NioSocketChannel.class, InetSocketAddress.class)
            .directExecutor()
            .offloadExecutor(names)
            .disableRetry()
            .disableServiceConfigLookUp()
            .withOption(ChannelOption.TCP_NODELAY, true)
            .withOption(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) Math.min(Integer.MAX_VALUE, Math.max(1, config.connectTimeout().toMillis())))
            .keepAliveTime(config.keepAlive().toNanos(), NANOSECONDS)
            .keepAliveTimeout(config.keepAlive().toNanos(), NANOSECONDS)
            .flowControlWindow(GrpcTransportConfig.WINDOW_BYTES)
            .maxInboundMetadataSize(METADATA_BYTES_MAX)
            .maxInboundMessageSize(inboundBytesMax());
    if (tls == null) {
      builder.usePlaintext();
    } else {
      builder.sslContext(tls.client(GrpcTls.nameOf(config.cluster(), node)));
    }
    ManagedChannel channel = builder.build();
    channels.add(channel);
    if (closed) {
      release(channel);
      throw new IllegalStateException("transport: closed");
    }
    return channel;
  }

  /** Ends a connection and all that goes on on it. */
  void release(ManagedChannel channel) {
    channels.remove(channel);
    channel.shutdownNow();
  }

  private int inboundBytesMax() {
    return Math.max(config.frameBytes(), config.messageBytesMax())
        + GrpcTransportConfig.OVERHEAD_BYTES;
  }

  /**
   * Listens.
   *
   * @throws TransportException the address cannot be listened on
   */
  Server listen(ServerServiceDefinition service) {
    InetSocketAddress address = new InetSocketAddress(config.bind().host(), config.bind().port());
    try {
      NettyServerBuilder builder =
          NettyServerBuilder.forAddress(address)
              .bossEventLoopGroup(loops)
              .workerEventLoopGroup(loops)
              .channelType(NioServerSocketChannel.class)
              .directExecutor()
              .withOption(ChannelOption.SO_REUSEADDR, true)
              .withChildOption(ChannelOption.TCP_NODELAY, true)
              .permitKeepAliveTime(1, SECONDS)
              .permitKeepAliveWithoutCalls(true)
              .keepAliveTime(config.keepAlive().toNanos(), NANOSECONDS)
              .keepAliveTimeout(config.keepAlive().toNanos(), NANOSECONDS)
              .maxConcurrentCallsPerConnection(CALLS_MAX)
              .flowControlWindow(GrpcTransportConfig.WINDOW_BYTES)
              .maxInboundMetadataSize(METADATA_BYTES_MAX)
              .maxInboundMessageSize(inboundBytesMax())
              .addService(service);
      if (tls != null) {
        builder.sslContext(tls.server());
      }
      return builder.build().start();
    } catch (IOException e) {
      throw new TransportException(
          false,
          "%s cannot be listened on: choose another address, or end who listens there"
              .formatted(config.bind()),
          e);
    }
  }

  /** Ends connections, socket and threads; waits for them, unless called by one of them. */
  void close(@Nullable Server server) {
    closed = true;
    if (server != null) {
      server.shutdownNow();
    }
    List.copyOf(channels).forEach(this::release);
    boolean waits = !threads.contains(Thread.currentThread());
    try {
      if (waits && server != null) {
        server.awaitTermination(CLOSE_TIMEOUT.toNanos(), NANOSECONDS);
      }
      disk.shutdown();
      names.shutdownNow();
      if (waits) {
        disk.awaitTermination(CLOSE_TIMEOUT.toNanos(), NANOSECONDS);
      }
      var ending = loops.shutdownGracefully(0, CLOSE_TIMEOUT.toNanos(), NANOSECONDS);
      if (waits && ending.await(CLOSE_TIMEOUT.toNanos(), NANOSECONDS)) {
        // What they ran is over; they themselves take a moment more.
        for (Thread thread : threads) {
          thread.join(CLOSE_TIMEOUT.toMillis());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      var unused = loops.shutdownGracefully(0, 0, NANOSECONDS);
    }
  }
}
