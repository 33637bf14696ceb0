package io.quorate.raft.transport.local;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.quorate.raft.core.Message;
import io.quorate.raft.transport.Receiver;
import io.quorate.raft.transport.SnapshotBytes;
import io.quorate.raft.transport.SnapshotSink;
import io.quorate.raft.transport.Transport;
import io.quorate.raft.transport.TransportException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Transport} within one process: hands messages over as they are. Made by {@link
 * LocalNetwork#transport}.
 *
 * <p><b>Order.</b> As over a wire: entries in the order they were sent in, heartbeats, votes and
 * reads in theirs. A message there was no room for is offered again 1 ms later; what comes on the
 * same link waits behind it.
 *
 * <p><b>Threads.</b> One daemon, {@code quorate-raft-NODE-local}, calls the receiver, and two more
 * carry snapshots. An answer to a question is waited for as long as the nodes and the links between
 * them are there.
 */
public final class LocalTransport implements Transport {
  private static final Logger log = LoggerFactory.getLogger(LocalTransport.class);
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int GROUP_MAX = 0xFFFF;
  private static final int SNAPSHOT_THREADS = 2;
  private static final int CLOSE_SECONDS = 5;

  private record Lost(int group, long node) {}

  private final LocalNetwork network;
  private final long node;
  private final Inbox inbox;
  private final ThreadPoolExecutor snapshots;
  private final Thread thread;
  private final Set<Lost> lost = ConcurrentHashMap.newKeySet();
  private final Set<Lost> uploading = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Receiver receiver;
  private volatile boolean closed;

  LocalTransport(LocalNetwork network, long node, int queueBytesMax) {
    String prefix = "quorate-raft-" + Long.toUnsignedString(node) + "-";
    this.network = network;
    this.node = node;
    this.inbox = new Inbox(queueBytesMax);
    this.thread = Thread.ofPlatform().daemon().name(prefix + "local").unstarted(this::run);
    this.snapshots =
        new ThreadPoolExecutor(
            SNAPSHOT_THREADS,
            SNAPSHOT_THREADS,
            1,
            SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name(prefix + "snapshot-", 1).factory());
    snapshots.allowCoreThreadTimeOut(true);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException it was started before, or is closed
   */
  @Override
  public void start(Receiver receiver) {
    requireNonNull(receiver, "receiver");
    if (closed || this.receiver != null) {
      throw new IllegalStateException(
          "transport: " + (closed ? "closed" : "started") + " (expected: new)");
    }
    this.receiver = receiver;
    try {
      network.enter(node, this);
    } catch (TransportException e) {
      this.receiver = null;
      throw e;
    }
    thread.start();
  }

  private Receiver started() {
    Receiver own = receiver;
    if (own == null) {
      throw new IllegalStateException("transport: not started (expected: started)");
    }
    return own;
  }

  private void run() {
    Receiver own = started();
    try {
      for (Inbox.Waiting next = inbox.take(); next != null; next = inbox.take()) {
        try {
          handOver(own, next);
        } catch (RuntimeException e) {
          log.error("receiver.failed node={}", Long.toUnsignedString(node), e);
          inbox.done(next);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void handOver(Receiver own, Inbox.Waiting next) {
    Message message = next.message();
    if (message == null) {
      next.task().run();
    } else if (!network.isWhole(next.from(), node)) {
      inbox.done(next);
      LocalTransport sender = network.reach(next.from(), next.from());
      if (sender != null) {
        sender.lose(next.group(), node);
      }
    } else if (own.receive(next.group(), next.from(), message)) {
      inbox.done(next);
    } else {
      inbox.rest(next);
    }
  }

  private void lose(int group, long to) {
    if (lost.add(new Lost(group, to))) {
      inbox.put(() -> started().unreachable(group, to));
    }
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
    started();
    LocalTransport target = closed ? null : network.reach(node, to);
    Inbox.Outcome outcome =
        target == null || to == node
            ? Inbox.Outcome.NO_ROOM
            : target.inbox.put(node, group, message);
    switch (outcome) {
      case FIRST -> lost.removeIf(each -> each.node == to);
      case WAITS -> {}
      case NO_ROOM -> lose(group, to);
    }
  }

  private static void requireGroup(int group) {
    if (group < 0 || group > GROUP_MAX) {
      throw new IllegalArgumentException("group: %d (expected: 0..65535)".formatted(group));
    }
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
    CompletableFuture<ByteBuffer> answer = new CompletableFuture<>();
    LocalTransport target = closed || to == node ? null : network.reach(node, to);
    ByteBuffer asked = question.slice();
    if (target == null || !target.inbox.put(() -> target.answer(group, node, asked, answer))) {
      answer.completeExceptionally(
          new TransportException(
              false,
              "node %s: it was not reached: ask again later".formatted(Long.toUnsignedString(to)),
              null));
    } else {
      network.asked(node, to, answer);
    }
    return answer;
  }

  private void answer(
      int group, long from, ByteBuffer question, CompletableFuture<ByteBuffer> answer) {
    CompletableFuture<ByteBuffer> given;
    try {
      given = started().answer(group, from, question);
    } catch (RuntimeException e) {
      given = CompletableFuture.failedFuture(e);
    }
    var unused =
        given.whenComplete(
            (bytes, failure) -> {
              if (failure == null) {
                answer.complete(bytes);
              } else {
                log.warn("answer.failed from={}", Long.toUnsignedString(from), failure);
                answer.completeExceptionally(
                    new TransportException(
                        true,
                        "node %s has no answer; it may have acted on the question"
                            .formatted(Long.toUnsignedString(node)),
                        null));
              }
            });
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
    CompletableFuture<Boolean> outcome = new CompletableFuture<>();
    Lost place = new Lost(group, to);
    if (!uploading.add(place)) {
      close(snapshot);
      outcome.complete(false);
      return outcome;
    }
    try {
      snapshots.execute(
          () -> {
            boolean arrived = copy(group, to, install, snapshot);
            close(snapshot);
            uploading.remove(place);
            outcome.complete(arrived);
          });
    } catch (RejectedExecutionException closing) {
      close(snapshot);
      outcome.complete(false);
    }
    return outcome;
  }

  private boolean copy(
      int group, long to, Message.InstallSnapshot install, SnapshotBytes snapshot) {
    SnapshotSink sink = null;
    try {
      sink = reached(to).snapshot(group, node, install);
      for (long offset = sink.resumeAt(); offset < snapshot.size(); ) {
        long length = Math.min(CHUNK_BYTES, snapshot.size() - offset);
        ByteBuffer chunk = ByteBuffer.allocate((int) length);
        if (snapshot.read(chunk, offset) <= 0) {
          throw new EOFException("snapshot: ends at " + offset);
        }
        reached(to);
        sink.write(chunk.flip(), offset);
        offset += chunk.limit();
      }
      reached(to);
      sink.complete();
      sink = null;
      reached(to);
      return true;
    } catch (IOException | RuntimeException e) {
      log.warn(
          "snapshot.not-sent to={} group={} cause={}",
          Long.toUnsignedString(to),
          group,
          e.toString());
      if (sink != null) {
        sink.abort();
      }
      return false;
    }
  }

  /** The receiver at the other end, if there still is a way to it and back. */
  private Receiver reached(long to) throws IOException {
    LocalTransport target = closed || to == node ? null : network.reach(node, to);
    if (target == null || network.reach(to, node) != this) {
      throw new IOException("not reached");
    }
    return target.started();
  }

  private static void close(SnapshotBytes snapshot) {
    try {
      snapshot.close();
    } catch (IOException | RuntimeException e) {
      log.warn("snapshot.not-closed cause={}", e.toString());
    }
  }

  /**
   * {@inheritDoc} Waits until its threads have ended, up to a few seconds, unless it is called by
   * one of them; what waits is lost.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    network.leave(node, this);
    inbox.close();
    snapshots.shutdown();
    try {
      if (!Thread.currentThread().equals(thread)) {
        thread.join(SECONDS.toMillis(CLOSE_SECONDS));
        snapshots.awaitTermination(CLOSE_SECONDS, SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
