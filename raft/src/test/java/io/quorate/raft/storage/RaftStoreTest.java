package io.quorate.raft.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quorate.core.wal.WalRuntime;
import io.quorate.core.wal.WriteAheadLog;
import io.quorate.raft.core.HardState;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.storage.EntriesGoneException.Reason;
import io.quorate.testkit.disk.Choices;
import io.quorate.testkit.disk.Fault;
import io.quorate.testkit.disk.Operation;
import io.quorate.testkit.disk.SimDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaftStoreTest {

  /** Fills a disk; returns the world at the first refusal, which changed nothing. */
  private static StoreWorld full() {
    StoreWorld world = new StoreWorld(StoreWorld.SMALL, 1);
    world.disk.capacityBytes(60 << 10);
    world.open();
    world.hardState(1, 1, 1);
    for (int i = 0; world.store().hasRoom(); i++) {
      assertThat(i).as("never full").isLessThan(100);
      world.append(1, 1, 1000);
      world.sync();
    }
    return world;
  }

  @Test
  void a_full_disk_refuses_entries_takes_votes_and_has_room_again_after_compaction() {
    StoreWorld world = full();
    StoreWorld.Group group = world.group(1);
    EntryBatch more = StoreWorld.batch(1, group.lastIndex() + 1, 1, 1000);
    long next = world.store().wal().nextPosition();
    StoreFullException refusal =
        catchThrowableOfType(
            StoreFullException.class, () -> group.store().append(group.write + 1, more));
    assertThat(refusal).isNotNull();
    assertThat(world.store().wal().nextPosition()).isEqualTo(next);
    assertThat(group.store().lastIndex()).isEqualTo(group.lastIndex());
    world.hardState(1, 2, 3);
    world.append(1, new EntryBatch(2, group.lastIndex() + 1, new Payload.NewTerm()));
    world.sync();
    world.takeSnapshot(1, group.lastIndex(), 10);
    world.compact(1, group.lastIndex());
    world.sync();
    assertThat(world.store().hasRoom()).isTrue();
    world.append(1, 1, 1000);
    world.restart();
    assertThat(group.hardState).isEqualTo(new HardState(2, 3));
  }

  @Test
  void a_failed_force_stops_all_groups_and_what_was_durable_stays() {
    StoreWorld world = StoreWorld.opened(1, 2);
    world.hardState(1, 1, 1);
    world.append(1, 1, 10);
    world.sync();
    world.append(1, 1, 10);
    world.disk.plan(op -> op.kind() == Operation.Kind.FORCE ? new Fault.Fail(0) : Fault.NONE);
    assertThat(StoreWorld.survives(world::sync)).isFalse();
    GroupStore first = world.group(1).store();
    assertThat(first.persistedUpTo()).isEqualTo(2);
    assertThat(first.failure()).isPresent();
    for (int number = 1; number <= 2; number++) {
      assertThat(world.group(number).told).isPositive();
      GroupStore store = world.group(number).store();
      assertThat(
              catchThrowableOfType(
                  StorageFailedException.class, () -> store.hardState(9, new HardState(7, 1))))
          .isNotNull();
    }
    world.disk = world.disk.afterPowerLoss(Choices.oldest());
    world.reopen();
    assertThat(world.group(1).lastIndex()).isEqualTo(1);
  }

  @Test
  void a_slot_that_cannot_be_written_stops_the_store() {
    StoreWorld world = StoreWorld.opened(1);
    world.disk.plan(
        op ->
            op.kind() == Operation.Kind.WRITE && op.file().startsWith("hard-state")
                ? new Fault.Fail(10)
                : Fault.NONE);
    world.hardState(1, 1, 1);
    assertThat(StoreWorld.survives(world::sync)).isFalse();
    assertThat(world.group(1).store().persistedUpTo()).isZero();
  }

  @Test
  void a_store_of_a_newer_release_is_refused_and_not_changed() {
    SimDisk disk = new SimDisk();
    try (WriteAheadLog log =
        WriteAheadLog.open(disk, StoreWorld.SMALL.wal(), WalRuntime.inline(() -> 0, 1))) {
      log.append(StoreRecords.STORE, 0, StoreRecords.MAGIC, 2, new byte[] {2}, true);
    }
    int changes = disk.changes();
    StoreWorld world = new StoreWorld(StoreWorld.SMALL, 1);
    world.disk = disk;
    StoreFormatException refusal =
        catchThrowableOfType(StoreFormatException.class, world::openStore);
    assertThat(refusal).hasMessageContaining("version: 2");
    assertThat(disk.changes()).isEqualTo(changes);
  }

  @Test
  void an_unknown_record_is_refused() {
    SimDisk disk = new SimDisk();
    try (WriteAheadLog log =
        WriteAheadLog.open(disk, StoreWorld.SMALL.wal(), WalRuntime.inline(() -> 0, 1))) {
      log.append(77, 1, 0, 0, new byte[] {1}, true);
    }
    StoreWorld world = new StoreWorld(StoreWorld.SMALL, 1);
    world.disk = disk;
    assertThat(catchThrowableOfType(StoreFormatException.class, world::openStore))
        .hasMessageContaining("type: 77");
  }

  @Test
  void a_group_that_is_not_opened_holds_the_log_back() {
    StoreWorld world = StoreWorld.opened(1, 2);
    world.hardState(1, 1, 1);
    world.hardState(2, 4, 2);
    world.sync();
    world.close();
    world.openStore();
    world.openGroup(world.group(1));
    world.group(1).write = 0;
    for (int i = 0; i < 40; i++) {
      world.append(1, 1, 1000);
      world.group(1).store().flush();
      world.store().pump();
    }
    world.takeSnapshot(1, 40, 10);
    world.compact(1, 40);
    world.store().pump();
    assertThat(world.store().wal().firstPosition()).isZero();
    world.openGroup(world.group(2));
    assertThat(world.group(2).store().restored().hardState()).isEqualTo(new HardState(4, 2));
    world.compact(1, 40);
    world.store().pump();
    assertThat(world.store().wal().firstPosition()).isPositive();
  }

  @Test
  void rot_that_comes_later_is_told_to_who_reads() {
    StoreWorld world = StoreWorld.opened(1);
    world.hardState(1, 1, 1);
    for (int i = 0; i < 6; i++) {
      world.append(1, 1, 1000);
      world.sync();
    }
    long start = world.store().wal().replay(0, each -> each.word1() != 2);
    world.disk.flip(world.segments().getFirst(), 4096 + start - 100, 1);
    EntriesGoneException gone =
        catchThrowableOfType(EntriesGoneException.class, () -> world.group(1).store().read(1, 6));
    assertThat(gone.reason()).isEqualTo(Reason.DAMAGED);
    assertThat(world.group(1).store().read(4, 6)).hasSize(3);
  }

  @Test
  void a_disk_that_lies_about_a_force_is_found_out_by_the_slot() {
    StoreWorld world = StoreWorld.opened(1);
    world.hardState(1, 1, 1);
    world.sync();
    int[] forces = {0};
    world.disk.plan(
        op ->
            op.kind() == Operation.Kind.FORCE && op.file().endsWith(".wal") && forces[0]++ >= 0
                ? new Fault.Lie()
                : Fault.NONE);
    world.append(1, 1, 10);
    world.sync();
    world.hardState(1, 2, 1);
    world.sync();
    world.disk = world.disk.afterPowerLoss(Choices.oldest());
    world.openStore();
    world.openGroup(world.group(1));
    assertThat(world.group(1).store().restored().inDoubt()).isTrue();
    assertThat(world.group(1).store().restored().hardState()).isEqualTo(new HardState(2, 1));
    assertThat(forces[0]).isPositive();
  }

  @Test
  void a_store_with_threads_on_files_tells_when_all_is_durable(@TempDir Path directory)
      throws InterruptedException {
    List<EntryBatch> written = new ArrayList<>();
    for (int start = 1; start <= 2; start++) {
      Semaphore told = new Semaphore(0);
      SnapshotStore snapshots = SnapshotStore.open(directory.resolve("snapshots"));
      try (RaftStore store =
          RaftStore.open(directory.resolve("log"), RaftStoreConfig.defaults().cacheBytesMax(0))) {
        GroupStore group = store.open(3, StoreWorld.BEGINNING, snapshots, told::release);
        assertThat(group.restored().boot()).isEqualTo(start);
        assertThat(group.lastIndex()).isEqualTo(written.size());
        long write = 0;
        group.hardState(++write, new HardState(start, 1));
        for (int i = 0; i < 100; i++) {
          EntryBatch batch = StoreWorld.batch(start, group.lastIndex() + 1, 1, 100);
          group.append(++write, batch);
          written.add(batch);
          group.flush();
        }
        while (group.persistedUpTo() < write) {
          assertThat(told.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(group.read(1, group.lastIndex())).isEqualTo(written);
      }
    }
  }
}
