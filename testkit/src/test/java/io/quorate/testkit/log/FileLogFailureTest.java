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
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.IndeterminateException;
import io.quorate.core.tx.log.LockHeldException;
import io.quorate.core.tx.log.LogFullException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Kind;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.log.TxHead.Status;
import io.quorate.testkit.disk.Choices;
import io.quorate.testkit.disk.Fault;
import io.quorate.testkit.disk.Operation;
import io.quorate.testkit.disk.SimDisk;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The disk says no. */
class FileLogFailureTest {

  private static FileLogWorld opened() throws Exception {
    FileLogWorld world = new FileLogWorld(new SimDisk(), FileLogWorld.SMALL);
    world.open();
    world.acquire();
    return world;
  }

  private static void failAll(FileLogWorld world, Operation.Kind kind) {
    world.disk.plan(op -> op.kind() == kind ? new Fault.Fail(0) : Fault.NONE);
  }

  @Test
  void a_decision_whose_write_or_force_fails_is_indeterminate_and_ends_the_log() throws Exception {
    for (Operation.Kind kind : Set.of(Operation.Kind.WRITE, Operation.Kind.FORCE)) {
      FileLogWorld world = opened();
      TxId tx = tx("decided");
      TxId other = tx("other");
      world.append(begin(tx));
      world.append(begin(other));
      failAll(world, kind);
      assertThatThrownBy(() -> world.append(record(tx, 1, Kind.DECIDE)))
          .isInstanceOf(IndeterminateException.class)
          .hasMessageContaining("input/output error");
      world.disk.plan(op -> Fault.NONE);

      assertThatThrownBy(() -> world.append(step(other, 1)))
          .isInstanceOf(LogUnavailableException.class)
          .hasMessageContaining("nothing was written");
      assertThatThrownBy(() -> world.append(lazy(step(other, 1))))
          .isInstanceOf(LogUnavailableException.class);
      assertThatThrownBy(() -> world.log().acquire("node-2", Duration.ofSeconds(1)))
          .isInstanceOf(LogUnavailableException.class);
      assertThatThrownBy(() -> world.log().read(tx)).isInstanceOf(LogUnavailableException.class);
      assertThatThrownBy(() -> world.log().head(tx)).isInstanceOf(LogUnavailableException.class);
      assertThatThrownBy(() -> world.log().list(Set.of(Status.OPEN), null, 10))
          .isInstanceOf(LogUnavailableException.class);
      assertThat(world.log().read(other)).as("known to be durable").containsExactly(begin(other));
      assertThat(world.log().head(other)).isPresent();

      assertThatThrownBy(() -> world.log().close()).isInstanceOf(LogUnavailableException.class);
      world.log().close();
      FileLogWorld after = world.after(world.disk.afterProcessDeath());
      after.openAndCheck();
      after.checkGoesOn();
    }
  }

  @Test
  void time_stands_still_at_its_promise_while_it_cannot_be_extended() throws Exception {
    FileLogWorld world = opened();
    failAll(world, Operation.Kind.FORCE);
    Instant before = world.log().now();
    world.nanos += Duration.ofHours(1).toNanos();
    Instant stuck = world.log().now();
    assertThat(stuck).isBetween(before, before.plusSeconds(1));
    assertThat(world.log().now()).isEqualTo(stuck);
    world.lookAtTheTime();

    FileLogWorld after = world.after(world.disk.copy().afterPowerLoss(Choices.oldest()));
    after.wall = after.wall.minusSeconds(7200);
    after.open();
    after.lookAtTheTime();
  }

  @Test
  void a_time_given_out_without_a_record_of_its_own_is_not_gone_back_behind() throws Exception {
    FileLogWorld world = opened();
    world.lookAtTheTime();
    int changes = world.disk.changes();
    world.nanos += Duration.ofMillis(900).toNanos();
    world.lookAtTheTime();
    assertThat(world.disk.changes()).as("costs nothing").isEqualTo(changes);
    FileLogWorld after = world.after(world.disk.copy().afterPowerLoss(Choices.oldest()));
    after.wall = after.wall.minusSeconds(7200);
    after.open();
    after.lookAtTheTime();
    after.log().close();
    after.open();
    Instant reopened = after.log().now();
    assertThat(reopened).as("a clean close gives the rest back").isEqualTo(after.lastNow);
  }

  @Test
  void each_way_to_look_at_a_lazy_record_makes_it_durable_first() throws Exception {
    TxId tx = tx("lazy");
    List<Function<FileLogWorld, Object>> looks =
        List.of(
            world -> world.log().read(tx).getLast().seq(),
            world -> world.log().head(tx).orElseThrow().seq(),
            world -> world.log().list(Set.of(Status.OPEN), null, 1).getFirst().seq(),
            world -> {
              try {
                return world.log().due(world.epoch, 1).getFirst().seq();
              } catch (FencedException impossible) {
                throw new AssertionError(impossible);
              }
            });
    for (Function<FileLogWorld, Object> look : looks) {
      FileLogWorld world = opened();
      world.append(begin(tx));
      world.append(lazy(due(step(tx, 1), Instant.EPOCH)));
      assertThat(look.apply(world)).isEqualTo(1);
      FileLogWorld after = world.after(world.disk.copy().afterPowerLoss(Choices.oldest()));
      after.open();
      assertThat(after.log().read(tx)).hasSize(2);
      after.log().close();
    }
  }

  @Test
  void lazy_records_that_cannot_be_written_are_reported_by_close() throws Exception {
    FileLogWorld world = opened();
    world.append(begin(tx("lazy")));
    world.append(lazy(end(tx("lazy"), 1)));
    failAll(world, Operation.Kind.WRITE);
    assertThatThrownBy(() -> world.log().close())
        .isInstanceOf(LogUnavailableException.class)
        .hasMessageContaining("not everything");
    FileLogWorld after = world.after(world.disk.afterProcessDeath());
    after.openAndCheck();
    after.log().close();
  }

  @Test
  void a_full_disk_refuses_new_transactions_while_open_ones_end_and_room_is_given_back()
      throws Exception {
    FileLogWorld world = opened();
    for (int i = 0; i < 4; i++) {
      world.append(locking(begin(tx("open-" + i)), "lock-" + i));
    }
    world.disk.capacityBytes(40 << 10);
    LogRecord large = body(begin(tx("x")), new byte[900]);
    int begun = 0;
    LogFullException full = null;
    while (full == null && begun < 1000) {
      TxId tx = tx("fill-" + begun);
      try {
        world.append(body(begin(tx), large.body()));
        world.append(end(tx, 1));
        begun++;
      } catch (LogFullException refused) {
        full = refused;
      }
    }
    assertThat(full).isNotNull().hasMessageContaining("fill-" + begun).hasMessageContaining("free");
    assertThat(world.log().head(tx("fill-" + begun))).isEmpty();
    for (int i = 0; i < 4; i++) {
      world.append(record(tx("open-" + i), 1, Kind.DECIDE), end(tx("open-" + i), 2));
    }
    assertThatThrownBy(() -> world.append(locking(begin(tx("y")), "lock-0")))
        .as("still full, and the lock is free")
        .isInstanceOf(LogFullException.class);

    world.advance(FileLogWorld.RETENTION);
    assertThatThrownBy(() -> world.append(begin(tx("z"))))
        .as("makes room for the next one")
        .isInstanceOf(LogFullException.class);
    world.append(locking(begin(tx("z")), "lock-0"));
    FileLogWorld after = world.after(world.disk.afterPowerLoss(Choices.oldest()));
    after.openAndCheck();
    after.checkGoesOn();
  }

  @Test
  void nothing_of_a_refused_begin_stays_behind() throws Exception {
    FileLogWorld world = opened();
    world.append(locking(begin(tx("holder")), "a"));
    assertThatThrownBy(() -> world.append(locking(begin(tx("refused")), "b", "a")))
        .isInstanceOf(LockHeldException.class);
    assertThat(world.log().stats().live()).isEqualTo(1);
    world.append(locking(begin(tx("next")), "b"));
    world.append(locking(begin(tx("refused")), "c"));
    assertThat(world.log().stats().live()).isEqualTo(3);
  }

  @Test
  void live_bytes_beyond_their_bound_refuse_new_transactions_only() throws Exception {
    FileLogWorld world =
        new FileLogWorld(new SimDisk(), FileLogWorld.SMALL.withLiveBytesMax(64 << 10));
    world.open();
    world.acquire();
    int begun = 0;
    LogFullException full = null;
    while (full == null && begun < 1000) {
      try {
        world.append(body(begin(tx("open-" + begun)), new byte[1000]));
        begun++;
      } catch (LogFullException refused) {
        full = refused;
      }
    }
    assertThat(full).isNotNull().hasMessageContaining("liveBytesMax");
    assertThat(begun).isBetween(30, 64);
    for (int i = 0; i < begun; i++) {
      world.append(body(step(tx("open-" + i), 1), new byte[1000]));
    }
    assertThat(world.log().stats().liveBytes()).isGreaterThan(64 << 10);
    for (int i = 0; i < begun; i++) {
      world.append(end(tx("open-" + i), 2));
    }
    assertThat(world.log().stats().liveBytes()).isZero();
    world.append(begin(tx("next")));
  }

  @Test
  void an_append_larger_than_a_record_may_be_is_a_callers_error() throws Exception {
    FileLogWorld world = opened();
    int max = FileLogWorld.SMALL.wal().recordBytesMax();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> world.append(body(begin(tx("large")), new byte[max])))
        .withMessageContaining("recordBytesMax, " + max);
    assertThat(world.log().head(tx("large"))).isEmpty();
    assertThat(world.log().stats().live()).isZero();
  }
}
