package io.quorate.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quorate.core.wal.LostRange;
import io.quorate.core.wal.Recovery;
import io.quorate.core.wal.Recovery.Verdict;
import io.quorate.core.wal.WalConfig;
import io.quorate.core.wal.WalCorruptException;
import io.quorate.core.wal.WalRecord;
import io.quorate.core.wal.WalRuntime;
import io.quorate.core.wal.WriteAheadLog;
import io.quorate.testkit.disk.Choices;
import io.quorate.testkit.disk.Fault;
import io.quorate.testkit.disk.FaultPlan;
import io.quorate.testkit.disk.Operation;
import io.quorate.testkit.disk.SimDisk;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The disk gives back something else than it was given. */
class BitRotTest {
  private static final int BLOCK = 4096;

  /** A log of two segments whose last batch was acknowledged; sealed only if it fell idle after. */
  private static WalWorld written(boolean sealed) {
    WalWorld world = WalWorld.opened();
    world.appendDurably(200);
    world.appendDurably(2900);
    world.appendDurably(2900);
    world.appendDurably(2900);
    world.appendDurably(2900);
    world.appendDurably(2900); // Does not fit the first segment.
    assertThat(segments(world.disk)).hasSize(2);
    world.append(1150, false); // Whole sectors of zeros, by right.
    world.append(0, false);
    world.appendAll(true, 30, 0, 50);
    world.await(world.append(90, true));
    if (sealed) {
      world.idle();
    }
    world.disk = world.disk.afterPowerLoss(Choices.oldest());
    return world;
  }

  private static List<String> segments(SimDisk disk) {
    try {
      return disk.list().stream().filter(name -> name.endsWith(".wal")).sorted().toList();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Flips one bit after the other, and hands each result's verdict on. */
  private static Map<Verdict, Integer> flipEverything(WalWorld world, long acknowledged) {
    Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
    for (String segment : segments(world.disk)) {
      byte[] contents = world.disk.contents(segment);
      int flips = 0;
      for (int at = 0; at < contents.length; at++) {
        boolean all = contents[at] != 0 && !isInsidePayload(world, segment, at);
        for (int bit = all ? 0 : at % 8; bit < 8; bit += all ? 1 : 8) {
          SimDisk rotten = world.disk.copy();
          rotten.flip(segment, at, bit);
          Recovery recovery = WalWorld.checkReported(rotten, world, acknowledged);
          verdicts.merge(recovery.verdict(), 1, Integer::sum);
          flips++;
        }
      }
      assertThat(flips).isGreaterThanOrEqualTo(contents.length);
      System.out.println(segment + ": " + contents.length + " bytes, " + flips + " bits flipped");
    }
    System.out.println(verdicts);
    return verdicts;
  }

  private static boolean isInsidePayload(WalWorld world, String segment, int at) {
    long position = Long.parseLong(segment.substring(0, 16), 16) + at - BLOCK;
    return world.appended.stream()
        .anyMatch(each -> position >= each.start() + 48 && position < each.end() - 9);
  }

  @Test
  void a_flipped_bit_in_a_sealed_log_is_rotten_or_harmless_and_nothing_false_is_delivered() {
    WalWorld world = written(true);
    Map<Verdict, Integer> verdicts = flipEverything(world, world.acknowledged);
    // Suspect: a bit that came up in the zeros right behind the end, where a record could have
    // been.
    assertThat(verdicts.keySet())
        .containsExactlyInAnyOrder(Verdict.CLEAN, Verdict.TORN, Verdict.SUSPECT, Verdict.ROTTEN);
    assertThat(verdicts.get(Verdict.ROTTEN)).isGreaterThan(3000);
  }

  @Test
  void a_flipped_bit_in_an_acknowledged_batch_that_nothing_testifies_for_is_suspect() {
    WalWorld world = written(false);
    Map<Verdict, Integer> verdicts = flipEverything(world, world.acknowledged);
    assertThat(verdicts.get(Verdict.SUSPECT)).isGreaterThan(1000);
  }

  @Test
  void an_owner_that_refuses_is_told_what_is_lost_and_nothing_is_changed() {
    WalWorld world = written(true);
    WalRecord victim = world.appended.get(1);
    String segment = segments(world.disk).getFirst();
    world.disk.flip(segment, BLOCK + victim.start() + 48 + 100, 3);
    byte[] before = world.disk.contents(segment);
    int changes = world.disk.changes();
    for (int again = 0; again < 2; again++) {
      WalCorruptException refusal = catchThrowableOfType(WalCorruptException.class, world::open);
      assertThat(refusal.lost())
          .containsExactly(
              new LostRange(
                  victim.start(),
                  victim.end(),
                  LostRange.Cause.ROTTEN,
                  List.of(
                      new LostRange.Name(
                          victim.start(),
                          victim.end(),
                          victim.type(),
                          victim.stream(),
                          victim.word0(),
                          victim.word1()))));
    }
    assertThat(world.disk.contents(segment)).isEqualTo(before);
    assertThat(world.disk.changes()).isEqualTo(changes);
  }

  @Test
  void one_rotten_record_of_a_joint_append_takes_the_others_with_it() {
    WalWorld world = written(true);
    WalRecord middle = world.appended.get(world.appended.size() - 3);
    WalRecord last = world.appended.get(world.appended.size() - 2);
    assertThat(last.payload()).hasSize(50);
    String segment = segments(world.disk).getLast();
    long first = Long.parseLong(segment.substring(0, 16), 16);
    world.disk.flip(segment, BLOCK + last.start() - first + 50, 0);
    Recovery recovery = WalWorld.checkReported(world.disk, world, world.acknowledged);
    assertThat(recovery.lost()).hasSize(1);
    LostRange range = recovery.lost().getFirst();
    assertThat(range.start()).isLessThan(middle.start());
    assertThat(range.end()).isEqualTo(last.end());
    assertThat(range.named()).hasSize(3);
  }

  @Test
  void rot_that_comes_while_the_log_is_open_stops_a_replay_with_its_range() {
    WalWorld world = written(true);
    world.open();
    WalRecord victim = world.appended.get(2);
    world.disk.flip(segments(world.disk).getFirst(), BLOCK + victim.start() + 20, 1);
    WalCorruptException rot = catchThrowableOfType(WalCorruptException.class, world::replayed);
    assertThat(rot.lost())
        .singleElement()
        .satisfies(
            range -> {
              assertThat(range.start()).isEqualTo(victim.start());
              assertThat(range.end()).isEqualTo(victim.end());
            });
    long[] count = {0};
    world.log().replay(rot.lost().getFirst().end(), each -> ++count[0] > 0);
    assertThat(count[0]).isEqualTo(world.appended.size() - 3);
  }

  @Test
  void a_force_that_lied_is_found_out_by_the_next_batch() {
    WalWorld world = WalWorld.opened();
    world.appendDurably(600);
    int forces =
        (int)
            world.disk.operations().stream()
                .filter(op -> op.kind() == Operation.Kind.FORCE)
                .count();
    world.disk.plan(FaultPlan.at(Operation.Kind.FORCE, forces, new Fault.Lie()));
    world.appendDurably(1400);
    world.append(1400, true);
    world.disk.plan(
        op -> {
          boolean write = op.kind() == Operation.Kind.WRITE;
          return write ? new Fault.PowerLoss(op.bytes()) : Fault.NONE;
        });
    assertThat(WalWorld.survives(() -> world.await(world.appended.getLast().end()))).isFalse();
    int[] rotten = {0};
    Choices.exhaustively(
        1 << 14,
        choices -> {
          SimDisk left = world.disk.copy().afterPowerLoss(choices);
          WriteAheadLog log =
              WriteAheadLog.open(
                  left, world.config.onRot(WalConfig.OnRot.REPORT), WalRuntime.inline(() -> 0, 1));
          rotten[0] += log.recovery().verdict() == Verdict.ROTTEN ? 1 : 0;
          log.close();
        });
    assertThat(rotten[0]).isPositive();
  }

  @Test
  void a_segment_that_is_missing_or_has_no_header_is_a_rotten_range() throws Exception {
    WalWorld world = WalWorld.opened();
    for (int i = 0; i < 15; i++) {
      world.appendDurably(2900);
    }
    world.close();
    List<String> names = segments(world.disk);
    assertThat(names.size()).isGreaterThanOrEqualTo(4);
    for (String victim : names) {
      SimDisk damaged = world.disk.copy();
      damaged.flip(victim, 3, 0);
      assertThat(WalWorld.checkReported(damaged, world, world.acknowledged).verdict())
          .as("one copy of the header is enough")
          .isEqualTo(Verdict.CLEAN);
      damaged = world.disk.copy();
      damaged.flip(victim, 3, 0);
      damaged.flip(victim, 2048 + 3, 0);
      assertThat(WalWorld.checkReported(damaged, world, world.acknowledged).verdict())
          .isEqualTo(Verdict.ROTTEN);
    }
    for (String victim : names.subList(1, names.size() - 1)) {
      SimDisk damaged = world.disk.copy();
      damaged.delete(victim);
      assertThat(WalWorld.checkReported(damaged, world, world.acknowledged).verdict())
          .isEqualTo(Verdict.ROTTEN);
    }
  }
}
