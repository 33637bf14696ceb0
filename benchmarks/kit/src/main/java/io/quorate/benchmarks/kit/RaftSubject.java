package io.quorate.benchmarks.kit;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A Raft group of {@value #NODES} nodes with a counter as its state machine, under measurement
 * together with whoever proposes to it.
 *
 * <p>The constructor starts all nodes on loopback, below the context's directory, and returns once
 * one of them leads. They may live in this process or in children of it: the CPU time of children
 * is counted, and {@link #applied} asks them. The leader must live in this process, because
 * proposals are made to it by a plain call. Elections should not happen while measured: a subject
 * that loses its leader fails its proposals, and so its run.
 */
public interface RaftSubject extends Subject {
  /** Nodes in a group. */
  int NODES = 3;

  /** The least time without a leader's word after which a node may stand for election. */
  int ELECTION_TIMEOUT_MILLIS = 3_000;

  /** How long a group may take to find its first leader. */
  Duration LEADER_MAX = Duration.ofSeconds(30);

  /**
   * Proposes at the leader, from any thread, which should not wait for anything but the subject's
   * own back-pressure.
   *
   * @param payload not used by the caller afterwards
   * @return ends when the leader has committed and applied the proposal, as durable as the subject
   *     promises; exceptionally if it may not have. Whichever thread ends it runs the measurement's
   *     bookkeeping
   */
  CompletableFuture<?> propose(byte[] payload) throws Exception;

  /**
   * What each node's counter shows: how many proposals it has applied. Called while nothing is
   * proposed. The harness waits until all nodes show as many as were proposed, so that no subject
   * has figures for work it did not do.
   */
  List<Long> applied() throws Exception;

  /** One proposal with nothing else in flight. */
  @Override
  default void run(long n) throws Exception {
    propose(payload(n, Load.Window.PAYLOAD_BYTES_MIN)).get();
  }

  /** Fresh bytes that begin with the proposal's number. */
  static byte[] payload(long n, int bytes) {
    return ByteBuffer.allocate(bytes).putLong(n).array();
  }
}
