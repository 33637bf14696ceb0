package io.quorate.raftsim.disk;

import io.quorate.core.wal.WalConfig;
import io.quorate.core.wal.WalException;
import io.quorate.core.wal.WalRuntime;
import io.quorate.raft.core.Restored;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.storage.RaftStore;
import io.quorate.raft.storage.RaftStoreConfig;
import io.quorate.raft.storage.SnapshotStore;
import io.quorate.raft.storage.StorageException;
import io.quorate.raft.storage.StoredReplica;
import io.quorate.raftsim.world.World;
import io.quorate.testkit.disk.Choices;
import io.quorate.testkit.disk.Fault;
import io.quorate.testkit.disk.Operation;
import io.quorate.testkit.disk.SimDisk;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The real store on a simulated disk of sectors: the log's own code writes, forces and recovers. A
 * crash may come in the middle of a write, and a bit may rot while the node is down.
 */
public final class WalDisk implements NodeDisk {
  private static final RaftStoreConfig CONFIG =
      new RaftStoreConfig(
          WalConfig.defaults()
              .segmentBytes(32 << 10)
              .queueBytesMax(16 << 10)
              .recordBytesMax(6 << 10)
              .freeBytesMin(0),
          2 << 10);
  private static final int CHUNK_BYTES = 256;
  private static final long IDLE_NANOS = 20_000_000;

  private final World world;
  private final SplittableRandom random;
  private final SnapshotMark beginning;
  private final BooleanSupplier mayDamage;
  private SimDisk log = new SimDisk();
  private SimDisk snapshots = new SimDisk();
  private DiskHabits habits;
  private @Nullable RaftStore store;
  private @Nullable StoredReplica replica;
  private long stalledUntilNanos;
  private long opens;
  private boolean pumpDue;
  private boolean suspect;

  /**
   * A new one.
   *
   * @param node whose
   * @param beginning what its group begins with
   * @param mayDamage whether the group can stand that this node loses what it has acknowledged
   */
  public WalDisk(
      World world,
      long node,
      SnapshotMark beginning,
      DiskHabits habits,
      BooleanSupplier mayDamage) {
    this.world = world;
    this.beginning = beginning;
    this.habits = habits;
    this.mayDamage = mayDamage;
    random = world.stream("disk " + node);
  }

  @Override
  public Opened open() throws IOException {
    opens++;
    long mine = opens;
    log.plan(operation -> Fault.NONE);
    try {
      store = RaftStore.open(log, CONFIG, WalRuntime.inline(world::nowNanos, random.nextLong()));
      replica = StoredReplica.open(store, 0, beginning, SnapshotStore.open(snapshots, CHUNK_BYTES));
    } catch (StorageException | WalException e) {
      throw new IOException(e);
    }
    log.plan(this::plan);
    Restored restored = replica.restored();
    suspect = restored.inDoubt();
    idle(mine);
    StoredReplica opened = replica;
    return new Opened(
        restored, new Hurried(opened, () -> flushed(mine), () -> suspect = false), opened);
  }

  private Fault plan(Operation operation) {
    return operation.kind() == Operation.Kind.FORCE && random.nextDouble() < habits.failedForce()
        ? new Fault.Fail(0)
        : Fault.NONE;
  }

  private void flushed(long mine) {
    if (!pumpDue) {
      pumpDue = true;
      long mean =
          random.nextDouble() < habits.slowForce() ? habits.slowNanos() : habits.forceNanos();
      long takes = (long) (-Math.log(1 - random.nextDouble()) * mean) + 1_000;
      world.after(
          Math.max(takes, stalledUntilNanos - world.nowNanos()),
          () -> {
            pumpDue = false;
            pump(mine);
          });
    }
  }

  private void idle(long mine) {
    world.after(
        IDLE_NANOS,
        () -> {
          if (mine == opens && replica != null) {
            if (world.nowNanos() >= stalledUntilNanos) {
              pump(mine);
            }
            idle(mine);
          }
        });
  }

  private void pump(long mine) {
    RaftStore open = store;
    if (open != null && mine == opens) {
      open.pump();
    }
  }

  @Override
  public void crash() {
    RaftStore open = store;
    if (open == null) {
      return;
    }
    boolean damage = mayDamage.getAsBoolean();
    if (damage && random.nextBoolean()) {
      inTheMiddleOfAWrite(open);
      suspect = true;
    }
    store = null;
    replica = null;
    opens++;
    pumpDue = false;
    Choices choices = damage ? random::nextInt : Choices.oldest();
    log = log.afterPowerLoss(choices);
    snapshots = snapshots.afterPowerLoss(choices);
  }

  private void inTheMiddleOfAWrite(RaftStore open) {
    int at = log.changes() + random.nextInt(4);
    int kept = random.nextInt(2_000);
    log.plan(
        operation ->
            operation.index() >= at
                ? new Fault.PowerLoss(Math.min(kept, operation.bytes()))
                : Fault.NONE);
    try {
      open.pump();
    } catch (StorageException | WalException e) {
      world.note("torn", 0, 0, 0);
    }
  }

  @Override
  public boolean canRot() {
    return !suspect;
  }

  @Override
  public boolean inDoubt() {
    return suspect;
  }

  @Override
  public void rot() {
    try {
      List<String> names = log.list().stream().filter(name -> name.endsWith(".wal")).toList();
      if (names.isEmpty()) {
        return;
      }
      String name = names.get(random.nextInt(names.size()));
      int bytes = log.contents(name).length;
      if (bytes > 0) {
        suspect = true;
        log.flip(name, random.nextInt(bytes), random.nextInt(8));
        world.note("rot", bytes, 0, 0);
      }
    } catch (IOException e) {
      throw new IllegalStateException("files: not listed (expected: a disk that works)", e);
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
