/**
 * What the groups of a node must not forget. A {@link io.quorate.raft.storage.RaftStore} owns the
 * one log of a disk; each group writes to it and reads from it through its {@link
 * io.quorate.raft.storage.GroupStore}, which mirrors the writes of {@link
 * io.quorate.raft.core.Effects} and says up to which of them all is durable. Hard states lie in two
 * places. Snapshots lie in a {@link io.quorate.raft.storage.SnapshotStore} for each group.
 *
 * <p>Opening reads the log once ({@code StoreReplay}), works out what is left of each group's log
 * ({@code LogFold}) and of its state ({@code StateVerdict}), and writes down what it decided before
 * anybody is answered.
 */
@NullMarked
package io.quorate.raft.storage;

import org.jspecify.annotations.NullMarked;
