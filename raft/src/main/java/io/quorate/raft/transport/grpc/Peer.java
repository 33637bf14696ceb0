package io.quorate.raft.transport.grpc;

import io.quorate.raft.core.Message;
import io.quorate.raft.transport.SnapshotBytes;
import io.quorate.raft.transport.Traffic;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What goes to one node:
 *
 * <pre>
 *   connection 1   heartbeats, votes, reads and their answers
 *   connection 2   entries and their answers; questions
 *   connection 3   a snapshot, while there is one to send
 * </pre>
 *
 * <p>Streams of one connection share its socket, where a frame of entries that the network takes
 * slowly stands before whatever comes after it. So what elections depend on has a connection of its
 * own. Safe for use by many threads.
 */
final class Peer {
  private final PeerContext context;
  private final Lane control;
  private final Lane entries;
  private final Calls calls;

  /** The groups a snapshot is being sent for. */
  private final Set<Integer> uploading = ConcurrentHashMap.newKeySet();

  Peer(PeerContext context) {
    int bytesMax = context.config().queueBytesMax();
    this.context = context;
    this.control = new Lane(context, Wire.CONTROL, GrpcTransportConfig.CONTROL_BYTES_MAX);
    this.entries = new Lane(context, Wire.ENTRIES, bytesMax);
    this.calls = new Calls(context, entries, bytesMax);
  }

  PeerAddress address() {
    return context.address();
  }

  void send(int group, Message message) {
    Lane lane =
        switch (Traffic.of(message)) {
          case CONTROL -> control;
          case ENTRIES -> entries;
        };
    lane.send(group, message);
  }

  CompletableFuture<ByteBuffer> call(int group, ByteBuffer question) {
    return calls.call(group, question);
  }

  /** Sends a snapshot; {@code false} at once if one is being sent for the group. */
  CompletableFuture<Boolean> upload(
      SnapshotWire.Begin begin, SnapshotBytes snapshot, TokenBucket rate) {
    int group = begin.group();
    if (!uploading.add(group)) {
      SnapshotUpload.closed(snapshot, group);
      return CompletableFuture.completedFuture(false);
    }
    return new SnapshotUpload(context, begin, snapshot, rate)
        .start()
        .whenComplete((arrived, never) -> uploading.remove(group));
  }

  long waitingBytes() {
    return control.waitingBytes() + entries.waitingBytes();
  }

  Optional<PeerRefusal> refusal() {
    PeerRefusal first = control.refusal();
    return Optional.ofNullable(first == null ? entries.refusal() : first);
  }

  void close() {
    control.close();
    entries.close();
  }
}
