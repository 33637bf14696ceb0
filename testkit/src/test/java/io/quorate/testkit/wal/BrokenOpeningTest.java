package io.quorate.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.wal.WalRuntime;
import io.quorate.core.wal.WriteAheadLog;
import io.quorate.testkit.disk.Choices;
import io.quorate.testkit.disk.Fault;
import io.quorate.testkit.disk.FaultPlan;
import io.quorate.testkit.disk.SimDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever ends an opening gives the directory up again, and says what it was. */
@Timeout(60)
class BrokenOpeningTest {

  /** A log with a torn end and half a spare: there is something to do for whoever opens it. */
  private static WalWorld left() {
    WalWorld world = WalWorld.opened();
    world.appendDurably(200);
    world.append(1400, true);
    world.disk.plan(
        op -> op.bytes() > 1400 && op.index() >= 0 ? new Fault.PowerLoss(700) : Fault.NONE);
    assertThat(WalWorld.survives(() -> world.await(world.appended.getLast().end()))).isFalse();
    return world.fork(world.disk.afterPowerLoss(Choices.newest()));
  }

  private static FaultPlan outOfMemoryAt(int ordinal) {
    AtomicInteger operation = new AtomicInteger();
    return op -> {
      if (operation.getAndIncrement() == ordinal) {
        throw new OutOfMemoryError("drill");
      }
      return Fault.NONE;
    };
  }

  private static int operationsOfOpening(WalWorld world) {
    WalWorld whole = world.fork(world.disk.copy());
    int before = whole.disk.operations().size();
    whole.open();
    int operations = whole.disk.operations().size() - before;
    whole.close();
    return operations;
  }

  @Test
  void an_error_at_any_operation_of_an_opening_gives_the_directory_up() {
    WalWorld left = left();
    int operations = operationsOfOpening(left);
    assertThat(operations).isBetween(5, 100);
    int thrown = 0;
    for (boolean threads : new boolean[] {false, true}) {
      for (int at = 0; at < operations; at++) {
        WalWorld world = left.fork(left.disk.copy());
        world.disk.plan(outOfMemoryAt(at));
        WalRuntime runtime = threads ? WalRuntime.threads() : WalRuntime.inline(() -> 0, at);
        try {
          WriteAheadLog.open(world.disk, WalWorld.SMALL, runtime).close();
        } catch (OutOfMemoryError drill) {
          assertThat(drill).hasMessage("drill");
          thrown++;
        }
        world.disk.plan(FaultPlan.none());
        world.reopenAndCheck();
        world.checkGoesOn();
      }
    }
    assertThat(thrown).as("all but those of the spare, which is prepared behind it").isPositive();
  }

  @Test
  void an_error_behind_the_last_operation_gives_the_directory_up_too() {
    for (boolean inline : new boolean[] {true, false}) {
      SimDisk disk = new SimDisk();
      WalRuntime broken =
          new WalRuntime(
              () -> {
                throw new OutOfMemoryError("drill");
              },
              () -> 7,
              "a test",
              inline);
      assertThatThrownBy(() -> WriteAheadLog.open(disk, WalWorld.SMALL, broken))
          .isInstanceOf(OutOfMemoryError.class)
          .hasMessage("drill");
      WalWorld world = new WalWorld(disk, WalWorld.SMALL);
      world.open();
      world.appendDurably(10);
      world.close();
    }
  }

  @Test
  void what_a_judge_throws_is_thrown_and_nothing_has_been_changed() {
    WalWorld left = left();
    for (boolean threads : new boolean[] {false, true}) {
      WalWorld world = left.fork(left.disk.copy());
      int changes = world.disk.changes();
      IllegalStateException refusal = new IllegalStateException("not mine");
      List<Long> seen = new ArrayList<>();
      WalRuntime runtime = threads ? WalRuntime.threads() : WalRuntime.inline(() -> 0, 5);
      assertThatThrownBy(
              () ->
                  WriteAheadLog.open(
                      world.disk,
                      WalWorld.SMALL,
                      runtime,
                      found -> {
                        assertThat(found.isEmpty()).isFalse();
                        assertThat(found.recovery().tornBytes()).isPositive();
                        found.replay(each -> seen.add(each.word0()));
                        throw refusal;
                      }))
          .isSameAs(refusal);
      assertThat(seen).containsExactly(1L);
      assertThat(world.disk.changes()).isEqualTo(changes);
      world.reopenAndCheck();
      world.checkGoesOn();
    }
  }

  @Test
  void a_judge_sees_exactly_what_is_replayed_afterwards() {
    WalWorld world = WalWorld.opened();
    for (int i = 0; i < 20; i++) {
      world.append(i * 100, i % 2 == 0);
    }
    world.disk = world.disk.afterProcessDeath();
    List<Object> seen = new ArrayList<>();
    world.log =
        WriteAheadLog.open(
            world.disk,
            world.config,
            WalRuntime.inline(() -> 0, 5),
            found -> {
              found.replay(seen::add);
              seen.add(found.recovery());
            });
    List<Object> replayed = new ArrayList<>(world.replayed());
    replayed.add(world.log().recovery());
    assertThat(seen).isEqualTo(replayed).hasSizeGreaterThan(2);
    List<Object> none = new ArrayList<>();
    WriteAheadLog.open(
            new SimDisk(),
            world.config,
            WalRuntime.inline(() -> 0, 5),
            found -> {
              assertThat(found.isEmpty()).isTrue();
              found.replay(none::add);
            })
        .close();
    assertThat(none).isEmpty();
  }
}
