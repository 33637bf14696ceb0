package io.quorate.raft.replica;

import io.quorate.raft.core.HardState;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;
import java.io.IOException;
import java.util.List;

/**
 * The durable part of one replica. Writes carry the numbers of the core's effects, take effect in
 * that order, and are durable in that order.
 *
 * <p><b>Threads.</b> For one thread at a time. The callback given to {@link #listen} may be called
 * by any thread.
 */
public interface ReplicaStore {

  /**
   * Begins to report.
   *
   * @param changed called by any thread when {@link #persistedUpTo} may have grown, or a write has
   *     failed
   */
  void listen(Runnable changed);

  /** The number of the last write up to which all are durable; never goes back. */
  long persistedUpTo();

  /** Whether a write has failed: nothing becomes durable any more. */
  boolean hasFailed();

  /** Writes a term and a vote. */
  void hardState(long write, HardState state);

  /** Writes a batch at the end of the log. */
  void append(long write, EntryBatch batch);

  /** Drops all from an entry on. */
  void truncate(long write, long firstIndex);

  /** Puts a snapshot, which the vault holds durably, in the place of the log. */
  void installSnapshot(long write, SnapshotMark mark);

  /** Forgets the entries up to one, inclusive; needs not be durable at once. */
  void compact(long index);

  /** Notes a durable snapshot: where a restart may begin from. */
  void snapshotTaken(SnapshotMark mark);

  /** Writes that no entries are missing any more. */
  void doubtOver(long write);

  /** Makes all that was written since the last call durable, soon; returns at once. */
  void flush();

  /**
   * The batches of a range, as the log holds them now.
   *
   * @param firstIndex where a batch begins
   * @param lastIndex where a batch ends
   */
  Entries range(long firstIndex, long lastIndex);

  /**
   * Whether there is room for what is proposed; what is needed to end what has begun always fits.
   */
  boolean hasRoom();

  /** Batches that can be read later, by another thread, once. */
  interface Entries {

    /** Whether reading them does not block. */
    boolean isAtHand();

    /**
     * The batches, in order, as they were in the log when they were asked for.
     *
     * @throws IOException they cannot be read, or are not there any more
     */
    List<EntryBatch> read() throws IOException;
  }
}
