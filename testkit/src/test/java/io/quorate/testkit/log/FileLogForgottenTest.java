package io.quorate.testkit.log;

import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.body;
import static io.quorate.testkit.log.TestRecords.end;
import static io.quorate.testkit.log.TestRecords.lazy;
import static io.quorate.testkit.log.TestRecords.locking;
import static io.quorate.testkit.log.TestRecords.step;
import static io.quorate.testkit.log.TestRecords.tx;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.TransactionLogException;
import io.quorate.core.tx.log.file.LogCorruptException;
import io.quorate.core.wal.WalRecord;
import io.quorate.core.wal.WalRuntime;
import io.quorate.core.wal.WriteAheadLog;
import io.quorate.testkit.disk.Choices;
import io.quorate.testkit.disk.Fault;
import io.quorate.testkit.disk.FaultPlan;
import io.quorate.testkit.disk.Operation;
import io.quorate.testkit.disk.SimDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Ended transactions too large to be carried by one record. Whatever of them a crash or a full disk
 * in the middle of a checkpoint left behind, and whatever of that a later truncation leaves: they
 * stay ended until they are forgotten, and never come back.
 */
class FileLogForgottenTest {
  private static final TxId BIG = tx("ended-big");
  private static final int CARRY = 2;

  private static FileLogWorld unborn() {
    return new FileLogWorld(new SimDisk(), FileLogWorld.SMALL);
  }

  /**
   * Opens a log in which a large transaction has ended, which had held a lock. It began before much
   * else that is about to be forgotten: the next checkpoint carries it.
   */
  private static List<FileLogWorld.Step> endLarge(FileLogWorld world) {
    List<FileLogWorld.Step> steps = new ArrayList<>();
    steps.add(world::open);
    steps.add(world::acquire);
    steps.add(() -> world.append(locking(body(begin(BIG), new byte[700]), "gone")));
    for (int seq = 1; seq < 8; seq++) {
      int next = seq;
      steps.add(() -> world.append(lazy(body(step(BIG, next), new byte[700]))));
    }
    for (int i = 0; i < 40; i++) {
      String name = "early-" + i;
      steps.add(() -> come(world, name));
    }
    steps.add(() -> world.advance(FileLogWorld.RETENTION.minusSeconds(1)));
    steps.add(() -> world.append(end(BIG, 8)));
    steps.add(() -> world.advance(Duration.ofSeconds(1)));
    return steps;
  }

  private static void come(FileLogWorld world, String name) throws TransactionLogException {
    TxId tx = tx(name);
    world.append(body(begin(tx), new byte[900]), end(tx, 1));
  }

  /**
   * Short ones come and go until a checkpoint has carried what it needs and given back the rest.
   */
  private static boolean untilCheckpoint(FileLogWorld world, List<FileLogWorld.Step> steps) {
    for (int i = 0; i < 30; i++) {
      String name = "short-" + i;
      steps.add(() -> come(world, name));
    }
    for (FileLogWorld.Step step : steps) {
      if (!world.survives(step)) {
        return false;
      }
      if (hasCheckpoint(world)) {
        return true;
      }
    }
    throw new AssertionError("no checkpoint");
  }

  private static boolean hasCheckpoint(FileLogWorld world) {
    return world.log().stats().checkpoints() > 0;
  }

  /**
   * Its time is over, its id and its lock are taken again if {@code anew}, and checkpoint after
   * checkpoint gives its records back; after each, the log is what it should be.
   */
  private static void checkForgotten(FileLogWorld world, boolean anew)
      throws TransactionLogException {
    world.advance(FileLogWorld.RETENTION);
    come(world, "later");
    assertThat(world.log().head(BIG)).isEmpty();
    if (anew) {
      world.append(locking(begin(BIG), "gone"));
    }
    long first = world.log().stats().checkpoints();
    long seen = first;
    for (int i = 0; seen < first + 4; i++) {
      assertThat(i).as("appends until there is a checkpoint").isLessThan(200);
      come(world, "late-" + i);
      world.advance(
          FileLogWorld.RETENTION.plusSeconds(10)); // The log's time may be ahead a little.
      if (world.log().stats().checkpoints() > seen) {
        seen = world.log().stats().checkpoints();
        FileLogWorld after = world.after(world.disk.copy().afterPowerLoss(Choices.newest()));
        after.openAndCheck();
        assertThat(after.log().head(BIG).isPresent()).isEqualTo(anew);
        after.log().close();
      }
    }
  }

  /** The same for every cut there can be, wherever checkpoints happen to make theirs. */
  private static void checkEveryCut(FileLogWorld world, boolean anew)
      throws TransactionLogException, IOException {
    world.advance(FileLogWorld.RETENTION);
    come(world, "later");
    List<Long> cuts = segments(world.disk);
    if (anew) {
      world.append(locking(begin(BIG), "gone"));
    }
    world.acquire();
    world.close();
    for (long cut : cuts) {
      FileLogWorld after = world.after(world.disk.copy());
      after.wall = world.wall.plus(FileLogWorld.RETENTION).plusSeconds(10);
      try (WriteAheadLog wal =
          WriteAheadLog.open(after.disk, FileLogWorld.SMALL.wal(), WalRuntime.inline(() -> 0, 1))) {
        wal.truncateBefore(cut);
      }
      after.openAndCheck();
      assertThat(after.log().head(BIG).isPresent()).as("cut at %d", cut).isEqualTo(anew);
      after.log().close();
    }
  }

  private static List<Long> segments(SimDisk disk) throws IOException {
    return disk.list().stream()
        .filter(name -> name.endsWith(".wal"))
        .map(name -> Long.parseLong(name, 0, 16, 16))
        .sorted()
        .toList();
  }

  private static void checkAfter(FileLogWorld world, SimDisk left, boolean anew, String what) {
    try {
      FileLogWorld cut = world.after(left.copy());
      cut.wall = world.wall.plus(FileLogWorld.RETENTION).plusSeconds(10); // Forgotten unseen.
      cut.openAndCheck();
      checkEveryCut(cut, anew);
      FileLogWorld after = world.after(left);
      after.openAndCheck();
      checkForgotten(after, anew);
    } catch (Exception | AssertionError broken) {
      throw new AssertionError(what + ": " + broken, broken);
    }
  }

  @Test
  void a_crash_at_every_operation_of_a_checkpoint_brings_nothing_back() {
    FileLogWorld whole = unborn();
    assertThat(untilCheckpoint(whole, endLarge(whole))).isTrue();
    int changes = whole.disk.changes();
    FileLogWorld before = unborn();
    assertThat(endLarge(before).stream().allMatch(before::survives)).isTrue();
    int incomplete = 0;
    for (int crash = before.disk.changes(); crash < changes; crash++) {
      FileLogWorld world = unborn();
      world.disk.plan(FaultPlan.at(crash, new Fault.PowerLoss(crash * 377 % 4000)));
      assertThat(untilCheckpoint(world, endLarge(world))).isFalse();
      SimDisk newest = world.disk.copy().afterPowerLoss(Choices.newest());
      incomplete += isCarriedInPart(newest.copy()) ? 1 : 0;
      checkAfter(world, newest, crash % 2 == 0, "power loss at " + crash);
      checkAfter(world, world.disk.copy().afterProcessDeath(), crash % 2 == 1, "death at " + crash);
    }
    assertThat(incomplete).as("crashes in the middle of its carry").isPositive();
  }

  @Test
  void want_of_room_at_every_operation_of_a_checkpoint_brings_nothing_back() throws Exception {
    FileLogWorld whole = unborn();
    assertThat(untilCheckpoint(whole, endLarge(whole))).isTrue();
    FileLogWorld before = unborn();
    assertThat(endLarge(before).stream().allMatch(before::survives)).isTrue();
    int incomplete = 0;
    for (int from = before.disk.changes(); from < whole.disk.changes(); from++) {
      FileLogWorld world = unborn();
      int full = from;
      world.disk.plan(
          op ->
              op.index() >= full && op.kind() == Operation.Kind.CREATE
                  ? new Fault.Fail(0)
                  : Fault.NONE);
      if (untilCheckpoint(world, endLarge(world))) {
        continue;
      }
      incomplete += isCarriedInPart(world.disk.copy()) ? 1 : 0;
      world.disk.plan(FaultPlan.none());
      world.advance(Duration.ofSeconds(2));
      checkForgotten(world, from % 2 == 0);
    }
    assertThat(incomplete).as("no room in the middle of its carry").isPositive();
  }

  /** Whether some of the large one was carried, and not the last of it. */
  private static boolean isCarriedInPart(SimDisk disk) {
    List<WalRecord> carried = new ArrayList<>();
    try (WriteAheadLog wal =
        WriteAheadLog.open(
            disk.afterProcessDeath(), FileLogWorld.SMALL.wal(), WalRuntime.inline(() -> 0, 1))) {
      wal.replay(
          wal.firstPosition(),
          each -> {
            String payload = new String(each.payload(), US_ASCII);
            return each.type() != CARRY || !payload.contains(BIG.value()) || carried.add(each);
          });
    }
    return !carried.isEmpty()
        && !new String(carried.getLast().payload(), US_ASCII).contains("END-8");
  }

  @Test
  void a_lock_of_two_open_transactions_is_corruption() throws Exception {
    FileLogWorld world = unborn();
    world.open();
    world.acquire();
    world.append(locking(begin(tx("a")), "one"));
    world.append(locking(begin(tx("b")), "two"));
    world.close();
    List<WalRecord> records = new ArrayList<>();
    SimDisk twice = new SimDisk();
    try (WriteAheadLog from =
            WriteAheadLog.open(
                world.disk, FileLogWorld.SMALL.wal(), WalRuntime.inline(() -> 0, 1));
        WriteAheadLog to =
            WriteAheadLog.open(twice, FileLogWorld.SMALL.wal(), WalRuntime.inline(() -> 0, 1))) {
      from.replay(from.firstPosition(), records::add);
      for (WalRecord each : records) {
        byte[] payload = renamed(each.payload());
        to.append(each.type(), 0, each.word0(), each.word1(), payload, true);
      }
    }
    FileLogWorld broken = new FileLogWorld(twice, FileLogWorld.SMALL);
    assertThatThrownBy(broken::open)
        .isInstanceOf(LogCorruptException.class)
        .hasMessageContaining("lock one: held by transactions ")
        .hasMessageContaining("./quorate txlog list sim");
  }

  /** "two" becomes "one" where it is the name of a lock. */
  private static byte[] renamed(byte[] payload) {
    for (int i = 0; i + 6 <= payload.length; i++) {
      if (payload[i + 1] == 't' && payload[i + 3] == 'w' && payload[i + 5] == 'o') {
        payload[i + 1] = 'o';
        payload[i + 3] = 'n';
        payload[i + 5] = 'e';
      }
    }
    return payload;
  }
}
