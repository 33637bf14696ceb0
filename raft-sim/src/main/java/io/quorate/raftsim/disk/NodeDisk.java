package io.quorate.raftsim.disk;

import io.quorate.raft.core.Restored;
import io.quorate.raft.replica.ReplicaStore;
import io.quorate.raft.replica.SnapshotVault;
import java.io.IOException;

/** The disk of one node: it outlives the node's crashes. */
public interface NodeDisk {

  /**
   * What a start finds, and what it works with.
   *
   * @param restored what is on the disk
   * @param store takes writes
   * @param vault keeps snapshots
   */
  record Opened(Restored restored, ReplicaStore store, SnapshotVault vault) {}

  /**
   * The node starts.
   *
   * @throws IOException the disk cannot be read
   */
  Opened open() throws IOException;

  /** The power goes: what was not durable is lost, all of it or from some point on. */
  void crash();

  /** Whether entries can be made unreadable: see {@link #rot}. */
  boolean canRot();

  /** Whether the next start would find that entries may be missing. */
  boolean inDoubt();

  /** Damages entries while the node is down: its next start finds them gone, and knows it. */
  void rot();

  /** No write ends before this time. */
  void stallUntil(long atNanos);

  /** How the disk behaves from now on. */
  void behave(DiskHabits habits);
}
