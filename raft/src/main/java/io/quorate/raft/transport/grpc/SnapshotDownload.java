package io.quorate.raft.transport.grpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.quorate.raft.codec.CodecException;
import io.quorate.raft.transport.Receiver;
import io.quorate.raft.transport.SnapshotSink;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives one snapshot. All steps run one after the other on threads that may block, as storing it
 * does; a chunk is asked for once the one before it is stored.
 */
final class SnapshotDownload extends ServerCall.Listener<ByteBuffer> {
  private static final Logger log = LoggerFactory.getLogger(SnapshotDownload.class);

  private final ServerCall<ByteBuffer, InputStream> call;
  private final long from;
  private final Receiver receiver;
  private final Downloads downloads;
  private final Serial serial;

  /** Done once the sink is let go of. */
  private final CompletableFuture<Void> over = new CompletableFuture<>();

  private @Nullable SnapshotSink sink;
  private SnapshotWire.@Nullable Begin begin;
  private long offset;
  private boolean ended;

  SnapshotDownload(
      ServerCall<ByteBuffer, InputStream> call,
      long from,
      Receiver receiver,
      Downloads downloads,
      Serial serial) {
    this.call = call;
    this.from = from;
    this.receiver = receiver;
    this.downloads = downloads;
    this.serial = serial;
  }

  /** Asks for the first message. */
  SnapshotDownload begin() {
    call.request(1);
    return this;
  }

  private void later(Runnable step) {
    try {
      serial.execute(step);
    } catch (RejectedExecutionException closing) {
      log.debug("snapshot.closed from={}", from);
    }
  }

  @Override
  public void onMessage(ByteBuffer message) {
    later(() -> taken(message));
  }

  @Override
  public void onHalfClose() {
    later(this::completed);
  }

  @Override
  public void onCancel() {
    later(() -> end(null));
  }

  /** Ends it in favour of another stream for the same group, which may begin once this is done. */
  CompletableFuture<Void> giveWay() {
    later(() -> end(Status.ABORTED.withDescription("another stream took over")));
    return over;
  }

  private void taken(ByteBuffer message) {
    if (ended) {
      return;
    }
    try {
      if (begin == null) {
        SnapshotWire.Begin first = SnapshotWire.readBegin(message);
        begin = first;
        // The one before, if there is one, may still be storing its last chunk.
        var unused =
            downloads.enter(from, first.group(), this).thenRun(() -> later(() -> open(first)));
      } else {
        store(begin, message);
      }
    } catch (CodecException e) {
      end(Status.DATA_LOSS.withDescription(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      failed("stored", e);
    }
  }

  private void open(SnapshotWire.Begin first) {
    if (ended) {
      return;
    }
    try {
      SnapshotSink opened = receiver.snapshot(first.group(), from, first.install());
      sink = opened;
      offset = opened.resumeAt();
      if (offset < 0 || offset > first.size()) {
        throw new IOException("resumeAt: %d (expected: 0..%d)".formatted(offset, first.size()));
      }
      call.sendMessage(SnapshotWire.offset(offset));
      call.request(1);
    } catch (IOException | RuntimeException e) {
      failed("opened", e);
    }
  }

  private void store(SnapshotWire.Begin first, ByteBuffer message) throws IOException {
    ByteBuffer bytes = SnapshotWire.readChunk(message);
    long at = bytes.getLong();
    SnapshotSink target = sink;
    if (target == null || at != offset || bytes.remaining() > first.size() - offset) {
      throw new CodecException("offset", at, offset + ", up to " + first.size());
    }
    int length = bytes.remaining();
    target.write(bytes.slice(), at);
    offset += length;
    call.request(1);
  }

  private void completed() {
    SnapshotWire.Begin first = begin;
    SnapshotSink target = sink;
    if (ended) {
      return;
    }
    if (first == null || target == null || offset != first.size()) {
      end(Status.DATA_LOSS.withDescription("ended at %d".formatted(offset)));
      return;
    }
    try {
      target.complete();
    } catch (IOException | RuntimeException e) {
      failed("completed", e);
      return;
    }
    sink = null;
    call.sendMessage(SnapshotWire.offset(offset));
    end(Status.OK);
  }

  private void failed(String what, Exception cause) {
    SnapshotWire.Begin first = begin;
    log.warn(
        "snapshot.not-{} from={} group={} offset={} cause={}",
        what,
        Long.toUnsignedString(from),
        first == null ? "?" : first.group(),
        offset,
        cause.toString());
    end(Status.INTERNAL.withDescription("the snapshot could not be " + what));
  }

  /**
   * @param status how to end the call; {@code null} if it has ended by itself
   */
  private void end(@Nullable Status status) {
    if (ended) {
      return;
    }
    ended = true;
    SnapshotSink target = sink;
    sink = null;
    if (target != null) {
      try {
        target.abort();
      } catch (RuntimeException e) {
        log.warn("snapshot.not-aborted from={} cause={}", from, e.toString());
      }
    }
    if (status != null) {
      call.close(status, new Metadata());
    }
    if (begin != null) {
      downloads.leave(from, begin.group(), this);
    }
    over.complete(null);
  }
}
