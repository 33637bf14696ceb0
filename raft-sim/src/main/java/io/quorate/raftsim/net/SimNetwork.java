package io.quorate.raftsim.net;

import io.quorate.raft.core.Message;
import io.quorate.raft.transport.SnapshotBytes;
import io.quorate.raft.transport.SnapshotSink;
import io.quorate.raftsim.world.World;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Carries messages between nodes, and loses, repeats, delays and reorders them. */
public final class SimNetwork {
  private static final int PIECE_BYTES = 256;

  private final World world;
  private final SplittableRandom random;
  private final TreeMap<Long, Endpoint> endpoints = new TreeMap<>();
  private final Links links = new Links();
  private NetworkHabits habits;
  private long sent;

  /** A network without nodes. */
  public SimNetwork(World world, NetworkHabits habits) {
    this.world = world;
    this.habits = habits;
    random = world.stream("network");
  }

  /** Who cannot reach whom. */
  public Links links() {
    return links;
  }

  /** How many messages were sent. */
  public long sent() {
    return sent;
  }

  /** How it behaves from now on. */
  public void behave(NetworkHabits other) {
    habits = other;
  }

  /** A node can be reached. */
  public void join(long node, Endpoint endpoint) {
    endpoints.put(node, endpoint);
  }

  /** Sends a message, or loses it. */
  public void send(long from, long to, Message message) {
    sent++;
    boolean lost = random.nextDouble() < habits.loss();
    boolean twice = random.nextDouble() < habits.duplicate();
    if (lost || !links.isOpen(from, to)) {
      world.note("lost", from, to, message.term());
      if (random.nextDouble() < habits.told()) {
        Endpoint sender = endpoints.get(from);
        if (sender != null) {
          world.after(delay(), () -> sender.unreachable(to));
        }
      }
      return;
    }
    carry(from, to, message);
    if (twice) {
      carry(from, to, message);
    }
  }

  private void carry(long from, long to, Message message) {
    Endpoint target = endpoints.get(to);
    if (target == null) {
      return;
    }
    world.after(
        delay(),
        () -> {
          if (links.isOpen(from, to)) {
            target.deliver(from, message);
          }
        });
  }

  private long delay() {
    long mean = random.nextDouble() < habits.late() ? habits.lateNanos() : habits.delayNanos();
    return (long) (-Math.log(1 - random.nextDouble()) * mean) + 10_000;
  }

  /** Carries a snapshot, piece by piece; whether all of it arrived. */
  CompletableFuture<Boolean> carrySnapshot(
      long from, long to, Message.InstallSnapshot install, SnapshotBytes bytes) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    Endpoint target = endpoints.get(to);
    world.after(delay(), () -> new Transfer(from, to, install, bytes, done).begin(target));
    return done;
  }

  private final class Transfer {
    private final long from;
    private final long to;
    private final Message.InstallSnapshot install;
    private final SnapshotBytes bytes;
    private final CompletableFuture<Boolean> done;
    private long startOfTarget;
    private long offset;

    Transfer(
        long from,
        long to,
        Message.InstallSnapshot install,
        SnapshotBytes bytes,
        CompletableFuture<Boolean> done) {
      this.from = from;
      this.to = to;
      this.install = install;
      this.bytes = bytes;
      this.done = done;
    }

    void begin(@Nullable Endpoint target) {
      SnapshotSink sink =
          target == null || !links.isOpen(from, to) ? null : target.snapshot(install);
      if (target == null || sink == null) {
        end(false);
        return;
      }
      startOfTarget = target.starts();
      try {
        offset = sink.resumeAt();
      } catch (IOException e) {
        end(false);
        return;
      }
      piece(target, sink);
    }

    private void piece(Endpoint target, SnapshotSink sink) {
      boolean gone = target.starts() != startOfTarget || !links.isOpen(from, to);
      if (gone || random.nextDouble() < habits.brokenTransfer()) {
        sink.abort();
        end(false);
        return;
      }
      try {
        if (offset >= bytes.size()) {
          sink.complete();
          world.note("snapshot", from, to, install.mark().index());
          target.deliver(from, install);
          end(true);
          return;
        }
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        offset += bytes.read(piece, offset);
        piece.flip();
        sink.write(piece, offset - piece.remaining());
      } catch (IOException e) {
        sink.abort();
        end(false);
        return;
      }
      world.after(delay(), () -> piece(target, sink));
    }

    private void end(boolean delivered) {
      try {
        bytes.close();
      } catch (IOException e) {
        world.note("close", from, to, 0);
      }
      world.after(delay(), () -> done.complete(delivered));
    }
  }
}
