package io.quorate.testkit.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.wal.WalConfig;
import io.quorate.core.wal.WalFullException;
import io.quorate.testkit.disk.Choices;
import io.quorate.testkit.disk.Fault;
import io.quorate.testkit.disk.FaultPlan;
import io.quorate.testkit.disk.SimDisk;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Long random lives of a log: many crashes in a row, each checked; a failure names its seed. */
class WalSimTest {
  private static final int SEEDS = Integer.getInteger("quorate.wal.seeds", 300);
  private static final long FIRST_SEED = Long.getLong("quorate.wal.seed", 1L);

  @Test
  void many_lives_in_a_row_lose_nothing_acknowledged() {
    int[] crashes = {0};
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      try {
        crashes[0] += lives(seed);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("replay with -Dquorate.wal.seeds=1 -Dquorate.wal.seed=" + seed, e);
      }
    }
    assertThat(crashes[0]).isGreaterThan(SEEDS);
  }

  private static int lives(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    WalConfig config =
        WalConfig.defaults()
            .segmentBytes(8 << 10)
            .recordBytesMax(2 << 10)
            .queueBytesMax(3 << 10)
            .freeBytesMin(0);
    WalWorld world = new WalWorld(new SimDisk(), config);
    int crashes = 0;
    for (int life = 0; life < 6; life++) {
      int at = world.disk.changes() + random.nextInt(120);
      Fault fault =
          random.nextInt(3) == 0
              ? new Fault.Fail(random.nextInt(2000))
              : new Fault.PowerLoss(random.nextInt(2000));
      world.disk.plan(FaultPlan.at(at, fault));
      boolean alive = WalWorld.survives(world::reopenAndCheck);
      for (int step = 0; alive && step < 60; step++) {
        alive = WalWorld.survives(() -> step(world, random));
      }
      if (alive && random.nextBoolean()) {
        alive = WalWorld.survives(world::close);
      }
      crashes += alive ? 0 : 1;
      world.disk =
          random.nextInt(4) == 0
              ? world.disk.afterProcessDeath()
              : world.disk.afterPowerLoss(Choices.seeded(random.nextLong()));
    }
    world.reopenAndCheck();
    world.checkGoesOn();
    return crashes;
  }

  private static void step(WalWorld world, SplittableRandom random) {
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> world.append(random.nextInt(2049), false);
      case 3, 4 -> world.append(random.nextInt(600), true);
      case 5, 6 -> world.await(world.append(random.nextInt(900), true));
      case 7, 8 ->
          world.appendAll(
              random.nextBoolean(), random.nextInt(300), random.nextInt(900), random.nextInt(64));
      case 9 -> world.idle();
      case 10 -> world.log().pump();
      default -> truncateSomewhere(world, random);
    }
  }

  private static void truncateSomewhere(WalWorld world, SplittableRandom random) {
    long durable = world.log().durablePosition();
    long keep = random.nextInt(6 << 10);
    if (durable - keep > world.log().firstPosition()) {
      world.truncateBefore(durable - keep);
    }
  }

  @Test
  void lazy_records_are_durable_after_idle_time_and_lost_before_only_as_a_suffix() {
    WalWorld world = WalWorld.opened();
    long forced = world.append(100, true);
    world.await(forced);
    long lazy = world.append(200, false);
    world.log().pump();
    assertThat(world.log().durablePosition()).isEqualTo(forced);
    world.idle();
    assertThat(world.log().durablePosition()).isGreaterThanOrEqualTo(lazy);
    world.acknowledged = lazy;
    world.append(200, false);
    world.append(200, false);
    WalWorld lost = world.fork(world.disk.copy().afterPowerLoss(Choices.newest()));
    lost.reopenAndCheck();
    assertThat(lost.appended).hasSize(2);
    long riding = world.append(10, true);
    world.await(riding);
    world.disk = world.disk.afterPowerLoss(Choices.oldest());
    world.reopenAndCheck();
    assertThat(world.appended).hasSize(5);
  }

  @Test
  void futures_complete_in_the_order_of_their_positions_whenever_they_were_asked_for() {
    WalWorld world = WalWorld.opened();
    List<Long> ends = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      ends.add(world.append(i, false));
    }
    List<Long> shuffled = new ArrayList<>(ends);
    Collections.shuffle(shuffled, new Random(7));
    List<Long> completed = new ArrayList<>();
    shuffled.forEach(end -> world.log().whenDurable(end).thenRun(() -> completed.add(end)));
    assertThat(completed).isEmpty();
    world.log().pump();
    assertThat(completed).isEqualTo(ends);
  }

  @Test
  void waiting_for_a_lazy_record_asks_for_a_force() {
    WalWorld world = WalWorld.opened();
    long lazy = world.append(200, false);
    world.await(lazy);
    assertThat(world.log().durablePosition()).isEqualTo(lazy);
    assertThat(world.log().forces()).isEqualTo(1);
  }

  @Test
  void a_disk_that_fills_up_keeps_a_segment_for_what_must_end_and_recovers_by_truncation() {
    WalConfig config = WalWorld.SMALL.freeBytesMin(10_000);
    WalWorld world = new WalWorld(new SimDisk(), config);
    world.disk.capacityBytes(4L * config.segmentBytes() + 9_000);
    world.open();
    int normal = 0;
    WalFullException full = null;
    while (full == null) {
      try {
        world.appendDurably(1000);
        normal++;
      } catch (WalFullException e) {
        full = e;
      }
    }
    assertThat(full).hasMessageContaining("no room for another segment");
    assertThat(full.getCause()).hasMessageContaining("freeBytesMin keeps 10000");
    assertThat(normal).isGreaterThan(20);
    int reserved = 0;
    try {
      while (true) {
        world
            .log()
            .awaitDurable(
                world
                    .log()
                    .append(
                        1,
                        1,
                        1,
                        1,
                        java.nio.ByteBuffer.allocate(1000),
                        true,
                        io.quorate.core.wal.Room.RESERVE));
        reserved++;
      }
    } catch (WalFullException e) {
      assertThat(reserved).as("a whole segment less one record").isGreaterThanOrEqualTo(10);
    }
    world.log().truncateBefore(world.log().durablePosition());
    world.log().awaitDurable(world.log().append(1, 1, 1, 1, new byte[1000], true));
    world.log().close();
  }
}
