package io.quorate.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.testkit.disk.Choices;
import io.quorate.testkit.disk.Fault;
import io.quorate.testkit.disk.FaultPlan;
import io.quorate.testkit.disk.Operation;
import io.quorate.testkit.disk.SimDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * One life of a log: created, filled over several segments, sealed, truncated, closed, opened
 * again. At every single operation on the disk something goes wrong; the log that comes after must
 * hold what was acknowledged, and work.
 */
class CrashPointTest {

  /** The life, step by step; true if it came to its end. */
  private static boolean live(WalWorld world) {
    List<Runnable> steps = new ArrayList<>();
    steps.add(world::open);
    steps.add(() -> world.appendDurably(150));
    for (int i = 0; i < 4; i++) {
      steps.add(
          () -> {
            world.append(1000, false);
            world.await(world.appendAll(true, 700, 10, 900));
          });
      steps.add(() -> world.append(2500, false));
    }
    steps.add(world::idle);
    steps.add(() -> world.appendDurably(2000));
    steps.add(() -> world.truncateBefore(world.appended.get(world.appended.size() - 2).start()));
    steps.add(() -> world.appendDurably(300));
    steps.add(() -> world.append(310, false));
    steps.add(world::close);
    steps.add(world::reopenAndCheck);
    steps.add(() -> world.appendDurably(300));
    steps.add(world::close);
    return steps.stream().allMatch(WalWorld::survives);
  }

  private static WalWorld unborn() {
    return new WalWorld(new SimDisk(), WalWorld.SMALL);
  }

  private static int changesOfALife() {
    WalWorld world = unborn();
    assertThat(live(world)).isTrue();
    Set<Operation.Kind> kinds =
        world.disk.operations().stream().map(Operation::kind).collect(Collectors.toSet());
    assertThat(kinds).containsExactlyInAnyOrder(Operation.Kind.values());
    return world.disk.changes();
  }

  @Test
  void the_power_goes_at_every_operation() {
    int changes = changesOfALife();
    assertThat(changes).isBetween(60, 2000);
    System.out.println("power and errors at each of " + changes + " operations");
    for (int crash = 0; crash < changes; crash++) {
      WalWorld world = unborn();
      world.disk.plan(FaultPlan.at(crash, new Fault.PowerLoss(crash * 37 % 1500)));
      assertThat(live(world)).as("crash at %d", crash).isFalse();
      List<Choices> all = new ArrayList<>(List.of(Choices.oldest(), Choices.newest()));
      for (long seed = 0; seed < 10; seed++) {
        all.add(Choices.seeded(crash * 1000L + seed));
      }
      for (Choices choices : all) {
        WalWorld after = world.fork(world.disk.copy().afterPowerLoss(choices));
        after.reopenAndCheck();
        after.checkGoesOn();
      }
      WalWorld killed = world.fork(world.disk.copy().afterProcessDeath());
      killed.reopenAndCheck();
      WalWorld idle = killed.fork(killed.disk.copy().afterPowerLoss(Choices.oldest()));
      idle.reopenAndCheck(); // What was delivered after a kill stays.
      killed.appendDurably(60);
      killed.disk = killed.disk.afterPowerLoss(Choices.oldest());
      killed.reopenAndCheck(); // So does what was acknowledged after it, names and all.
      killed.checkGoesOn();
    }
  }

  @Test
  void an_error_at_every_operation_loses_nothing_acknowledged() {
    int changes = changesOfALife();
    for (int error = 0; error < changes; error++) {
      WalWorld world = unborn();
      world.disk.plan(FaultPlan.at(error, new Fault.Fail(error * 53 % 1500)));
      live(world); // An error in preparing a segment ahead is survived.
      List<SimDisk> left =
          List.of(
              world.disk.copy().afterProcessDeath(),
              world.disk.copy().afterPowerLoss(Choices.oldest()),
              world.disk.copy().afterPowerLoss(Choices.newest()),
              world.disk.copy().afterPowerLoss(Choices.seeded(error)));
      for (SimDisk disk : left) {
        WalWorld after = world.fork(disk);
        after.reopenAndCheck();
        after.disk = after.disk.afterPowerLoss(Choices.oldest());
        after.reopenAndCheck();
        after.checkGoesOn();
      }
    }
  }

  @Test
  void a_full_disk_at_every_size_loses_nothing_acknowledged() {
    int segment = WalWorld.SMALL.segmentBytes();
    int full = 0;
    for (int capacity = 0; capacity < 6 * segment; capacity += 1021) {
      WalWorld world = unborn();
      world.disk.capacityBytes(capacity);
      full += live(world) ? 0 : 1;
      WalWorld after = world.fork(world.disk.afterPowerLoss(Choices.oldest()));
      after.disk.capacityBytes(Long.MAX_VALUE);
      after.reopenAndCheck();
      after.checkGoesOn();
    }
    assertThat(full).isGreaterThan(20);
  }
}
