package io.quorate.raftsim.disk;

import io.quorate.raft.core.HardState;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.replica.ReplicaStore;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * One start's view of a {@link ModelDisk}: what it has written, and how much of that is durable.
 */
final class ModelStore implements ReplicaStore {
  private final ModelDisk disk;

  /** The entries as written, durable or not. */
  private final StoredLog written;

  /**
   * What was written and is not durable, oldest first; the first {@code flushed} are asked to be.
   */
  private final Deque<DiskOp> pending = new ArrayDeque<>();

  private int flushed;
  private boolean forcing;
  private boolean dead;
  private boolean failed;
  private long persistedUpTo;
  private Runnable changed = () -> {};

  ModelStore(ModelDisk disk, StoredLog written) {
    this.disk = disk;
    this.written = written;
  }

  @Override
  public void listen(Runnable told) {
    changed = told;
  }

  @Override
  public long persistedUpTo() {
    return persistedUpTo;
  }

  @Override
  public boolean hasFailed() {
    return failed;
  }

  private void write(long number, Consumer<DiskState> effect) {
    if (!dead) {
      pending.add(new DiskOp(number, effect));
    }
  }

  @Override
  public void hardState(long write, HardState state) {
    write(write, on -> on.hardState(state));
  }

  @Override
  public void append(long write, EntryBatch batch) {
    written.append(batch);
    write(write, on -> on.append(batch));
  }

  @Override
  public void truncate(long write, long firstIndex) {
    written.truncateFrom(firstIndex);
    write(write, on -> on.truncateFrom(firstIndex));
  }

  @Override
  public void installSnapshot(long write, SnapshotMark mark) {
    written.resetTo(mark.index(), mark.term());
    write(
        write,
        on -> {
          on.installSnapshot(mark);
          disk.vault().forgetBefore(mark.index());
        });
  }

  @Override
  public void compact(long index) {
    written.compactTo(index);
    write(0, on -> on.compactTo(index));
  }

  @Override
  public void snapshotTaken(SnapshotMark mark) {
    write(
        0,
        on -> {
          on.snapshotTaken(mark);
          disk.vault().forgetBefore(mark.index());
        });
  }

  @Override
  public void doubtOver(long write) {
    write(write, DiskState::doubtOver);
  }

  @Override
  public void flush() {
    flushed = pending.size();
    if (disk.habits().lies()) {
      for (DiskOp op : pending) {
        tell(op);
      }
    }
    force();
  }

  private void force() {
    if (forcing || flushed == 0 || dead) {
      return;
    }
    forcing = true;
    int many = flushed;
    disk.world().after(disk.forceNanos(), () -> forced(many));
  }

  private void forced(int many) {
    if (dead) {
      return;
    }
    forcing = false;
    if (disk.random().nextDouble() < disk.habits().failedForce()) {
      survive(disk.random().nextInt(pending.size() + 1));
      dead = true;
      failed = true;
      changed.run();
      return;
    }
    DiskOp last = null;
    for (int i = 0; i < many; i++) {
      DiskOp op = pending.remove();
      op.effect().accept(disk.state());
      last = op.write() == 0 ? last : op;
    }
    flushed -= many;
    if (last != null && !disk.habits().lies()) {
      tell(last);
    }
    force();
  }

  private void tell(DiskOp op) {
    if (op.write() != 0) {
      persistedUpTo = op.write();
      changed.run();
    }
  }

  /** What was not durable is lost but for the first few writes. */
  void crash() {
    if (!dead) {
      survive(disk.random().nextInt(pending.size() + 1));
      dead = true;
    }
  }

  private void survive(int many) {
    for (int i = 0; i < many; i++) {
      pending.remove().effect().accept(disk.state());
    }
    pending.clear();
  }

  @Override
  public Entries range(long firstIndex, long lastIndex) {
    List<EntryBatch> found = written.range(firstIndex, lastIndex);
    boolean atHand = disk.random().nextDouble() >= disk.habits().cacheMiss();
    return new Entries() {
      @Override
      public boolean isAtHand() {
        return atHand;
      }

      @Override
      public List<EntryBatch> read() throws IOException {
        if (found == null || (!atHand && firstIndex <= written.baseIndex())) {
          throw new IOException("entries %d..%d are gone".formatted(firstIndex, lastIndex));
        }
        return found;
      }
    };
  }

  @Override
  public boolean hasRoom() {
    return disk.random().nextDouble() >= disk.habits().full();
  }
}
