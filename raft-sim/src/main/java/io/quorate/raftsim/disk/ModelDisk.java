package io.quorate.raftsim.disk;

import io.quorate.raft.core.Restored;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.LogIndex;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raftsim.world.World;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A disk as consensus sees one: writes become durable in order, after a while. A crash loses what
 * is not durable, all of it or from some write on.
 */
public final class ModelDisk implements NodeDisk {
  private final World world;
  private final SplittableRandom random;
  private final DiskState state;
  private final ModelVault vault;
  private DiskHabits habits;
  private @Nullable ModelStore open;
  private long stalledUntilNanos;
  private long boots;

  /**
   * A new one.
   *
   * @param node whose
   * @param beginning what its group begins with
   */
  public ModelDisk(World world, long node, SnapshotMark beginning, DiskHabits habits) {
    this.world = world;
    this.habits = habits;
    random = world.stream("disk " + node);
    state = new DiskState(beginning);
    vault = new ModelVault(random, this::habits);
  }

  DiskHabits habits() {
    return habits;
  }

  World world() {
    return world;
  }

  SplittableRandom random() {
    return random;
  }

  DiskState state() {
    return state;
  }

  ModelVault vault() {
    return vault;
  }

  /** How long the force that begins now takes. */
  long forceNanos() {
    long mean = random.nextDouble() < habits.slowForce() ? habits.slowNanos() : habits.forceNanos();
    long takes = (long) (-Math.log(1 - random.nextDouble()) * mean) + 1_000;
    return Math.max(takes, stalledUntilNanos - world.nowNanos());
  }

  @Override
  public Opened open() {
    boots++;
    StoredLog stored = state.log();
    SnapshotMark snapshot = state.snapshot();
    LogIndex log = new LogIndex(stored.baseIndex(), stored.baseTerm(), snapshot);
    for (EntryBatch batch : stored.all()) {
      log.append(batch);
    }
    ModelStore store = new ModelStore(this, stored.copy());
    open = store;
    return new Opened(
        new Restored(state.hardState(), log, snapshot, boots, state.inDoubt()), store, vault);
  }

  @Override
  public void crash() {
    if (open != null) {
      open.crash();
      open = null;
    }
    vault.crash();
  }

  @Override
  public boolean canRot() {
    return !state.inDoubt() && state.log().lastIndex() > state.snapshot().index();
  }

  @Override
  public boolean inDoubt() {
    return state.inDoubt();
  }

  @Override
  public void rot() {
    long first = state.snapshot().index() + 1;
    long at = first + random.nextLong(state.log().lastIndex() - first + 1);
    EntryBatch batch = state.log().batchOf(at);
    if (batch != null && batch.firstIndex() > state.snapshot().index()) {
      state.rotFrom(batch.firstIndex());
      world.note("rot", batch.firstIndex(), 0, 0);
    }
  }

  @Override
  public void stallUntil(long atNanos) {
    stalledUntilNanos = atNanos;
  }

  @Override
  public void behave(DiskHabits other) {
    habits = other;
  }
}
