package io.quorate.raft.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.wal.LostRange;
import io.quorate.core.wal.WalRecord;
import io.quorate.raft.core.HardState;
import io.quorate.raft.core.Restored;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.testkit.disk.Choices;
import io.quorate.testkit.disk.SimDisk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The disk gives back something else than it was given. */
class StoreRotTest {
  private static final int SEGMENT_HEADER = 4096;
  private static final int RECORD_HEADER = 48;

  /** Two groups with entries, closed in good order; group 1 has votes, a truncation, a snapshot. */
  private static StoreWorld written() {
    StoreWorld world = StoreWorld.opened(1, 2);
    world.hardState(1, 1, 2);
    world.hardState(2, 6, 1);
    for (int i = 0; i < 6; i++) {
      world.append(1, 2, 300);
      world.append(2, 1, 300);
    }
    world.hardState(1, 3, 1);
    world.truncate(1, 9);
    for (int i = 0; i < 4; i++) {
      world.append(1, 2, 300);
      world.append(2, 1, 300);
    }
    world.sync();
    world.close();
    world.disk = world.disk.afterPowerLoss(Choices.oldest());
    return world;
  }

  private static List<WalRecord> records(StoreWorld world) {
    StoreWorld look = world.fork(world.disk.copy(), SimDisk::copy);
    look.openStore();
    List<WalRecord> records = new ArrayList<>();
    look.store().wal().replay(0, records::add);
    records.removeIf(each -> each.start() >= look.store().recovery().nextPosition());
    return records;
  }

  private static WalRecord batch(StoreWorld world, int group, long firstIndex, long term) {
    return records(world).stream()
        .filter(each -> each.type() == StoreRecords.BATCH && each.stream() == group)
        .filter(each -> each.word1() == firstIndex && each.word0() == term)
        .findFirst()
        .orElseThrow();
  }

  private static void flipPayload(SimDisk disk, StoreWorld world, WalRecord victim) {
    disk.flip(world.segments().getFirst(), SEGMENT_HEADER + victim.start() + RECORD_HEADER, 3);
  }

  private static void flipHeader(SimDisk disk, StoreWorld world, WalRecord victim) {
    disk.flip(world.segments().getFirst(), SEGMENT_HEADER + victim.start() + 20, 3);
  }

  private static StoreWorld open(StoreWorld world, SimDisk disk) {
    StoreWorld after = world.fork(disk, SimDisk::copy);
    after.openStore();
    after.groups.values().forEach(after::openGroup);
    return after;
  }

  private static Restored restored(StoreWorld world, int group) {
    return world.group(group).store().restored();
  }

  /** The same disk once more; what was found stays, the doubt too. */
  private static StoreWorld again(StoreWorld world) {
    world.store().close();
    return open(world, world.disk.afterPowerLoss(Choices.oldest()));
  }

  @Test
  void a_batch_that_is_lost_and_known_by_name_ends_the_log_of_its_group_alone() {
    StoreWorld world = written();
    SimDisk disk = world.disk.copy();
    flipPayload(disk, world, batch(world, 1, 5, 1));
    StoreWorld after = open(world, disk);
    assertThat(restored(after, 1).log().lastIndex()).isEqualTo(4);
    assertThat(restored(after, 1).inDoubt()).isTrue();
    assertThat(restored(after, 1).hardState()).isEqualTo(new HardState(3, 1));
    assertThat(after.group(1).store().hardStateInDoubt()).isFalse();
    assertThat(restored(after, 2).inDoubt()).isFalse();
    assertThat(StoreWorld.logOf(after.group(2))).isEqualTo(world.group(2).log);
    assertThat(StoreWorld.logOf(after.group(1))).isEqualTo(world.group(1).log.subList(0, 2));
  }

  @Test
  void what_lay_behind_a_hole_never_comes_back_and_the_doubt_stays_until_it_is_over() {
    StoreWorld world = written();
    SimDisk disk = world.disk.copy();
    flipPayload(disk, world, batch(world, 1, 5, 1));
    StoreWorld after = again(open(world, disk));
    assertThat(restored(after, 1).log().lastIndex()).isEqualTo(4);
    assertThat(restored(after, 1).inDoubt()).isTrue();
    GroupStore store = after.group(1).store();
    store.append(1, StoreWorld.batch(3, 5, 1, 10));
    after = again(after);
    assertThat(restored(after, 1).log().lastIndex()).isEqualTo(5);
    assertThat(restored(after, 1).inDoubt()).isTrue();
    after.group(1).store().doubtOver(1);
    after = again(after);
    assertThat(restored(after, 1).log().lastIndex()).isEqualTo(5);
    assertThat(restored(after, 1).inDoubt()).isFalse();
    assertThat(restored(after, 1).boot()).isEqualTo(5);
  }

  @Test
  void doubt_that_is_over_stays_over_though_the_hole_is_still_on_the_disk() {
    StoreWorld world = written();
    SimDisk disk = world.disk.copy();
    flipPayload(disk, world, batch(world, 1, 5, 1));
    StoreWorld after = open(world, disk);
    after.group(1).store().doubtOver(1);
    after = again(after);
    assertThat(after.store().recovery().lost()).hasSize(1);
    assertThat(restored(after, 1).inDoubt()).isFalse();
    assertThat(restored(after, 1).log().lastIndex()).isEqualTo(4);
  }

  @Test
  void a_truncation_whose_payload_is_lost_still_takes_effect() {
    StoreWorld world = StoreWorld.opened(1);
    world.hardState(1, 1, 2);
    world.append(1, 2, 100);
    world.append(1, 2, 100);
    world.truncate(1, 3);
    world.hardState(1, 2, 0);
    world.sync();
    world.close();
    WalRecord truncation = records(world).get(records(world).size() - 2);
    assertThat(truncation.type()).isEqualTo(StoreRecords.TRUNCATE);
    SimDisk disk = world.disk.copy();
    flipPayload(disk, world, truncation);
    StoreWorld after = open(world, disk);
    assertThat(restored(after, 1).log().lastIndex()).isEqualTo(2);
    assertThat(restored(after, 1).inDoubt()).isFalse();
  }

  @Test
  void a_lost_batch_that_was_truncated_later_is_not_missed() {
    StoreWorld world = written();
    SimDisk disk = world.disk.copy();
    flipPayload(disk, world, batch(world, 1, 11, 1));
    StoreWorld after = open(world, disk);
    assertThat(restored(after, 1).inDoubt()).isFalse();
    assertThat(StoreWorld.logOf(after.group(1))).isEqualTo(world.group(1).log);
  }

  @Test
  void a_lost_record_that_nothing_is_known_of_freezes_the_logs_of_all_groups() {
    StoreWorld world = written();
    SimDisk disk = world.disk.copy();
    WalRecord victim = batch(world, 1, 11, 3);
    flipHeader(disk, world, victim);
    StoreWorld after = open(world, disk);
    for (int turn = 0; turn < 2; turn++) {
      for (int number = 1; number <= 2; number++) {
        assertThat(restored(after, number).inDoubt()).isTrue();
        List<EntryBatch> all = world.group(number).log;
        List<EntryBatch> left = StoreWorld.logOf(after.group(number));
        assertThat(left).isEqualTo(all.subList(0, left.size()));
        assertThat(after.group(number).store().hardStateInDoubt()).isFalse();
      }
      assertThat(restored(after, 1).log().lastIndex()).isEqualTo(10);
      assertThat(restored(after, 2).log().lastIndex()).isEqualTo(7);
      after = again(after);
    }
    after.group(1).store().append(1, StoreWorld.batch(3, 11, 4, 10));
    after = again(after);
    assertThat(restored(after, 1).log().lastIndex()).as("goes on").isEqualTo(14);
  }

  @Test
  void entries_behind_an_unknown_stretch_are_not_joined_to_those_before_it() {
    StoreWorld world = written();
    WalRecord truncation =
        records(world).stream()
            .filter(each -> each.type() == StoreRecords.TRUNCATE)
            .findFirst()
            .orElseThrow();
    SimDisk disk = world.disk.copy();
    flipHeader(disk, world, truncation);
    StoreWorld after = open(world, disk);
    assertThat(restored(after, 1).log().lastIndex()).isEqualTo(12);
    assertThat(restored(after, 1).log().lastTerm()).as("as it once was").isEqualTo(1);
    assertThat(restored(after, 1).inDoubt()).isTrue();
    SimDisk named = world.disk.copy();
    flipPayload(named, world, truncation);
    StoreWorld whole = open(world, named);
    assertThat(restored(whole, 1).inDoubt()).as("a truncation is known by its words").isFalse();
    assertThat(StoreWorld.logOf(whole.group(1))).isEqualTo(world.group(1).log);
  }

  @Test
  void a_flip_of_any_byte_of_the_log_or_a_slot_loses_no_hard_state_and_tells_no_lie()
      throws Exception {
    StoreWorld world = written();
    int doubts = 0;
    int flips = 0;
    for (String name : world.disk.list()) {
      byte[] contents = world.disk.contents(name);
      int used = name.endsWith(".wal") ? usedBytes(contents) : contents.length;
      for (int at = 0; at < used; at++) {
        if (at >= SEGMENT_HEADER && at % 5 != 0 && contents[at] == contents[at - 1]) {
          continue; // Inside a payload of equal bytes.
        }
        SimDisk disk = world.disk.copy();
        disk.flip(name, at, at % 8);
        StoreWorld after = open(world, disk);
        doubts += checkNoLie(world, after) ? 1 : 0;
        flips++;
      }
    }
    System.out.println(flips + " bytes flipped, " + doubts + " times in doubt");
    assertThat(doubts).isGreaterThan(500);
  }

  private static int usedBytes(byte[] contents) {
    int used = contents.length;
    while (used > 0 && contents[used - 1] == 0) {
      used--;
    }
    return Math.min(contents.length, used + 64);
  }

  /** Whether any group is in doubt. */
  private static boolean checkNoLie(StoreWorld world, StoreWorld after) {
    boolean doubt = false;
    for (StoreWorld.Group group : after.groups.values()) {
      Restored found = group.store().restored();
      StoreWorld.Group truth = world.group(group.number);
      assertThat(found.hardState()).isEqualTo(truth.hardState);
      assertThat(group.store().hardStateInDoubt()).isFalse();
      assertThat(found.boot()).isEqualTo(2);
      List<EntryBatch> log = StoreWorld.logOf(group);
      if (!found.inDoubt()) {
        assertThat(log).isEqualTo(truth.log);
      } else {
        doubt = true;
        boolean isPast = truth.past.stream().anyMatch(past -> past.log().equals(log));
        boolean isPrefix = log.equals(truth.log.subList(0, Math.min(log.size(), truth.log.size())));
        assertThat(isPast || isPrefix).as("a log it had: %s", log).isTrue();
      }
    }
    return doubt;
  }

  @Test
  void a_slot_and_the_log_damaged_at_once_leave_the_vote_in_doubt_for_good() throws Exception {
    StoreWorld world = written();
    WalRecord state = records(world).getLast();
    for (String slot : List.of("hard-state-00001-a", "hard-state-00001-b")) {
      SimDisk disk = world.disk.copy();
      flipHeader(disk, world, state);
      disk.flip(slot, 20, 1);
      StoreWorld after = open(world, disk);
      assertThat(after.group(1).store().hardStateInDoubt()).isTrue();
      assertThat(restored(after, 1).boot()).isGreaterThan(StateVerdict.BOOT_GAP);
      assertThat(after.group(2).store().hardStateInDoubt()).isFalse();
      after.group(1).store().doubtOver(1);
      after = again(after);
      assertThat(after.group(1).store().hardStateInDoubt()).isTrue();
      assertThat(restored(after, 1).inDoubt()).isFalse();
    }
  }

  @Test
  void a_vote_in_the_log_is_known_by_its_words_when_payload_and_slot_are_damaged() {
    StoreWorld world = StoreWorld.opened(1);
    world.hardState(1, 1, 2);
    world.append(1, 1, 10);
    world.sync();
    world.hardState(1, 9, 3);
    world.sync();
    world.close();
    WalRecord state = records(world).getLast();
    assertThat(state.type()).isEqualTo(StoreRecords.STATE);
    for (String slot : List.of("hard-state-00001-a", "hard-state-00001-b")) {
      SimDisk disk = world.disk.copy();
      flipPayload(disk, world, state);
      disk.flip(slot, 20, 1);
      StoreWorld after = open(world, disk);
      assertThat(restored(after, 1).hardState()).isEqualTo(new HardState(9, 3));
      assertThat(after.group(1).store().hardStateInDoubt()).isFalse();
      assertThat(restored(after, 1).inDoubt()).as("the flags are lost").isTrue();
    }
  }

  @Test
  void a_log_that_is_gone_or_has_lost_its_end_is_noticed_by_the_slots() throws Exception {
    StoreWorld world = written();
    SimDisk empty = world.disk.copy();
    for (String name : world.segments()) {
      empty.delete(name);
    }
    empty.syncDirectory();
    StoreWorld after = open(world, empty);
    for (int number = 1; number <= 2; number++) {
      assertThat(restored(after, number).inDoubt()).isTrue();
      assertThat(restored(after, number).hardState()).isEqualTo(world.group(number).hardState);
      assertThat(restored(after, number).boot()).isEqualTo(2);
    }
    assertThat(restored(again(after), 1).inDoubt()).isTrue();
  }

  @Test
  void a_damaged_slot_is_written_anew_at_the_next_start() {
    StoreWorld world = written();
    world.disk.flip("hard-state-00001-a", 9, 1);
    StoreWorld after = again(open(world, world.disk));
    HardStateSlots slots = new HardStateSlots(after.disk, 1);
    assertThat(catchNothing(slots)).isTrue();
  }

  private static boolean catchNothing(HardStateSlots slots) {
    try {
      slots.read();
      return slots.isComplete();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void rot_of_what_was_compacted_is_not_missed() {
    StoreWorld world = StoreWorld.opened(1);
    world.hardState(1, 1, 1);
    for (int i = 0; i < 6; i++) {
      world.append(1, 2, 200);
    }
    world.sync();
    world.takeSnapshot(1, 8, 100);
    world.compact(1, 8);
    world.sync();
    world.close();
    for (boolean header : new boolean[] {true, false}) {
      SimDisk disk = world.disk.copy();
      WalRecord victim = batch(world, 1, 3, 1);
      disk.flip(
          world.segments().getFirst(), SEGMENT_HEADER + victim.start() + (header ? 20 : 50), 3);
      StoreWorld after = open(world, disk);
      assertThat(after.store().recovery().lost())
          .extracting(LostRange::cause)
          .containsExactly(LostRange.Cause.ROTTEN);
      assertThat(restored(after, 1).inDoubt()).isFalse();
      assertThat(restored(after, 1).log().lastIndex()).isEqualTo(12);
    }
  }

  @Test
  void a_lost_batch_that_a_snapshot_contains_is_not_missed() {
    StoreWorld world = StoreWorld.opened(1);
    world.hardState(1, 1, 1);
    for (int i = 0; i < 6; i++) {
      world.append(1, 2, 200);
    }
    world.sync();
    SnapshotMark mark = world.takeSnapshot(1, 8, 100);
    world.close();
    SimDisk disk = world.disk.copy();
    flipPayload(disk, world, batch(world, 1, 7, 1));
    StoreWorld after = open(world, disk);
    assertThat(restored(after, 1).inDoubt()).isFalse();
    assertThat(restored(after, 1).snapshot()).isEqualTo(mark);
    assertThat(restored(after, 1).log().baseIndex()).isEqualTo(8);
    assertThat(restored(after, 1).log().lastIndex()).isEqualTo(12);
    assertThat(restored(again(after), 1).log().lastIndex()).isEqualTo(12);
  }

  @Test
  void without_its_snapshot_a_compacted_group_starts_empty_and_in_doubt() {
    StoreWorld world = StoreWorld.opened(1);
    world.hardState(1, 1, 1);
    for (int i = 0; i < 6; i++) {
      world.append(1, 2, 200);
    }
    world.sync();
    SnapshotMark older = world.takeSnapshot(1, 6, 100);
    SnapshotMark mark = world.takeSnapshot(1, 8, 100);
    world.compact(1, 8);
    world.sync();
    world.close();
    StoreWorld after = world.fork(world.disk.copy(), SimDisk::copy);
    after.group(1).snapshotDisk.flip(SnapshotFile.name(mark), 150, 0);
    after = open(after, after.disk);
    assertThat(restored(after, 1).snapshot()).as("the one before").isEqualTo(older);
    assertThat(restored(after, 1).log().lastIndex()).isEqualTo(6);
    assertThat(restored(after, 1).inDoubt()).isTrue();
    StoreWorld none = world.fork(world.disk.copy(), disk -> new SimDisk());
    none.openStore();
    none.openGroup(none.group(1));
    assertThat(restored(none, 1).snapshot().index()).isZero();
    assertThat(restored(none, 1).log().lastIndex()).isZero();
    assertThat(restored(none, 1).inDoubt()).isTrue();
    assertThat(restored(again(none), 1).log().lastIndex()).isZero();
  }
}
