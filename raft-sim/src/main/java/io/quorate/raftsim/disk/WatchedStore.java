package io.quorate.raftsim.disk;

import io.quorate.raft.core.HardState;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.replica.ReplicaStore;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * A store, and what it has promised: of each write, it notes what it does, and once the store calls
 * it durable, that the disk must have it. What a node says of itself plays no part.
 */
public final class WatchedStore implements ReplicaStore {
  private final ReplicaStore store;
  private final StoreWatcher watcher;
  private final StoredLog written;
  private final DiskState promised;
  private final Deque<DiskOp> pending = new ArrayDeque<>();
  private boolean dead;

  /**
   * Looks on.
   *
   * @param store does the work
   * @param written the entries the start has found; kept up to date
   * @param promised what the disk must have; kept up to date
   */
  public WatchedStore(
      ReplicaStore store, StoreWatcher watcher, StoredLog written, DiskState promised) {
    this.store = store;
    this.watcher = watcher;
    this.written = written;
    this.promised = promised;
  }

  /** The entries as written, durable or not. */
  public StoredLog written() {
    return written;
  }

  /** The node is dead: nothing it still does counts. */
  public void die() {
    dead = true;
  }

  @Override
  public void listen(Runnable changed) {
    store.listen(
        () -> {
          if (!dead) {
            promise(store.persistedUpTo());
            changed.run();
          }
        });
  }

  @Override
  public long persistedUpTo() {
    long upTo = store.persistedUpTo();
    promise(upTo);
    return upTo;
  }

  @Override
  public boolean hasFailed() {
    return store.hasFailed();
  }

  private void promise(long upTo) {
    while (!pending.isEmpty() && pending.peek().write() <= upTo) {
      pending.remove().effect().accept(promised);
    }
  }

  private boolean note(long write, Consumer<DiskState> effect) {
    if (dead) {
      return false;
    }
    watcher.beforeEffect();
    if (dead) {
      return false;
    }
    pending.add(new DiskOp(write, effect));
    return true;
  }

  @Override
  public void hardState(long write, HardState state) {
    if (note(write, on -> on.hardState(state))) {
      store.hardState(write, state);
    }
  }

  @Override
  public void append(long write, EntryBatch batch) {
    if (note(write, on -> on.append(batch))) {
      watcher.onAppend(batch);
      written.append(batch);
      store.append(write, batch);
    }
  }

  @Override
  public void truncate(long write, long firstIndex) {
    if (note(write, on -> on.truncateFrom(firstIndex))) {
      watcher.onTruncate(firstIndex);
      written.truncateFrom(firstIndex);
      store.truncate(write, firstIndex);
    }
  }

  @Override
  public void installSnapshot(long write, SnapshotMark mark) {
    if (note(write, on -> on.installSnapshot(mark))) {
      watcher.onInstall(mark);
      written.resetTo(mark.index(), mark.term());
      store.installSnapshot(write, mark);
    }
  }

  @Override
  public void compact(long index) {
    if (note(0, on -> on.compactTo(index))) {
      written.compactTo(index);
      store.compact(index);
    }
  }

  @Override
  public void snapshotTaken(SnapshotMark mark) {
    if (note(0, on -> on.snapshotTaken(mark))) {
      store.snapshotTaken(mark);
    }
  }

  @Override
  public void doubtOver(long write) {
    if (note(write, DiskState::doubtOver)) {
      store.doubtOver(write);
    }
  }

  @Override
  public void flush() {
    if (!dead) {
      store.flush();
    }
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
