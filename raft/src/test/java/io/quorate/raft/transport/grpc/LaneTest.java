package io.quorate.raft.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.quorate.core.retry.Retry;
import io.quorate.raft.core.Message;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.transport.MemorySnapshot;
import io.quorate.raft.transport.Recorder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that fail, and strangers that do not keep to the format. */
@Timeout(60)
class LaneTest {
  private static final PeerAddress BIND = new PeerAddress(GrpcNodes.HOST, 0);
  private static final Message MESSAGE = new Message.TermIsOver(1);

  private final AtomicLong nanos = new AtomicLong();
  private final Recorder receiver = new Recorder();
  private @Nullable GrpcTransport transport;

  @AfterEach
  void close() {
    if (transport != null) {
      transport.close();
    }
  }

  private GrpcTransport start(Map<Long, PeerAddress> peers, Duration connectTimeout) {
    GrpcTransportConfig config =
        GrpcTransportConfig.builder("c", 1, BIND)
            .peers(peers)
            .connectTimeout(connectTimeout)
            .reconnect(Retry.exponential(Duration.ofSeconds(1), Duration.ofSeconds(8)).jitter(0))
            .ticker(nanos::get)
            .build();
    GrpcTransport started = new GrpcTransport(config);
    started.start(receiver);
    transport = started;
    return started;
  }

  private static ServerSocket listener() throws Exception {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /** Sends for a group of its own, and waits until the loss is told. */
  private void lost(GrpcTransport from, int group) throws Exception {
    from.send(group, 2, MESSAGE);
    assertThat(receiver.nextLost()).isEqualTo(new Recorder.Lost(group, 2));
  }

  @Test
  void a_node_that_is_away_is_tried_once_after_each_pause_and_the_pause_grows() throws Exception {
    try (ServerSocket listener = listener()) {
      Map<Long, PeerAddress> peers =
          Map.of(2L, new PeerAddress(GrpcNodes.HOST, listener.getLocalPort()));
      GrpcTransport one = start(peers, Duration.ofSeconds(30));
      CompletableFuture<Integer> attempts =
          CompletableFuture.supplyAsync(() -> closedAtOnce(listener));
      int group = 0;
      lost(one, group++);
      for (long pause : new long[] {1, 2, 4, 8, 8}) {
        for (int i = 0; i < 20; i++) {
          lost(one, group++);
        }
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(pause) - 1);
        lost(one, group++);
        nanos.incrementAndGet();
        lost(one, group++);
      }
      one.close();
      listener.close();
      assertThat(attempts.get()).isEqualTo(6);
    }
  }

  /** Ends each connection as soon as it is made; how many there were. */
  private static int closedAtOnce(ServerSocket listener) {
    int count = 0;
    try {
      while (true) {
        listener.accept().close();
        count++;
      }
    } catch (IOException closed) {
      return count;
    }
  }

  @Test
  void a_node_that_accepts_and_says_nothing_is_given_up() throws Exception {
    try (ServerSocket listener = listener()) {
      Map<Long, PeerAddress> peers =
          Map.of(2L, new PeerAddress(GrpcNodes.HOST, listener.getLocalPort()));
      GrpcTransport one = start(peers, Duration.ofMillis(50));
      one.send(0, 2, MESSAGE);
      try (Socket silent = listener.accept()) {
        assertThat(silent.isConnected()).isTrue();
        assertThat(receiver.nextLost()).isEqualTo(new Recorder.Lost(0, 2));
        assertThat(one.waitingBytes(2)).isZero();
      }
    }
  }

  @Test
  void groups_that_used_a_stream_are_told_that_it_broke_though_they_send_nothing_more()
      throws Exception {
    Recorder other = new Recorder();
    GrpcTransport two = new GrpcTransport(GrpcTransportConfig.builder("c", 2, BIND).build());
    try {
      two.start(other);
      Map<Long, PeerAddress> peers = Map.of(2L, new PeerAddress(GrpcNodes.HOST, two.port()));
      GrpcTransport one = start(peers, Duration.ofMinutes(1));
      one.send(7, 2, MESSAGE);
      assertThat(other.next().message()).isEqualTo(MESSAGE);
    } finally {
      two.close();
    }
    assertThat(receiver.nextLost()).isEqualTo(new Recorder.Lost(7, 2));
  }

  @Test
  void a_stream_of_damaged_frames_is_ended_and_nothing_of_it_is_handed_over() throws Exception {
    GrpcTransport one = start(Map.of(), Duration.ofSeconds(5));
    FrameWriter writer = new FrameWriter();
    writer.add(0, MESSAGE, FrameWriter.bytesOf(MESSAGE));
    byte[] frame = new byte[writer.available()];
    writer.seal().drainTo(new Into(frame));
    assertThat(status(one, frame).getCode()).isEqualTo(Status.Code.OK);
    assertThat(receiver.next().message()).isEqualTo(MESSAGE);
    frame[frame.length - 1] ^= 1;
    Status damaged = status(one, frame);
    assertThat(damaged.getCode()).isEqualTo(Status.Code.DATA_LOSS);
    assertThat(damaged.getDescription()).contains("checksum");
    assertThat(receiver.received).isEmpty();
  }

  @Test
  void a_snapshot_that_ends_early_is_not_completed() throws Exception {
    MemorySnapshot copy = new MemorySnapshot(10);
    receiver.sinks = asked -> copy.sink(offset -> {});
    GrpcTransport one = start(Map.of(), Duration.ofSeconds(5));
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(GrpcNodes.HOST, one.port()).usePlaintext().build();
    try {
      CompletableFuture<Status> ended = new CompletableFuture<>();
      ClientCall<InputStream, ByteBuffer> call =
          channel.newCall(Wire.SNAPSHOT, CallOptions.DEFAULT);
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onMessage(ByteBuffer resumeAt) {
              call.halfClose();
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
              ended.complete(status);
            }
          },
          new Handshake("c", 2, 1, 1, false).introduce(1));
      call.request(2);
      SnapshotMark mark = new SnapshotMark(1, 1, Membership.of(1, 2));
      call.sendMessage(
          SnapshotWire.begin(
              new SnapshotWire.Begin(0, 10, new Message.InstallSnapshot(1, mark, 1))));
      assertThat(ended.get(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS).getCode())
          .isEqualTo(Status.Code.DATA_LOSS);
      assertThat(copy.completed).isFalse();
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void who_does_not_introduce_itself_is_turned_away() throws Exception {
    GrpcTransport one = start(Map.of(), Duration.ofSeconds(5));
    Metadata good = new Handshake("c", 2, 1, 1, false).introduce(1);
    assertThat(refusal(one, new Metadata())).isEqualTo(PeerRefusal.MALFORMED);
    for (Metadata.Key<String> key : List.of(Wire.FROM, Wire.TO, Wire.VERSION)) {
      for (String wrong : List.of("0", "-1", "99999999999999999999")) {
        Metadata headers = new Metadata();
        headers.merge(good);
        headers.discardAll(key);
        headers.put(key, wrong);
        assertThat(refusal(one, headers)).as(key + "=" + wrong).isEqualTo(PeerRefusal.MALFORMED);
      }
    }
    assertThat(refusal(one, new Handshake("c", 1, 1, 1, false).introduce(1)))
        .as("says to be the node itself")
        .isEqualTo(PeerRefusal.CERTIFICATE);
  }

  private static @Nullable PeerRefusal refusal(GrpcTransport of, Metadata headers)
      throws Exception {
    CompletableFuture<Metadata> trailers = new CompletableFuture<>();
    stream(of, headers, new byte[0], (status, end) -> trailers.complete(end));
    return Handshake.refusal(trailers.get());
  }

  private static Status status(GrpcTransport of, byte[] frame) throws Exception {
    CompletableFuture<Status> status = new CompletableFuture<>();
    Metadata headers = new Handshake("c", 2, 1, 1, false).introduce(1);
    stream(of, headers, frame, (end, trailers) -> status.complete(end));
    return status.get();
  }

  private interface End {
    void ended(Status status, Metadata trailers);
  }

  /** Sends one frame as any program could, and waits for how the stream ends. */
  private static void stream(GrpcTransport of, Metadata headers, byte[] frame, End end)
      throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(GrpcNodes.HOST, of.port()).usePlaintext().build();
    try {
      CompletableFuture<Void> ended = new CompletableFuture<>();
      ClientCall<InputStream, ByteBuffer> call = channel.newCall(Wire.ENTRIES, CallOptions.DEFAULT);
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onClose(Status status, Metadata trailers) {
              end.ended(status, trailers);
              ended.complete(null);
            }
          },
          headers);
      call.request(1);
      call.sendMessage(Outgoing.of(ByteBuffer.wrap(frame)));
      call.halfClose();
      ended.get(Recorder.PATIENCE_SECONDS, TimeUnit.SECONDS);
    } finally {
      channel.shutdownNow();
    }
  }

  /** Fills an array. */
  private static final class Into extends OutputStream {
    private final ByteBuffer target;

    Into(byte[] target) {
      this.target = ByteBuffer.wrap(target);
    }

    @Override
    public void write(int value) {
      target.put((byte) value);
    }
  }
}
