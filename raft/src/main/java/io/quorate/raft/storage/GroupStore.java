package io.quorate.raft.storage;

import static java.util.Objects.requireNonNull;

import io.quorate.core.wal.Room;
import io.quorate.core.wal.WalPoisonedException;
import io.quorate.core.wal.WriteAheadLog;
import io.quorate.raft.codec.BatchCodec;
import io.quorate.raft.core.HardState;
import io.quorate.raft.core.Restored;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.storage.Checkpoint.Stretch;
import io.quorate.raft.storage.EntriesGoneException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The durable state of one group. Its writes are those of {@link io.quorate.raft.core.Effects},
 * with their numbers:
 *
 * <pre>{@code
 * core.step(input, effects);            // effects call hardState, append, truncate...
 * store.flush();                        // once a turn
 * // changed.run() on a thread of the store: wakes the group's thread, which asks
 * core.step(new Persisted(store.persistedUpTo()), effects);
 * }</pre>
 *
 * <p><b>Durability.</b> A write is in memory when it returns, and durable once {@link
 * #persistedUpTo} has reached its number: its record is forced, and a hard state is in its slot,
 * too. Without a {@link #flush} that comes about only after the log's {@code idleAfter}.
 *
 * <p><b>What survives.</b> After a crash, a prefix of what was written, with all that was durable.
 * A hard state survives any one damage to the disk. A batch that is damaged is missed: the log ends
 * before it and the group is in doubt.
 *
 * <p><b>Errors.</b> Every write throws {@link StorageFailedException} once the disk has failed, and
 * {@link StoreFullException}, with nothing changed, while it is full; only entries ask for more
 * than the reserve.
 *
 * <p><b>Threads.</b> One thread at a time: the group's. The store's own threads touch nothing of it
 * but what {@link #persistedUpTo} and {@link #failure} read.
 */
public final class GroupStore {
  /** Larger batches get a buffer of their own, so that no group holds on to one. */
  private static final int SCRATCH_BYTES_MAX = 256 << 10;

  private final RaftStore store;
  private final WriteAheadLog wal;
  private final int group;
  private final Restored restored;
  private final SnapshotStore snapshots;
  private final Runnable changed;
  private final SlotWriter slots;
  private final WriteLedger ledger = new WriteLedger();

  /**
   * Guards state, positions and their order in the log against who carries them forward; free but
   * for that.
   */
  private final ReentrantLock lock = new ReentrantLock();

  private final LogPositions positions;
  private GroupState state;
  private SnapshotMark snapshot;

  /** Where the last checkpoint lies. */
  private long checkpointPosition;

  private ByteBuffer scratch = ByteBuffer.allocate(4 << 10);

  /** The position behind the last write, and up to where a force was asked for. */
  private long writtenTo;

  private long flushedTo;

  GroupStore(
      RaftStore store,
      int group,
      Restored restored,
      GroupState state,
      LogPositions positions,
      SnapshotStore snapshots,
      HardStateSlots slots,
      Runnable changed) {
    this.store = store;
    this.wal = store.wal();
    this.group = group;
    this.restored = restored;
    this.state = state;
    this.positions = positions;
    this.snapshots = snapshots;
    this.changed = changed;
    this.snapshot = restored.snapshot();
    this.slots =
        new SlotWriter(slots, store.background(), wal::durablePosition, changed, store::fail);
  }

  /** Writes down, durably, what the group starts from and which damage that settles. */
  void begin(List<Stretch> repaired) {
    writtenTo = checkpoint(repaired);
    flushedTo = writtenTo;
    try {
      wal.awaitDurable(writtenTo);
      slots.writeNow(state); // After the log: slots without a record say that the log was lost.
    } catch (WalPoisonedException | IOException e) {
      throw store.fail(e);
    }
  }

  /** The group's number. */
  public int group() {
    return group;
  }

  /** What the group starts from. The core it is given to owns it: give it to one. */
  public Restored restored() {
    return restored;
  }

  /**
   * Whether a vote may have been lost by more damage than one place survives. The group must then
   * never vote under this id: have it removed, and added again under another.
   */
  public boolean hardStateInDoubt() {
    return state.voteInDoubt();
  }

  /** Write: the term and the vote are these; to the log and to a slot. */
  public void hardState(long write, HardState hardState) {
    requireNonNull(hardState, "hardState");
    ledger.requireNext(write);
    writeState(write, state.with(hardState));
  }

  /**
   * Write: the log has been filled again, so that {@link Restored#inDoubt} is over. To be called
   * once the core votes again; what it was filled with must have been written before.
   */
  public void doubtOver(long write) {
    ledger.requireNext(write);
    writeState(write, state.logInDoubt(false));
  }

  private void writeState(long write, GroupState next) {
    lock.lock();
    try {
      long end =
          store.append(
              StoreRecords.STATE,
              group,
              next.term(),
              next.vote(),
              StoreRecords.state(next),
              Room.RESERVE);
      state = next;
      slots.write(next);
      wrote(write, end);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Write: add a batch at the end of the log. Commands ask for ordinary room; the entry of a new
   * term and a configuration may use the reserve.
   *
   * @throws StoreFullException no room; nothing was changed, and the same write may be tried again
   * @throws IllegalArgumentException it does not follow the last one, or is larger than a record
   */
  public void append(long write, EntryBatch batch) {
    append(write, batch, batch.payload() instanceof Payload.Commands ? Room.NORMAL : Room.RESERVE);
  }

  /**
   * The same with a say about room: a batch that the core has taken already may be worth the
   * reserve.
   */
  public void append(long write, EntryBatch batch, Room room) {
    ledger.requireNext(write);
    if (batch.firstIndex() != positions.lastIndex() + 1) {
      throw new IllegalArgumentException(
          "batch: begins at %d (expected: %d)"
              .formatted(batch.firstIndex(), positions.lastIndex() + 1));
    }
    ByteBuffer bytes = encoded(batch);
    lock.lock();
    try {
      long end =
          store.append(StoreRecords.BATCH, group, batch.term(), batch.firstIndex(), bytes, room);
      long start = end - WriteAheadLog.encodedBytes(bytes.remaining());
      positions.append(batch, start, wal.durablePosition());
      wrote(write, end);
    } finally {
      lock.unlock();
    }
  }

  private ByteBuffer encoded(EntryBatch batch) {
    int length = BatchCodec.encodedBytes(batch);
    ByteBuffer bytes = scratch;
    if (bytes.capacity() < length) {
      bytes = ByteBuffer.allocate(Math.max(length, Math.min(2 * length, SCRATCH_BYTES_MAX)));
      if (bytes.capacity() <= SCRATCH_BYTES_MAX) {
        scratch = bytes;
      }
    }
    BatchCodec.encode(batch, bytes.clear());
    return bytes.flip();
  }

  /**
   * Write: drop all entries from {@code firstIndex} on.
   *
   * @throws IllegalArgumentException no batch begins there
   */
  public void truncate(long write, long firstIndex) {
    ledger.requireNext(write);
    if (!positions.beginsAt(firstIndex)) {
      throw new IllegalArgumentException(
          "firstIndex: %d (expected: where a batch begins, %d..%d)"
              .formatted(firstIndex, positions.baseIndex() + 1, positions.lastIndex()));
    }
    lock.lock();
    try {
      long end =
          store.append(
              StoreRecords.TRUNCATE, group, 0, firstIndex, StoreRecords.version(), Room.RESERVE);
      positions.truncateFrom(firstIndex);
      wrote(write, end);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Write: a snapshot takes the place of the whole log.
   *
   * @throws IllegalStateException the group's {@link SnapshotStore} does not hold it: it must be
   *     durable before the log says that it begins there
   */
  public void installSnapshot(long write, SnapshotMark mark) {
    ledger.requireNext(write);
    if (!snapshots.holds(mark)) {
      throw new IllegalStateException(
          "mark: %s is not stored (expected: received)".formatted(mark));
    }
    lock.lock();
    try {
      long end =
          store.append(
              StoreRecords.SNAPSHOT,
              group,
              mark.term(),
              mark.index(),
              StoreRecords.snapshot(mark),
              Room.RESERVE);
      positions.resetTo(mark.index(), mark.term());
      snapshot = mark;
      wrote(write, end);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets the batches go that end at or before {@code index}. Needs no number: it takes effect when
   * it gets durable, and a crash before that leaves more of the log. The room is taken back in the
   * background.
   *
   * @throws IllegalArgumentException no stored snapshot reaches that far
   */
  public void compact(long index) {
    SnapshotMark latest = snapshots.latest().orElse(snapshot);
    if (index > latest.index()) {
      throw new IllegalArgumentException(
          "index: %d (expected: <= %d, the latest snapshot)".formatted(index, latest.index()));
    }
    lock.lock();
    try {
      positions.compactTo(index);
      snapshot = latest;
      checkpoint(List.of());
    } finally {
      lock.unlock();
    }
    store.reclaimSoon();
  }

  /** Writes all there is to know but the batches; returns the position behind it. */
  private long checkpoint(List<Stretch> repaired) {
    long needed = Math.min(positions.neededFrom(), wal.nextPosition());
    Checkpoint checkpoint =
        new Checkpoint(
            positions.baseIndex(),
            positions.baseTerm(),
            state,
            needed,
            snapshot,
            positions.lastIndex(),
            repaired);
    ByteBuffer payload = StoreRecords.checkpoint(checkpoint);
    long end =
        store.append(
            StoreRecords.CHECKPOINT,
            group,
            checkpoint.baseTerm(),
            checkpoint.baseIndex(),
            payload,
            Room.RESERVE);
    checkpointPosition = end - WriteAheadLog.encodedBytes(payload.remaining());
    return end;
  }

  /** The oldest position this group's batches lie at. Any thread. */
  long neededFrom() {
    lock.lock();
    try {
      return positions.neededFrom();
    } finally {
      lock.unlock();
    }
  }

  /** Writes a checkpoint again if the last one lies before {@code position}. Any thread. */
  void carryForward(long position) {
    lock.lock();
    try {
      if (checkpointPosition < position) {
        checkpoint(List.of());
      }
    } finally {
      lock.unlock();
    }
  }

  private void wrote(long write, long end) {
    writtenTo = end;
    ledger.add(write, end, slots.asked());
  }

  /**
   * Asks for all writes so far to be made durable, and returns. One call serves all groups of the
   * store that have written; one that has written nothing since its last call costs nothing.
   */
  public void flush() {
    if (writtenTo > flushedTo) {
      flushedTo = writtenTo;
      var unused =
          wal.whenDurable(writtenTo)
              .whenComplete(
                  (done, failed) -> {
                    if (failed != null) {
                      store.fail(failed);
                    }
                    changed.run();
                  });
    }
  }

  /** The number of the last write up to which all are durable; 0 for none. Never goes back. */
  public long persistedUpTo() {
    return ledger.persistedUpTo(wal.durablePosition(), slots.durable());
  }

  /** Why nothing more becomes durable, if so. Any thread. */
  public Optional<StorageFailedException> failure() {
    return store.failure();
  }

  /** The last entry that is gone from the log. */
  public long baseIndex() {
    return positions.baseIndex();
  }

  /** The last entry written. */
  public long lastIndex() {
    return positions.lastIndex();
  }

  /**
   * The batches of a range, from memory or from the disk.
   *
   * @param firstIndex where a batch begins
   * @param lastIndex where a batch ends; none before {@code firstIndex}
   * @throws EntriesGoneException they are not in the log, or not any more
   * @throws StorageFailedException the disk cannot be read
   */
  public List<EntryBatch> read(long firstIndex, long lastIndex) {
    return range(firstIndex, lastIndex).read();
  }

  /**
   * The same, to be read later or by another thread.
   *
   * @throws EntriesGoneException they are not in the log, or not any more
   */
  public EntryRange range(long firstIndex, long lastIndex) {
    if (firstIndex <= positions.baseIndex()) {
      throw gone(firstIndex, lastIndex, Reason.COMPACTED);
    }
    if (firstIndex > lastIndex) {
      return new EntryRange(wal, group, lastIndex, new EntryRange.Part[0]);
    }
    if (!positions.beginsAt(firstIndex)
        || lastIndex > positions.lastIndex()
        || !positions.endsAt(lastIndex)) {
      throw gone(firstIndex, lastIndex, Reason.NOT_IN_LOG);
    }
    return new EntryRange(wal, group, lastIndex, positions.parts(firstIndex, lastIndex));
  }

  private EntriesGoneException gone(long first, long last, Reason reason) {
    return new EntriesGoneException(
        first,
        last,
        reason,
        "whole batches within %d..%d".formatted(positions.baseIndex() + 1, positions.lastIndex()),
        null);
  }
}
