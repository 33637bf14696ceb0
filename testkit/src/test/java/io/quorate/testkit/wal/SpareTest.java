package io.quorate.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.wal.WalFullException;
import io.quorate.core.wal.WalRuntime;
import io.quorate.core.wal.WriteAheadLog;
import io.quorate.testkit.disk.Fault;
import io.quorate.testkit.disk.Operation;
import io.quorate.testkit.disk.Operation.Kind;
import io.quorate.testkit.disk.SimDisk;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes wrong once while the next segment is prepared is over once it has gone. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // A hang must fail.
class SpareTest {
  private static final String UNFINISHED = "spare.tmp";

  /** Appends until the log is full; returns why. */
  private static WalFullException fill(WalWorld world) {
    for (int i = 0; i < 100; i++) {
      try {
        world.appendDurably(2000);
      } catch (WalFullException full) {
        return full;
      }
    }
    throw new AssertionError("never full");
  }

  /** The disk says no to each of these kinds of operation on an unfinished spare, once. */
  private static WalWorld failingOnce(Set<Kind> kinds) {
    WalWorld world = WalWorld.opened();
    Set<Kind> left = EnumSet.copyOf(kinds);
    world.disk.plan(
        op ->
            op.file().equals(UNFINISHED) && left.remove(op.kind())
                ? new Fault.Fail(0)
                : Fault.NONE);
    return world;
  }

  private static void checkTakenAgain(WalWorld world) {
    assertThatThrownBy(() -> world.append(2000, true)).isInstanceOf(WalFullException.class);
    world.nanos += Duration.ofSeconds(1).toNanos();
    for (int i = 0; i < 30; i++) {
      world.appendDurably(2000);
    }
    world.close();
    world.reopenAndCheck();
    world.checkGoesOn();
  }

  @Test
  void a_preparation_that_fails_once_at_any_step_is_made_up_for() {
    for (Kind kind : Set.of(Kind.CREATE, Kind.WRITE, Kind.FORCE, Kind.RENAME)) {
      WalWorld world = failingOnce(EnumSet.of(kind));
      assertThat(fill(world)).hasRootCauseMessage("input/output error at %s %s", kind, UNFINISHED);
      checkTakenAgain(world);
    }
  }

  @Test
  void what_could_not_even_be_removed_is_removed_by_the_next_attempt() {
    for (Kind kind : Set.of(Kind.WRITE, Kind.FORCE, Kind.RENAME)) {
      WalWorld world = failingOnce(EnumSet.of(kind, Kind.DELETE));
      assertThat(fill(world).getCause().getCause().getSuppressed()).hasSize(1);
      checkTakenAgain(world);
    }
  }

  /** An error while a log is on its way to the first spare behind its first segment. */
  private static SimDisk outOfMemoryAt(Kind kind, AtomicInteger drills) {
    SimDisk disk = new SimDisk();
    AtomicInteger created = new AtomicInteger();
    disk.plan(
        op -> {
          boolean spare = op.file().equals(UNFINISHED);
          created.addAndGet(spare && op.kind() == Kind.CREATE ? 1 : 0);
          if (spare && created.get() == 2 && op.kind() == kind && drills.getAndIncrement() == 0) {
            throw new OutOfMemoryError("drill");
          }
          return Fault.NONE;
        });
    return disk;
  }

  @Test
  void an_error_while_preparing_refuses_appends_and_does_not_hold_them_for_ever() {
    for (Kind kind : Set.of(Kind.CREATE, Kind.WRITE, Kind.FORCE, Kind.RENAME)) {
      AtomicLong nanos = new AtomicLong();
      AtomicInteger drills = new AtomicInteger();
      SimDisk disk = outOfMemoryAt(kind, drills);
      WalRuntime runtime = new WalRuntime(nanos::get, nanos::incrementAndGet, "a test", false);
      try (WriteAheadLog log = WriteAheadLog.open(disk, WalWorld.SMALL, runtime)) {
        WalFullException full = null;
        int taken = 0;
        while (full == null) {
          try {
            log.awaitDurable(log.append(1, 0, taken, 0, new byte[2000], true));
            taken++;
          } catch (WalFullException e) {
            full = e;
          }
        }
        assertThat(full).hasRootCauseInstanceOf(OutOfMemoryError.class);
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        int before = taken;
        while (taken < before + 30) {
          try {
            log.awaitDurable(log.append(1, 0, taken, 0, new byte[2000], true));
            taken++;
          } catch (WalFullException underWay) {
            Thread.onSpinWait();
          }
        }
        int[] found = {0};
        log.replay(0, each -> each.word0() == found[0]++);
        assertThat(found[0]).isEqualTo(taken);
      }
      assertThat(drills.get()).isPositive();
      assertThat(disk.operations()).extracting(Operation::kind).contains(kind);
    }
  }
}
