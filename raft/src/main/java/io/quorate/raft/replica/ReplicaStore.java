package io.quorate.raft.replica;

import io.quorate.raft.core.HardState;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;
import java.io.IOException;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The durable part of one replica. Writes carry the numbers of the core's effects, take effect in
 * that order, and are durable in that order.
 *
 * <p><b>Threads.</b> For one thread at a time, but for {@link #load}. The callbacks given to {@link
 * #listen} may be called by any thread.
 */
public interface ReplicaStore {

  /**
   * Begins to report.
   *
   * @param persisted called with a write number once it, and all before it, are durable
   * @param failed called once, when a write has failed: nothing is durable any more from then on
   */
  void listen(LongConsumer persisted, Runnable failed);

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

  /** Forgets that entries may be missing. */
  void doubtOver();

  /** Makes all that was written since the last call durable, soon; returns at once. */
  void flush();

  /**
   * The batches of a range, if they are at hand.
   *
   * @return null if they have to be read from the disk: see {@link #load}
   */
  @Nullable List<EntryBatch> cached(long firstIndex, long lastIndex);

  /**
   * Reads the batches of a range from the disk. May block; by any thread.
   *
   * @throws IOException they cannot be read, or are not there any more
   */
  List<EntryBatch> load(long firstIndex, long lastIndex) throws IOException;

  /**
   * Whether there is room for what is proposed; what is needed to end what has begun always fits.
   */
  boolean hasRoom();
}
