package io.quorate.raftsim.invariant;

import io.quorate.raft.core.Message;
import io.quorate.raft.core.Status;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raftsim.disk.DiskState;
import io.quorate.raftsim.disk.StoredLog;

/**
 * What must be true whatever happens. Told of each thing that happens as it does; says {@link
 * GroupView#violate} where it is broken. Checks only what is new, so that it may be asked always.
 */
public interface Invariant {

  /** Its name, as in a report. */
  String name();

  /** A node has started, with what its disk had promised before, and what was found. */
  default void onStart(GroupView group, NodeView node, DiskState promised, StoredLog found) {}

  /** A node has taken a step. */
  default void onStep(GroupView group, NodeView node, Status before, Status after) {}

  /** A node is about to append a batch to {@link NodeView#written}. */
  default void onAppend(GroupView group, NodeView node, EntryBatch batch) {}

  /** A node is about to drop entries of {@link NodeView#written}. */
  default void onTruncate(GroupView group, NodeView node, long firstIndex) {}

  /** A message is about to leave a node. */
  default void onSend(GroupView group, NodeView node, long to, Message message) {}

  /** A node, for the first time of all, calls a batch agreed on. */
  default void onAgreed(GroupView group, NodeView node, EntryBatch batch) {}

  /** A node has applied a command: a hash of it. */
  default void onApplied(GroupView group, NodeView node, long index, long hash) {}

  /** A node has written a snapshot: a hash of its bytes. */
  default void onSnapshot(GroupView group, NodeView node, SnapshotMark mark, long hash) {}
}
