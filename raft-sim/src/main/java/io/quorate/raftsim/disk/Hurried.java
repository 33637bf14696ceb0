package io.quorate.raftsim.disk;

import io.quorate.raft.core.HardState;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.replica.ReplicaStore;

/**
 * A store that works when it is pumped, and says when that is due.
 *
 * @param store does the work
 * @param flushed called at each flush
 * @param healed called when a doubt is over
 */
record Hurried(ReplicaStore store, Runnable flushed, Runnable healed) implements ReplicaStore {
  @Override
  public void listen(Runnable changed) {
    store.listen(changed);
  }

  @Override
  public long persistedUpTo() {
    return store.persistedUpTo();
  }

  @Override
  public boolean hasFailed() {
    return store.hasFailed();
  }

  @Override
  public void hardState(long write, HardState state) {
    store.hardState(write, state);
  }

  @Override
  public void append(long write, EntryBatch batch) {
    store.append(write, batch);
  }

  @Override
  public void truncate(long write, long firstIndex) {
    store.truncate(write, firstIndex);
  }

  @Override
  public void installSnapshot(long write, SnapshotMark mark) {
    store.installSnapshot(write, mark);
  }

  @Override
  public void compact(long index) {
    store.compact(index);
  }

  @Override
  public void snapshotTaken(SnapshotMark mark) {
    store.snapshotTaken(mark);
  }

  @Override
  public void doubtOver(long write) {
    store.doubtOver(write);
    healed.run();
  }

  @Override
  public void flush() {
    store.flush();
    flushed.run();
  }

  @Override
  public Entries range(long firstIndex, long lastIndex) {
    return store.range(firstIndex, lastIndex);
  }

  @Override
  public boolean hasRoom() {
    return store.hasRoom();
  }
}
