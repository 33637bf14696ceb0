package io.quorate.raft.transport.grpc;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.quorate.raft.codec.CodecException;
import io.quorate.raft.transport.SnapshotBytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one snapshot, on a connection of its own that ends with it. All steps run one after the
 * other on threads that may block, as reading a snapshot does.
 */
final class SnapshotUpload {
  private static final Logger log = LoggerFactory.getLogger(SnapshotUpload.class);

  private final PeerContext context;
  private final SnapshotWire.Begin begin;
  private final SnapshotBytes snapshot;
  private final TokenBucket rate;
  private final Serial serial;
  private final CompletableFuture<Boolean> outcome = new CompletableFuture<>();

  private @Nullable ManagedChannel channel;
  private @Nullable ClientCall<InputStream, ByteBuffer> call;
  private @Nullable Future<?> watch;
  private @Nullable ByteBuffer chunk;
  private long offset = -1;
  private boolean halfClosed;
  private boolean waits;
  private boolean confirmed;
  private boolean over;

  /** Grows with each step that got somewhere. */
  private long progress;

  SnapshotUpload(
      PeerContext context, SnapshotWire.Begin begin, SnapshotBytes snapshot, TokenBucket rate) {
    this.context = context;
    this.begin = begin;
    this.snapshot = snapshot;
    this.rate = rate;
    this.serial = new Serial(context.net().disk());
  }

  CompletableFuture<Boolean> start() {
    try {
      serial.execute(this::connect);
    } catch (RejectedExecutionException closed) {
      end(Status.UNAVAILABLE.withDescription("closed"));
    }
    return outcome;
  }

  private void later(Runnable step) {
    try {
      serial.execute(
          () -> {
            if (!over) {
              step.run();
            }
          });
    } catch (RejectedExecutionException closed) {
      log.debug("snapshot.closed to={}", context.node());
    }
  }

  private void connect() {
    try {
      ManagedChannel made = context.net().open(context.node(), context.address(), context.loop());
      channel = made;
      ClientCall<InputStream, ByteBuffer> stream = made.newCall(Wire.SNAPSHOT, CallOptions.DEFAULT);
      call = stream;
      stream.start(new Listener(), context.handshake().introduce(context.node()));
      stream.request(2);
      watch();
    } catch (IOException | RuntimeException e) {
      end(Status.UNAVAILABLE.withDescription("no connection could be made").withCause(e));
    }
  }

  /** Ends it if nothing happens for too long. */
  private void watch() {
    long seen = progress;
    try {
      watch =
          context
              .loop()
              .schedule(
                  () -> later(() -> watched(seen)),
                  context.config().snapshotStallMax().toNanos(),
                  NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      end(Status.UNAVAILABLE.withDescription("closed"));
    }
  }

  private void watched(long seen) {
    if (progress == seen) {
      cancel("no progress in " + context.config().snapshotStallMax(), null);
    } else {
      watch();
    }
  }

  private void cancel(String why, @Nullable Throwable cause) {
    ClientCall<?, ?> current = call;
    if (current != null) {
      current.cancel(why, cause);
    }
  }

  private void introduced(Metadata headers) {
    ClientCall<InputStream, ByteBuffer> current = call;
    if (context.handshake().chosen(headers) == 0) {
      cancel("no known version of the wire format was chosen", null);
    } else if (current != null) {
      progress++;
      current.sendMessage(SnapshotWire.begin(begin));
    }
  }

  private void told(ByteBuffer message) {
    progress++;
    try {
      long told = SnapshotWire.readOffset(message);
      if (offset < 0 && told <= begin.size()) {
        offset = told;
        pump();
      } else if (halfClosed && told == begin.size()) {
        confirmed = true;
      } else {
        cancel("offset: %d (expected: 0..%d, once)".formatted(told, begin.size()), null);
      }
    } catch (CodecException e) {
      cancel(e.getMessage() == null ? "damaged" : e.getMessage(), e);
    }
  }

  /** Sends chunks as long as gRPC is ready and the rate allows. */
  private void pump() {
    ClientCall<InputStream, ByteBuffer> current = call;
    if (current == null || offset < 0 || halfClosed || waits) {
      return;
    }
    try {
      while (offset < begin.size()) {
        if (!current.isReady()) {
          return;
        }
        ByteBuffer bytes = next();
        int length = bytes.remaining() - SnapshotWire.CHUNK_HEAD_BYTES;
        current.sendMessage(SnapshotWire.chunk(offset, bytes));
        offset += length;
        progress++;
        long nanos = rate.take(length);
        if (nanos > 0) {
          pause(nanos);
          return;
        }
      }
      halfClosed = true;
      current.halfClose();
    } catch (IOException | RuntimeException e) {
      cancel("the snapshot could not be read", e);
    }
  }

  private ByteBuffer next() throws IOException {
    ByteBuffer bytes = chunk;
    if (bytes == null) {
      long needed = Math.min(context.config().snapshotChunkBytes(), begin.size() - offset);
      bytes = ByteBuffer.allocate(SnapshotWire.CHUNK_HEAD_BYTES + (int) needed);
      chunk = bytes; // Sent from again and again: gRPC has copied what it was handed.
    }
    bytes.clear().position(SnapshotWire.CHUNK_HEAD_BYTES);
    long left = begin.size() - offset;
    if (left < bytes.remaining()) {
      bytes.limit(SnapshotWire.CHUNK_HEAD_BYTES + (int) left);
    }
    int start = bytes.position();
    while (bytes.hasRemaining()) {
      if (snapshot.read(bytes, offset + bytes.position() - start) <= 0) {
        throw new EOFException(
            "snapshot: ends at %d (expected: %d)"
                .formatted(offset + bytes.position() - start, begin.size()));
      }
    }
    return bytes.flip();
  }

  private void pause(long nanos) {
    waits = true;
    try {
      var unused =
          context
              .loop()
              .schedule(
                  () ->
                      later(
                          () -> {
                            waits = false;
                            progress++;
                            pump();
                          }),
                  nanos,
                  NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      cancel("closed", closed);
    }
  }

  /** The last step; also when the threads are gone. */
  private void end(Status status) {
    over = true;
    if (watch != null) {
      watch.cancel(false);
    }
    if (channel != null) {
      context.net().release(channel);
    }
    boolean arrived = status.isOk() && confirmed;
    if (!arrived) {
      log.warn(
          "snapshot.not-sent to={} group={} index={} offset={} size={} status={}",
          Long.toUnsignedString(context.node()),
          begin.group(),
          begin.install().mark().index(),
          offset,
          begin.size(),
          status);
    }
    closed(snapshot, begin.group());
    outcome.complete(arrived);
  }

  /** Closes a snapshot that nobody reads any more. */
  static void closed(SnapshotBytes snapshot, int group) {
    try {
      snapshot.close();
    } catch (IOException | RuntimeException e) {
      log.warn("snapshot.not-closed group={} cause={}", group, e.toString());
    }
  }

  private final class Listener extends ClientCall.Listener<ByteBuffer> {
    @Override
    public void onHeaders(Metadata headers) {
      later(() -> introduced(headers));
    }

    @Override
    public void onMessage(ByteBuffer message) {
      later(() -> told(message));
    }

    @Override
    public void onReady() {
      later(SnapshotUpload.this::pump);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      try {
        serial.execute(
            () -> {
              if (!over) {
                end(status);
              }
            });
      } catch (RejectedExecutionException closed) {
        end(status);
      }
    }
  }
}
