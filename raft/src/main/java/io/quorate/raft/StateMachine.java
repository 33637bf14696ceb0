package io.quorate.raft;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * What a group replicates. Every node of the group applies the same commands in the same order, so
 * every node has the same state.
 *
 * <p><b>Deterministic and total.</b> A command has the same result on every node, whenever it is
 * applied: no clock, no randomness, no configuration of this node, no order of a hash table. A
 * command that makes no sense has a result that says so; {@link #apply} does not throw. What it
 * throws all the same stops the node.
 *
 * <p><b>Threads.</b> {@link #apply}, {@link #snapshot} and {@link #restore} are called by one
 * thread at a time, in order, and so are the tasks given to a node's reads: the state needs no
 * locks.
 *
 * <p><b>Durability.</b> The state may live in memory alone: after a restart it is restored from the
 * latest snapshot, and what came after is applied again.
 */
public interface StateMachine {

  /**
   * Applies a command.
   *
   * @param index its place in the log; grows strictly, with gaps
   * @param command read-only; must not be kept
   * @return the result, for whoever proposed it on this node
   */
  byte[] apply(long index, ByteBuffer command);

  /**
   * The state as it is now, to be written while further commands are applied: a copy-on-write view,
   * an immutable tree, or a copy. Must return quickly; commands wait.
   */
  View snapshot();

  /**
   * Replaces the state by the one that a view has written.
   *
   * @param in all that {@link View#writeTo} wrote, and nothing else
   * @throws IOException reading failed, or the bytes make no sense: the node stops
   */
  void restore(InputStream in) throws IOException;

  /** A state that does not change any more. */
  interface View extends AutoCloseable {

    /**
     * Writes it. Two nodes that have applied the same write the same bytes.
     *
     * @throws IOException what {@code out} throws
     */
    void writeTo(OutputStream out) throws IOException;

    /** Lets go of what the view holds. */
    @Override
    default void close() {}
  }
}
