package io.quorate.raft.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.testkit.disk.Choices;
import io.quorate.testkit.disk.Fault;
import io.quorate.testkit.disk.FaultPlan;
import io.quorate.testkit.disk.SimDisk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * One life of two groups on one disk: terms, votes, entries, truncation, snapshots of their own and
 * of others, compaction, restarts. At every operation of either disk something goes wrong; what
 * comes after must be a state the groups were in, with all that was told to be durable.
 */
class StoreCrashTest {

  private static List<Runnable> life(StoreWorld world) {
    List<Runnable> steps = new ArrayList<>();
    steps.add(world::open);
    steps.add(() -> world.hardState(1, 1, 2));
    steps.add(() -> world.hardState(2, 1, 1));
    steps.add(world::sync);
    steps.add(() -> world.append(2, new EntryBatch(1, 1, new Payload.NewTerm())));
    for (int i = 0; i < 12; i++) {
      int count = 1 + i % 3;
      steps.add(() -> world.append(1, count, 900));
      steps.add(() -> world.append(2, 1, 40));
      if (i % 2 == 0) {
        steps.add(world::sync);
      }
    }
    steps.add(() -> world.hardState(1, 2, 0));
    steps.add(() -> world.hardState(1, 2, 3));
    steps.add(() -> world.truncate(1, world.group(1).log.get(9).firstIndex()));
    steps.add(() -> world.append(1, 2, 1000));
    steps.add(world::sync);
    steps.add(() -> world.takeSnapshot(1, world.group(1).log.get(8).lastIndex(), 300));
    steps.add(() -> world.compact(1, world.group(1).log.get(7).lastIndex()));
    steps.add(world::sync);
    steps.add(() -> world.hardState(2, 4, 0));
    steps.add(() -> world.install(2, new SnapshotMark(70, 3, Membership.of(1, 2))));
    steps.add(() -> world.append(2, 3, 60));
    steps.add(world::sync);
    steps.add(world::close);
    steps.add(world::reopen);
    steps.add(() -> world.append(1, 1, 2000));
    steps.add(() -> world.append(2, 2, 2000));
    steps.add(world::sync);
    steps.add(() -> world.takeSnapshot(1, world.group(1).lastIndex(), 100));
    steps.add(() -> world.compact(1, world.group(1).lastIndex()));
    steps.add(() -> world.hardState(1, 5, 1));
    steps.add(world::sync);
    steps.add(world::close);
    return steps;
  }

  private static boolean live(StoreWorld world) {
    return life(world).stream().allMatch(StoreWorld::survives);
  }

  private static StoreWorld unborn() {
    return new StoreWorld(StoreWorld.SMALL, 1, 2);
  }

  private static List<Choices> choices(int crash) {
    List<Choices> all = new ArrayList<>(List.of(Choices.oldest(), Choices.newest()));
    for (long seed = 0; seed < 4; seed++) {
      all.add(Choices.seeded(crash * 1000L + seed));
    }
    return all;
  }

  private static void checkWhatIsLeft(StoreWorld world, int crash) {
    for (Choices choices : choices(crash)) {
      StoreWorld after =
          world.fork(
              world.disk.copy().afterPowerLoss(choices),
              disk -> disk.copy().afterPowerLoss(choices));
      after.reopen();
      checkGoesOn(after);
    }
    StoreWorld killed =
        world.fork(world.disk.copy().afterProcessDeath(), disk -> disk.copy().afterProcessDeath());
    killed.reopen();
    // What was found after a kill was made durable: it stays when the power goes, too.
    StoreWorld again =
        killed.fork(
            killed.disk.copy().afterPowerLoss(Choices.oldest()),
            disk -> disk.copy().afterPowerLoss(Choices.oldest()));
    again.reopen();
    checkGoesOn(killed);
  }

  private static void checkGoesOn(StoreWorld world) {
    for (int number = 1; number <= 2; number++) {
      world.hardState(number, world.group(number).hardState.term() + 1, 1);
      world.append(number, 2, 100);
    }
    world.restart();
    world.close();
  }

  @Test
  void the_power_goes_at_every_operation_of_the_log_and_the_slots() {
    StoreWorld whole = unborn();
    assertThat(live(whole)).isTrue();
    int changes = whole.disk.changes();
    assertThat(changes).isBetween(80, 2000);
    System.out.println("power goes at each of " + changes + " operations");
    for (int crash = 0; crash < changes; crash++) {
      StoreWorld world = unborn();
      world.disk.plan(FaultPlan.at(crash, new Fault.PowerLoss(crash * 37 % 1500)));
      assertThat(live(world)).as("crash at %d", crash).isFalse();
      checkWhatIsLeft(world, crash);
    }
  }

  @Test
  void the_power_goes_at_every_operation_of_the_snapshots() {
    StoreWorld whole = unborn();
    assertThat(live(whole)).isTrue();
    for (int number = 1; number <= 2; number++) {
      int changes = whole.group(number).snapshotDisk.changes();
      assertThat(changes).isGreaterThan(7);
      System.out.println("power goes at each of " + changes + " operations of " + number);
      for (int crash = 0; crash < changes; crash++) {
        StoreWorld world = unborn();
        SimDisk disk = world.group(number).snapshotDisk;
        disk.plan(FaultPlan.at(crash, new Fault.PowerLoss(crash * 31 % 100)));
        assertThat(live(world)).as("crash at %d", crash).isFalse();
        checkWhatIsLeft(world, crash);
      }
    }
  }

  @Test
  void an_error_at_every_operation_loses_nothing_that_was_told_to_be_durable() {
    StoreWorld whole = unborn();
    assertThat(live(whole)).isTrue();
    for (int error = 0; error < whole.disk.changes(); error++) {
      StoreWorld world = unborn();
      world.disk.plan(FaultPlan.at(error, new Fault.Fail(error * 53 % 1500)));
      live(world); // An error in preparing a segment ahead is survived.
      checkWhatIsLeft(world, error);
    }
  }

  @Test
  void a_full_disk_at_every_size_loses_nothing_that_was_told_to_be_durable() {
    int full = 0;
    for (int capacity = 0; capacity < 100 << 10; capacity += 1021) {
      StoreWorld world = unborn();
      world.disk.capacityBytes(capacity);
      full += live(world) ? 0 : 1;
      world.disk.capacityBytes(Long.MAX_VALUE);
      checkWhatIsLeft(world, capacity);
    }
    assertThat(full).isGreaterThan(20);
  }
}
