package io.quorate.raftsim.net;

import io.quorate.raft.core.Message;
import io.quorate.raft.transport.Receiver;
import io.quorate.raft.transport.SnapshotBytes;
import io.quorate.raft.transport.Transport;
import io.quorate.raft.transport.TransportException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** One start's way into the network. */
public final class SimTransport implements Transport {

  /** Looks at what is about to leave. */
  @FunctionalInterface
  public interface Gate {
    /** Whether the message may leave. */
    boolean opens(long to, Message message);
  }

  private final SimNetwork network;
  private final long from;

  /** Asked before each message: whether it may leave; where a crash may come. */
  private final Gate gate;

  /**
   * A transport of one node.
   *
   * @param gate for whom a message is, and which; whether it may leave
   */
  public SimTransport(SimNetwork network, long from, Gate gate) {
    this.network = network;
    this.from = from;
    this.gate = gate;
  }

  @Override
  public void start(Receiver receiver) {
    throw new IllegalStateException("receiver: one (expected: none, the network knows the nodes)");
  }

  @Override
  public void send(int group, long to, Message message) {
    if (gate.opens(to, message)) {
      network.send(from, to, message);
    }
  }

  @Override
  public CompletableFuture<Boolean> sendSnapshot(
      int group, long to, Message.InstallSnapshot install, SnapshotBytes snapshot) {
    if (!gate.opens(to, install)) {
      return new CompletableFuture<>();
    }
    return network.carrySnapshot(from, to, install, snapshot);
  }

  @Override
  public CompletableFuture<ByteBuffer> call(int group, long to, ByteBuffer question) {
    return CompletableFuture.failedFuture(
        new TransportException(false, "calls are not simulated; nothing was sent", null));
  }

  @Override
  public void close() {
    // It holds nothing.
  }
}
