package io.quorate.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.wal.Recovery.Verdict;
import io.quorate.testkit.disk.Choices;
import io.quorate.testkit.disk.Fault;
import io.quorate.testkit.disk.FaultPlan;
import io.quorate.testkit.disk.Operation;
import io.quorate.testkit.disk.SimDisk;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The power goes while the last batch is on its way to the disk. */
class TornTailTest {

  /** Last batches of different shapes: each is appended, then written at once. */
  static Stream<Consumer<WalWorld>> batches() {
    return Stream.of(
        world -> world.append(200, true),
        world -> world.append(0, true),
        world -> {
          world.append(0, false);
          world.append(7, false);
          world.append(8, false);
          world.append(9, true);
        },
        world -> {
          world.append(450, false);
          world.append(1300, false); // Two of these have whole sectors of zeros.
          world.append(1101, false);
          world.append(1102, true);
        },
        world -> {
          world.appendDurably(220); // Up to 24 bytes before a sector ends: halves the next header.
          world.append(600, false);
          world.append(80, true);
        },
        world -> {
          world.append(100, false);
          world.appendAll(true, 300, 0, 600, 40);
          world.append(100, true);
        });
  }

  private static WalWorld base() {
    WalWorld world = WalWorld.opened();
    world.appendDurably(333);
    world.appendDurably(64);
    world.idle();
    world.appendDurably(120);
    return world;
  }

  @ParameterizedTest
  @MethodSource("batches")
  void torn_at_every_byte_is_cut_and_nothing_acknowledged_is_lost(Consumer<WalWorld> batch) {
    WalWorld world = base();
    batch.accept(world);
    int before = world.disk.changes();
    world.await(world.appended.getLast().end());
    Operation write =
        world.disk.operations().stream().filter(op -> op.index() == before).findFirst().get();
    assertThat(write.kind()).isEqualTo(Operation.Kind.WRITE);

    Set<Verdict> verdicts = EnumSet.noneOf(Verdict.class);
    for (int kept = 0; kept <= write.bytes(); kept++) {
      for (boolean machineGoesOn : List.of(true, false)) {
        WalWorld torn = base();
        batch.accept(torn);
        torn.disk.plan(FaultPlan.at(before, new Fault.PowerLoss(kept)));
        assertThat(WalWorld.survives(() -> torn.await(torn.appended.getLast().end()))).isFalse();
        torn.disk =
            machineGoesOn
                ? torn.disk.afterProcessDeath()
                : torn.disk.afterPowerLoss(Choices.newest());
        torn.reopenAndCheck();
        verdicts.add(torn.log().recovery().verdict());
        if (kept % 8 == 0) {
          torn.checkGoesOn();
        }
      }
    }
    System.out.println("torn at each of " + write.bytes() + " bytes, twice: " + verdicts);
    assertThat(verdicts).containsExactlyInAnyOrder(Verdict.CLEAN, Verdict.TORN);
  }

  @ParameterizedTest
  @MethodSource("batches")
  void any_subset_of_sectors_is_cut_to_a_prefix(Consumer<WalWorld> batch) {
    WalWorld world = base();
    batch.accept(world);
    world.disk.plan(FaultPlan.at(world.disk.changes() + 1, new Fault.PowerLoss(0)));
    assertThat(WalWorld.survives(() -> world.await(world.appended.getLast().end()))).isFalse();
    int runs =
        Choices.exhaustively(
            1 << 14,
            choices -> {
              WalWorld torn = world.fork(world.disk.copy().afterPowerLoss(choices));
              torn.reopenAndCheck();
              assertThat(torn.log().recovery().verdict()).isIn(Verdict.CLEAN, Verdict.TORN);
              torn.checkGoesOn();
            });
    assertThat(runs).isGreaterThan(1);
  }

  @Test
  void the_power_going_again_while_the_torn_end_is_cut_leaves_no_other_records() {
    WalWorld world = base();
    world.append(700, false);
    world.append(701, true);
    world.disk.plan(FaultPlan.at(world.disk.changes() + 1, new Fault.PowerLoss(0)));
    assertThat(WalWorld.survives(() -> world.await(world.appended.getLast().end()))).isFalse();
    Choices.exhaustively(
        1 << 8,
        first -> {
          SimDisk torn = world.disk.copy().afterPowerLoss(first);
          WalWorld whole = world.fork(torn.copy());
          whole.reopenAndCheck();
          int changes = whole.disk.changes();
          for (int crash = 0; crash < changes; crash++) {
            WalWorld again = world.fork(torn.copy());
            again.disk.plan(FaultPlan.at(crash, new Fault.PowerLoss(300)));
            if (WalWorld.survives(again::open)) {
              continue;
            }
            for (long seed = 0; seed < 2; seed++) {
              WalWorld end = again.fork(again.disk.copy().afterPowerLoss(Choices.seeded(seed)));
              end.reopenAndCheck();
              end.checkGoesOn();
            }
          }
        });
  }
}
