package io.quorate.raft.transport;

import io.quorate.raft.core.Message;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Carries what the groups of one node say to other nodes. Messages may be lost, repeated and
 * reordered; they are never changed, and never come from whom they do not say.
 *
 * <p><b>Threads.</b> All methods may be called by any thread, and none of them blocks.
 *
 * <p><b>Memory.</b> What waits to be sent to a node is bounded in bytes; what does not fit is lost,
 * and the receiver is told by {@link Receiver#unreachable}.
 */
public interface Transport extends AutoCloseable {

  /**
   * Begins to receive.
   *
   * @throws TransportException the address cannot be listened on
   */
  void start(Receiver receiver);

  /**
   * Sends a message, or loses it. Heartbeats and their answers do not wait behind entries.
   *
   * @param group which of the groups, 0..65535
   * @param to which node
   */
  void send(int group, long to, Message message);

  /**
   * Sends a snapshot, from where the other side has it already. Only one at a time for a group and
   * a node.
   *
   * @param install what it stands for
   * @param snapshot its bytes; closed when all is over
   * @return whether all of it arrived; never fails
   */
  CompletableFuture<Boolean> sendSnapshot(
      int group, long to, Message.InstallSnapshot install, SnapshotBytes snapshot);

  /**
   * Asks a node something, and brings its answer.
   *
   * @return the answer; fails with {@link TransportException} if the node was not reached for
   *     certain, or if nothing is known of what became of the question: the exception says which
   */
  CompletableFuture<ByteBuffer> call(int group, long to, ByteBuffer question);

  /** Ends all connections. Idempotent. */
  @Override
  void close();
}
