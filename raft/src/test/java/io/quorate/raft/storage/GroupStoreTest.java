package io.quorate.raft.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quorate.raft.core.HardState;
import io.quorate.raft.core.Restored;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.storage.EntriesGoneException.Reason;
import io.quorate.testkit.disk.Choices;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupStoreTest {

  @Test
  void a_new_group_begins_with_what_it_is_given() {
    StoreWorld world = StoreWorld.opened(7);
    Restored restored = world.group(7).store().restored();
    assertThat(restored.hardState()).isEqualTo(HardState.NONE);
    assertThat(restored.snapshot()).isEqualTo(StoreWorld.BEGINNING);
    assertThat(restored.log().lastIndex()).isZero();
    assertThat(restored.log().membership()).isEqualTo(StoreWorld.MEMBERS);
    assertThat(restored.boot()).isEqualTo(1);
    assertThat(restored.inDoubt()).isFalse();
  }

  @Test
  void what_was_written_is_there_after_a_restart() {
    StoreWorld world = StoreWorld.opened(1, 2);
    world.hardState(1, 3, 2);
    world.hardState(2, 1, 1);
    world.append(1, new EntryBatch(3, 1, new Payload.NewTerm()));
    world.append(1, 10, 500);
    world.append(2, 1, 0);
    Membership next = Membership.of(1, 2, 3, 4);
    world.append(1, new EntryBatch(3, 12, new Payload.Configuration(next)));
    world.restart();
    assertThat(world.group(1).lastIndex()).isEqualTo(12);
    assertThat(world.group(1).store().restored().log().membership()).isEqualTo(next);
    assertThat(world.group(1).hardState).isEqualTo(new HardState(3, 2));
    assertThat(world.group(2).hardState).isEqualTo(new HardState(1, 1));
    assertThat(world.group(2).lastIndex()).isEqualTo(1);
    world.restart();
    assertThat(world.group(1).boot).isEqualTo(3);
    assertThat(world.store().groups()).containsExactly(1, 2);
  }

  @Test
  void nothing_counts_before_the_log_and_the_slot_are_forced() {
    StoreWorld world = StoreWorld.opened(1);
    StoreWorld.Group group = world.group(1);
    world.hardState(1, 1, 1);
    world.append(1, 1, 10);
    assertThat(group.store().persistedUpTo()).isZero();
    group.store().flush();
    assertThat(group.store().persistedUpTo()).isZero();
    world.store().wal().pump(); // The log alone.
    assertThat(group.store().persistedUpTo()).isZero();
    world.store().pump();
    assertThat(group.store().persistedUpTo()).isEqualTo(2);
    assertThat(group.told).isEqualTo(2);
  }

  @Test
  void one_force_serves_all_groups_of_a_turn() {
    StoreWorld world = StoreWorld.opened(1, 2, 3);
    for (int number = 1; number <= 3; number++) {
      world.hardState(number, 1, 1);
    }
    world.sync();
    long forces = world.store().forces();
    for (int number = 1; number <= 3; number++) {
      for (int i = 0; i < 5; i++) {
        world.append(number, 2, 50);
      }
    }
    world.sync();
    assertThat(world.store().forces()).isEqualTo(forces + 1);
  }

  @Test
  void a_truncated_suffix_never_comes_back() {
    StoreWorld world = StoreWorld.opened(1);
    world.hardState(1, 1, 1);
    world.append(1, 2, 100);
    world.append(1, 3, 100);
    world.append(1, 1, 100);
    world.sync();
    world.truncate(1, 3);
    world.restart();
    assertThat(world.group(1).lastIndex()).isEqualTo(2);
    world.hardState(1, 2, 0);
    world.append(1, 1, 100);
    world.restart();
    world.restart();
    assertThat(world.group(1).log).extracting(EntryBatch::term).containsExactly(1L, 2L);
  }

  @Test
  void old_batches_are_read_from_the_disk_and_recent_ones_from_memory() {
    StoreWorld world = StoreWorld.opened(1, 2);
    world.hardState(1, 1, 1);
    world.hardState(2, 1, 1);
    for (int i = 0; i < 60; i++) {
      world.append(1, 1 + i % 3, 300);
      world.append(2, 1, 700);
      world.sync();
    }
    GroupStore store = world.group(1).store();
    assertThat(store.read(1, store.lastIndex())).isEqualTo(world.group(1).log);
    assertThat(store.range(1, store.lastIndex()).isCached()).isFalse();
    EntryBatch last = world.group(1).log.getLast();
    assertThat(store.range(last.firstIndex(), last.lastIndex()).isCached()).isTrue();
    assertThat(world.segments().size()).isGreaterThan(3);
    for (EntryBatch each : world.group(1).log) {
      assertThat(store.read(each.firstIndex(), each.lastIndex())).containsExactly(each);
    }
    assertThat(store.read(5, 4)).isEmpty();
  }

  @Test
  void what_is_not_durable_is_read_from_memory_whatever_the_cache_may_hold() {
    StoreWorld world = StoreWorld.opened(1);
    world.hardState(1, 1, 1);
    for (int i = 0; i < 3; i++) {
      world.append(1, 1, 2000);
    }
    assertThat(world.group(1).store().read(1, 3)).isEqualTo(world.group(1).log);
  }

  @Test
  void entries_that_are_gone_are_said_to_be_gone_and_why() {
    StoreWorld world = StoreWorld.opened(1);
    world.hardState(1, 1, 1);
    for (int i = 0; i < 40; i++) {
      world.append(1, 2, 1000);
      world.sync();
    }
    GroupStore store = world.group(1).store();
    EntryRange early = store.range(1, 20);
    world.takeSnapshot(1, 60, 200);
    world.compact(1, 60);
    world.sync();
    assertThat(reason(() -> store.read(59, 62))).isEqualTo(Reason.COMPACTED);
    assertThat(reason(early::read)).isEqualTo(Reason.COMPACTED);
    assertThat(reason(() -> store.read(62, 64))).isEqualTo(Reason.NOT_IN_LOG);
    assertThat(reason(() -> store.read(61, 82))).isEqualTo(Reason.NOT_IN_LOG);
    EntryRange late = store.range(61, 80);
    world.truncate(1, 71);
    assertThat(reason(() -> store.read(71, 72))).isEqualTo(Reason.NOT_IN_LOG);
    assertThat(late.read()).as("as it was").hasSize(10);
  }

  private static Reason reason(org.assertj.core.api.ThrowableAssert.ThrowingCallable reading) {
    return catchThrowableOfType(EntriesGoneException.class, reading).reason();
  }

  @Test
  void compaction_gives_segments_back_and_carries_every_group_forward() {
    StoreWorld world = StoreWorld.opened(1, 2, 3);
    world.hardState(2, 5, 3);
    world.hardState(3, 9, 1);
    world.hardState(1, 1, 1);
    for (int i = 0; i < 60; i++) {
      world.append(1, 2, 1000);
      world.sync();
    }
    int before = world.segments().size();
    world.takeSnapshot(1, 116, 500);
    world.compact(1, 116);
    world.sync();
    world.sync();
    assertThat(world.segments().size()).isLessThan(before - 2);
    world.restart();
    assertThat(world.group(1).store().baseIndex()).isEqualTo(116);
    assertThat(world.group(1).log).hasSize(2);
    assertThat(world.group(2).hardState).isEqualTo(new HardState(5, 3));
    assertThat(world.group(3).hardState).isEqualTo(new HardState(9, 1));
    assertThat(world.store().recovery().firstPosition()).isPositive();
    world.append(1, 1, 10);
    world.restart();
  }

  @Test
  void a_snapshot_takes_the_place_of_the_log() {
    StoreWorld world = StoreWorld.opened(1);
    world.hardState(1, 4, 0);
    world.append(1, 5, 100);
    SnapshotMark mark = new SnapshotMark(90, 3, Membership.of(1, 2));
    world.install(1, mark);
    world.append(1, 2, 100);
    world.restart();
    assertThat(world.group(1).snapshot).isEqualTo(mark);
    assertThat(world.group(1).store().baseIndex()).isEqualTo(90);
    assertThat(world.group(1).lastIndex()).isEqualTo(92);
  }

  @Test
  void a_snapshot_that_is_not_stored_is_not_installed() {
    StoreWorld world = StoreWorld.opened(1);
    SnapshotMark mark = new SnapshotMark(90, 3, StoreWorld.MEMBERS);
    assertThatThrownBy(() -> world.group(1).store().installSnapshot(1, mark))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> world.group(1).store().compact(1))
        .hasMessageContaining("expected: <= 0");
  }

  @Test
  void a_snapshot_received_but_not_installed_counts_at_the_next_start() {
    StoreWorld world = StoreWorld.opened(1);
    world.hardState(1, 2, 0);
    world.append(1, 5, 100);
    world.sync();
    world.close();
    SnapshotMark mark = new SnapshotMark(50, 3, StoreWorld.MEMBERS);
    StoreWorld.writeSnapshot(world.group(1).snapshots(), mark, 10);
    world.disk = world.disk.afterPowerLoss(Choices.oldest());
    world.openStore();
    world.openGroup(world.group(1));
    Restored restored = world.group(1).store().restored();
    assertThat(restored.snapshot()).isEqualTo(mark);
    assertThat(restored.log().lastIndex()).isEqualTo(50);
    assertThat(restored.hardState()).isEqualTo(new HardState(3, 0));
    assertThat(restored.inDoubt()).isFalse();
  }

  @Test
  void the_end_of_doubt_is_remembered() {
    StoreWorld world = StoreWorld.opened(1);
    world.hardState(1, 2, 3);
    world.group(1).store().doubtOver(++world.group(1).write);
    world.group(1).remember();
    world.restart();
    assertThat(world.group(1).hardState).isEqualTo(new HardState(2, 3));
  }

  @Test
  void callers_mistakes_are_refused_before_anything_is_written() {
    StoreWorld world = StoreWorld.opened(1);
    GroupStore store = world.group(1).store();
    world.hardState(1, 1, 1);
    world.append(1, 2, 10);
    long next = world.store().wal().nextPosition();
    assertThatThrownBy(() -> store.hardState(2, HardState.NONE)).hasMessageContaining("write: 2");
    assertThatThrownBy(() -> store.append(3, StoreWorld.batch(1, 2, 1, 1)))
        .hasMessageContaining("expected: 3");
    assertThatThrownBy(() -> store.truncate(3, 2)).hasMessageContaining("firstIndex: 2");
    assertThatThrownBy(() -> store.truncate(3, 3)).hasMessageContaining("firstIndex: 3");
    assertThatThrownBy(() -> world.openGroup(world.group(1)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(world.store().wal().nextPosition()).isEqualTo(next);
    assertThat(List.of(store.baseIndex(), store.lastIndex())).containsExactly(0L, 2L);
  }
}
