package io.quorate.testkit.log;

import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.body;
import static io.quorate.testkit.log.TestRecords.due;
import static io.quorate.testkit.log.TestRecords.end;
import static io.quorate.testkit.log.TestRecords.lazy;
import static io.quorate.testkit.log.TestRecords.locking;
import static io.quorate.testkit.log.TestRecords.record;
import static io.quorate.testkit.log.TestRecords.step;
import static io.quorate.testkit.log.TestRecords.tx;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Kind;
import io.quorate.testkit.disk.Choices;
import io.quorate.testkit.disk.Fault;
import io.quorate.testkit.disk.FaultPlan;
import io.quorate.testkit.disk.Operation;
import io.quorate.testkit.disk.SimDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * One life of a transaction log with everything in it: locks, parking, lazy records, epochs, time
 * that passes, retention that ends, checkpoints, a clean close. At every operation on the disk
 * something goes wrong; the log that comes after must be in a state it could have been in.
 */
class FileLogCrashTest {

  private static LogRecord large(LogRecord r) {
    return body(r, new byte[700]);
  }

  /** Transactions that stay open and hold locks through all checkpoints. */
  private static void stayOpen(FileLogWorld world, List<FileLogWorld.Step> steps) {
    for (int i = 0; i < 3; i++) {
      TxId tx = tx("open-" + i);
      String lock = "stock-" + i;
      steps.add(() -> world.append(locking(large(begin(tx)), lock)));
      steps.add(() -> world.append(lazy(step(tx, 1)), step(tx, 2)));
    }
    TxId big = tx("open-big"); // Carried by several records: a crash may leave some of them.
    steps.add(() -> world.append(large(begin(big))));
    for (int seq = 1; seq < 6; seq++) {
      LogRecord next = large(step(big, seq));
      steps.add(() -> world.append(lazy(next)));
    }
    TxId ended = tx("ended-big"); // As large, and remembered for a while.
    steps.add(() -> world.append(large(begin(ended))));
    for (int seq = 1; seq < 6; seq++) {
      LogRecord next = large(step(ended, seq));
      steps.add(() -> world.append(lazy(next)));
    }
    steps.add(() -> world.append(end(ended, 6)));
    steps.add(() -> world.append(due(step(tx("open-1"), 3), world.wall.plusSeconds(20))));
    steps.add(() -> world.append(record(tx("open-2"), 3, Kind.PARK)));
  }

  /** Transactions that come and go. */
  private static void comeAndGo(
      FileLogWorld world, List<FileLogWorld.Step> steps, int from, int to) {
    for (int i = from; i < to; i++) {
      TxId tx = tx("short-" + i);
      String lock = "item-" + i % 3;
      steps.add(() -> world.append(locking(large(begin(tx)), lock)));
      steps.add(() -> world.append(lazy(large(step(tx, 1)))));
      steps.add(() -> world.append(large(record(tx, 2, Kind.DECIDE))));
      steps.add(() -> world.append(lazy(end(tx, 3))));
      steps.add(() -> world.advance(Duration.ofMillis(700)));
    }
    steps.add(world::lookAtTheTime);
  }

  /** The life, step by step; true if it came to its end. */
  private static boolean live(FileLogWorld world) {
    List<FileLogWorld.Step> steps = new ArrayList<>();
    steps.add(world::open);
    steps.add(world::acquire);
    stayOpen(world, steps);
    comeAndGo(world, steps, 0, 8);
    steps.add(world::acquire);
    steps.add(() -> world.append(step(tx("open-0"), 3)));
    steps.add(() -> world.advance(FileLogWorld.RETENTION));
    steps.add(world::lookAtTheTime);
    for (int from = 8; from < 26; from += 6) {
      comeAndGo(world, steps, from, from + 6);
      steps.add(() -> world.advance(FileLogWorld.RETENTION));
    }
    steps.add(() -> world.append(record(tx("open-2"), 4, Kind.RESOLVE)));
    steps.add(() -> world.append(begin(tx("short-0")))); // Forgotten by now.
    steps.add(world::close);
    steps.add(world::openAndCheck);
    comeAndGo(world, steps, 26, 30);
    steps.add(world::close);
    return steps.stream().allMatch(world::survives);
  }

  private static FileLogWorld unborn() {
    return new FileLogWorld(new SimDisk(), FileLogWorld.SMALL);
  }

  private static int changesOfALife() {
    FileLogWorld world = unborn();
    assertThat(live(world)).isTrue();
    Set<Operation.Kind> kinds =
        world.disk.operations().stream().map(Operation::kind).collect(Collectors.toSet());
    assertThat(kinds).as("a checkpoint deletes").contains(Operation.Kind.DELETE);
    assertThat(world.carriedBytes).as("and carries").isGreaterThan(5_000);
    return world.disk.changes();
  }

  @Test
  void the_power_goes_at_every_operation() throws Exception {
    int changes = changesOfALife();
    assertThat(changes).isBetween(150, 2000);
    for (int crash = 0; crash < changes; crash++) {
      FileLogWorld world = unborn();
      world.disk.plan(FaultPlan.at(crash, new Fault.PowerLoss(crash * 37 % 1500)));
      assertThat(live(world)).as("crash at %d", crash).isFalse();
      List<Choices> all =
          List.of(
              Choices.oldest(), Choices.newest(), Choices.seeded(crash), Choices.seeded(~crash));
      for (Choices choices : all) {
        checkAfter(world, world.disk.copy().afterPowerLoss(choices), "power loss at " + crash);
      }
      checkAfter(world, world.disk.copy().afterProcessDeath(), "death at " + crash);
    }
  }

  @Test
  void an_error_at_every_operation_loses_nothing_acknowledged() throws Exception {
    int changes = changesOfALife();
    for (int error = 0; error < changes; error++) {
      FileLogWorld world = unborn();
      world.disk.plan(FaultPlan.at(error, new Fault.Fail(error * 53 % 1500)));
      live(world); // An error in a checkpoint, or in preparing a segment, is survived.
      checkAfter(world, world.disk.copy().afterProcessDeath(), "error at " + error);
      checkAfter(
          world, world.disk.copy().afterPowerLoss(Choices.oldest()), "error, power at " + error);
    }
  }

  @Test
  void a_full_disk_at_every_size_loses_nothing_acknowledged() throws Exception {
    int full = 0;
    for (int capacity = 8 << 10; capacity < 80 << 10; capacity += 1021) {
      FileLogWorld world = unborn();
      world.disk.capacityBytes(capacity);
      full += live(world) ? 0 : 1;
      SimDisk left = world.disk.copy().afterPowerLoss(Choices.oldest());
      left.capacityBytes(Long.MAX_VALUE);
      checkAfter(world, left, "full at " + capacity);
    }
    assertThat(full).isGreaterThan(20);
  }

  @Test
  void a_batch_torn_at_every_byte_is_there_whole_or_not_at_all() throws Exception {
    int bytes = 4096;
    for (int kept = 0; kept < bytes; kept++) {
      FileLogWorld world = unborn();
      world.open();
      world.acquire();
      TxId tx = tx("torn");
      world.append(locking(begin(tx), "a"));
      world.append(lazy(step(tx, 1)));
      int torn = kept;
      world.disk.plan(
          op -> op.kind() == Operation.Kind.WRITE ? new Fault.PowerLoss(torn) : Fault.NONE);
      assertThat(
              world.survives(() -> world.append(locking(large(step(tx, 2)), "b", "c"), end(tx, 3))))
          .isFalse();
      List<Operation> operations = world.disk.operations();
      bytes = operations.getLast().bytes();
      assertThat(bytes).isBetween(800, 1500);
      checkAfter(world, world.disk.copy().afterPowerLoss(Choices.newest()), "torn at " + kept);
      checkAfter(world, world.disk.copy().afterPowerLoss(Choices.seeded(kept)), "torn at " + kept);
    }
  }

  private static void checkAfter(FileLogWorld world, SimDisk left, String what) {
    try {
      FileLogWorld after = world.after(left);
      after.openAndCheck();
      after.checkGoesOn();
    } catch (Exception | AssertionError broken) {
      throw new AssertionError(what + ": " + broken, broken);
    }
  }
}
