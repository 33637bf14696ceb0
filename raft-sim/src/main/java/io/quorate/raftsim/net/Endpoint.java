package io.quorate.raftsim.net;

import io.quorate.raft.core.Message;
import io.quorate.raft.transport.SnapshotSink;
import org.jspecify.annotations.Nullable;

/** A node as the network sees it. */
public interface Endpoint {

  /** A message has arrived; lost where the node is down. */
  void deliver(long from, Message message);

  /** Messages to a node were lost. */
  void unreachable(long node);

  /** Where the bytes of a snapshot go; null where the node is down. */
  @Nullable SnapshotSink snapshot(Message.InstallSnapshot install);

  /** How many times the node was started: what was for an earlier start is lost. */
  long starts();
}
