package io.quorate.raft.txlog;

import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.due;
import static io.quorate.testkit.log.TestRecords.end;
import static io.quorate.testkit.log.TestRecords.locking;
import static io.quorate.testkit.log.TestRecords.record;
import static io.quorate.testkit.log.TestRecords.step;
import static io.quorate.testkit.log.TestRecords.tx;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Kind;
import io.quorate.core.tx.log.TxHead;
import io.quorate.raft.StateMachine;
import io.quorate.raft.txlog.TableReply.Acquired;
import io.quorate.raft.txlog.TableReply.Conflict;
import io.quorate.raft.txlog.TableReply.Done;
import io.quorate.raft.txlog.TableReply.Fenced;
import io.quorate.raft.txlog.TableReply.Full;
import io.quorate.raft.txlog.TableReply.Held;
import io.quorate.raft.txlog.TableReply.Locked;
import io.quorate.raft.txlog.TableReply.Outcome;
import io.quorate.raft.txlog.TableReply.Senseless;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The replicated state alone: what each command does, and that all nodes come to the same. */
final class TransactionTableTest {
  private static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final TableLimits LIMITS =
      new TableLimits(64 << 10, Duration.ofMinutes(1), 32 << 10);

  private final TransactionTable table = new TransactionTable();
  private long index;
  private Instant now = T0;

  private TableReply reply(TransactionTable to, TableCommand command) {
    return ReplyCodec.decode(to.apply(++index, ByteBuffer.wrap(CommandCodec.encode(command))));
  }

  private Outcome tell(TableCommand command) {
    return reply(table, command).outcome();
  }

  private Outcome acquire(String owner) {
    return tell(new TableCommand.Acquire(now, owner, LEASE, LIMITS));
  }

  private Outcome append(long epoch, LogRecord... records) {
    return tell(new TableCommand.Append(now, epoch, List.of(records)));
  }

  private static byte[] bytes(StateMachine machine) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (StateMachine.View view = machine.snapshot()) {
      view.writeTo(out);
    }
    return out.toByteArray();
  }

  private static TransactionTable restored(byte[] state) throws IOException {
    TransactionTable restored = new TransactionTable();
    restored.restore(new ByteArrayInputStream(state));
    return restored;
  }

  @Test
  void an_epoch_is_compared_where_an_append_is_applied() {
    assertThat(append(0, begin(tx("a")))).isEqualTo(new Fenced(0));
    assertThat(acquire("ann")).isEqualTo(new Acquired(1));
    assertThat(append(1, begin(tx("a")))).isEqualTo(new Done());
    assertThat(acquire("ann")).isEqualTo(new Acquired(2));
    assertThat(append(1, step(tx("a"), 1))).isEqualTo(new Fenced(2));
    assertThat(append(3, step(tx("a"), 1))).isEqualTo(new Fenced(2));
    assertThat(append(2, step(tx("a"), 1))).isEqualTo(new Done());
  }

  @Test
  void the_sequence_decides_and_says_what_would_fit() {
    acquire("ann");
    assertThat(append(1, step(tx("a"), 1))).isEqualTo(new Conflict(0));
    assertThat(append(1, begin(tx("a")), step(tx("a"), 1))).isEqualTo(new Done());
    assertThat(append(1, step(tx("a"), 1))).isEqualTo(new Conflict(2));
    assertThat(append(1, end(tx("a"), 2))).isEqualTo(new Done());
    assertThat(append(1, step(tx("a"), 3))).isEqualTo(new Conflict(Conflict.ENDED));
  }

  @Test
  void a_held_lock_is_named_in_the_order_of_names_whatever_set_it_came_in() {
    acquire("ann");
    append(1, locking(begin(tx("a")), "x", "c", "b", "y"));
    assertThat(append(1, locking(begin(tx("b")), "y", "x", "c", "a")))
        .isEqualTo(new Locked(tx("a"), "c"));
    append(1, end(tx("a"), 1));
    assertThat(append(1, locking(begin(tx("b")), "x", "c", "a"))).isEqualTo(new Done());
  }

  @Test
  void a_lease_ends_by_the_latest_time_told_and_fences_nobody_by_itself() {
    acquire("ann");
    now = T0.plus(LEASE).minusNanos(1);
    assertThat(acquire("bob")).isEqualTo(new Held("ann", Duration.ofNanos(1)));
    now = T0.minusSeconds(3600);
    assertThat(acquire("bob")).as("a clock behind").isEqualTo(new Held("ann", Duration.ofNanos(1)));
    now = T0.plus(LEASE.multipliedBy(5));
    assertThat(append(1, begin(tx("late")))).isEqualTo(new Done());
    assertThat(tell(new TableCommand.Renew(now, 1))).isEqualTo(new Done());
    assertThat(acquire("bob")).isEqualTo(new Held("ann", LEASE));
    assertThat(tell(new TableCommand.Release(now, 1))).isEqualTo(new Done());
    assertThat(acquire("bob")).isEqualTo(new Acquired(2));
    assertThat(tell(new TableCommand.Release(now, 1))).isEqualTo(new Fenced(2));
    assertThat(acquire("cid")).isInstanceOf(Held.class);
  }

  @Test
  void time_is_the_latest_told_and_dates_what_a_slower_clock_writes() {
    acquire("ann");
    Instant ahead = T0.plusSeconds(5);
    assertThat(reply(table, new TableCommand.Tick(ahead)).latest()).isEqualTo(ahead);
    append(1, begin(tx("a")));
    assertThat(table.head(tx("a")).value().orElseThrow().startedAt()).isEqualTo(ahead);
  }

  @Test
  void times_and_durations_at_the_end_of_the_scale_stop_no_node() {
    assertThat(
            tell(
                new TableCommand.Acquire(
                    Instant.MAX, "ann", Duration.ofSeconds(Long.MAX_VALUE), LIMITS)))
        .isEqualTo(new Acquired(1));
    assertThat(append(1, begin(tx("a")), end(tx("a"), 1))).isEqualTo(new Done());
    assertThat(tell(new TableCommand.Renew(Instant.MIN, 1))).isEqualTo(new Done());
  }

  @Test
  void limits_come_with_the_epoch_and_open_transactions_go_on_beyond_them() {
    acquire("ann");
    byte[] large = new byte[64 << 10];
    append(1, io.quorate.testkit.log.TestRecords.body(begin(tx("large")), large));
    assertThat(append(1, begin(tx("b")))).isInstanceOf(Full.class);
    assertThat(append(1, step(tx("large"), 1))).isEqualTo(new Done());
    TableLimits more = new TableLimits(1 << 20, LIMITS.retention(), LIMITS.retainedBytesMax());
    tell(new TableCommand.Acquire(now, "ann", LEASE, more));
    assertThat(append(2, begin(tx("b")))).isEqualTo(new Done());
  }

  @Test
  void ended_transactions_are_forgotten_after_their_time_a_bounded_number_at_once() {
    acquire("ann");
    int count = TableState.FORGET_MAX + 1;
    tell(new TableCommand.Acquire(now, "ann", LEASE, TableLimits.defaults()));
    for (int i = 0; i < count; i++) {
      append(2, begin(tx("t" + i)), end(tx("t" + i), 1));
    }
    now = T0.plus(TableLimits.defaults().retention()).minusNanos(1);
    tell(new TableCommand.Tick(now));
    assertThat(table.stats().value().transactions()).isEqualTo(count);
    now = now.plusNanos(1);
    tell(new TableCommand.Tick(now));
    assertThat(table.stats().value().transactions()).isEqualTo(1);
    tell(new TableCommand.Tick(now));
    assertThat(table.stats().value()).isEqualTo(new TableStats(0, 0, 0));
    assertThat(append(2, begin(tx("t0")))).isEqualTo(new Done());
  }

  @Test
  void beyond_the_room_for_ended_ones_the_longest_ended_is_forgotten_first() {
    tell(new TableCommand.Acquire(now, "ann", LEASE, new TableLimits(1 << 20, LEASE, 1_500)));
    append(1, begin(tx("z")), end(tx("z"), 1));
    now = now.plusNanos(1);
    append(1, begin(tx("a")), end(tx("a"), 1));
    now = now.plusNanos(1);
    append(1, begin(tx("m")), end(tx("m"), 1));
    assertThat(table.list(Set.of(TxHead.Status.ENDED), null, 9).value())
        .extracting(TxHead::tx)
        .containsExactly(tx("a"), tx("m"));
  }

  @Test
  void bytes_that_are_no_command_change_nothing_and_are_answered_so() throws IOException {
    acquire("ann");
    append(1, begin(tx("a")));
    byte[] before = bytes(table);
    byte[] good =
        CommandCodec.encode(
            new TableCommand.Append(
                now.plusSeconds(9), 1, List.of(locking(step(tx("a"), 1), "x"))));
    for (int length = 0; length < good.length - "STEP-1".length() - 4; length++) {
      assertSenseless(Arrays.copyOf(good, length));
    }
    assertSenseless(Arrays.copyOf(good, good.length + 1));
    byte[] newer = good.clone();
    newer[0] = 2;
    assertSenseless(newer);
    byte[] unknown = good.clone();
    unknown[1] = 6;
    assertSenseless(unknown);
    assertThat(bytes(table)).isEqualTo(before);
  }

  private void assertSenseless(byte[] command) {
    assertThat(ReplyCodec.decode(table.apply(++index, ByteBuffer.wrap(command))).outcome())
        .isEqualTo(new Senseless());
  }

  @Test
  void a_snapshot_is_of_its_moment_and_is_refused_when_it_is_damaged() throws IOException {
    acquire("ann");
    append(1, locking(due(begin(tx("a")), T0), "x"), step(tx("a"), 1));
    byte[] state = bytes(table);
    StateMachine.View view = table.snapshot();
    append(1, end(tx("a"), 2));
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    view.writeTo(written);
    assertThat(written.toByteArray()).isEqualTo(state);

    TransactionTable target = restored(state);
    for (int length = 0; length < state.length; length++) {
      byte[] cut = Arrays.copyOf(state, length);
      assertThatThrownBy(() -> target.restore(new ByteArrayInputStream(cut)))
          .isInstanceOf(IOException.class);
    }
    assertThatThrownBy(
            () -> target.restore(new ByteArrayInputStream(Arrays.copyOf(state, state.length + 1))))
        .isInstanceOf(IOException.class);
    byte[] newer = state.clone();
    newer[3] = 2;
    assertThatThrownBy(() -> target.restore(new ByteArrayInputStream(newer)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version");
    assertThat(bytes(target)).as("a refused one changes nothing").isEqualTo(state);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void a_node_that_was_restored_again_and_again_answers_as_one_that_never_was(long seed)
      throws IOException {
    Random random = new Random(seed);
    TransactionTable always = new TransactionTable();
    TransactionTable often = new TransactionTable();
    long epoch = 0;
    for (int i = 0; i < 3_000; i++) {
      TableCommand command = command(random, always, epoch);
      TableReply reply = reply(always, command);
      assertThat(reply(often, command)).as("seed %d command %d", seed, i).isEqualTo(reply);
      if (reply.outcome() instanceof Acquired next) {
        epoch = next.epoch();
      }
      if (random.nextInt(50) == 0) {
        often = restored(bytes(often));
      }
      if (random.nextInt(20) == 0) {
        assertThat(often.due(epoch, now, 7)).isEqualTo(always.due(epoch, now, 7));
        assertThat(often.list(Set.of(TxHead.Status.values()), null, 9))
            .isEqualTo(always.list(Set.of(TxHead.Status.values()), null, 9));
        assertThat(often.stats()).isEqualTo(always.stats());
      }
    }
    assertThat(bytes(often)).as("seed %d", seed).isEqualTo(bytes(always));
  }

  private TableCommand command(Random random, TransactionTable table, long epoch) {
    // Many share a time, so that ties are many.
    if (random.nextInt(8) == 0) {
      now = now.plusSeconds(random.nextInt(20));
    }
    Instant reading = now.minusSeconds(random.nextInt(2));
    int choice = random.nextInt(100);
    if (epoch == 0 || choice == 0) {
      return new TableCommand.Acquire(
          reading, random.nextBoolean() ? "ann" : "bob", Duration.ofSeconds(1), LIMITS);
    }
    if (choice == 1) {
      return new TableCommand.Release(reading, epoch);
    }
    if (choice == 2) {
      return new TableCommand.Renew(reading, epoch - random.nextInt(2));
    }
    var tx = tx("t" + random.nextInt(60));
    int seq = table.head(tx).value().map(head -> head.seq() + 1).orElse(0);
    LogRecord next = record(tx, seq, seq == 0 ? Kind.BEGIN : Kind.values()[1 + random.nextInt(5)]);
    if (random.nextInt(3) == 0) {
      next = locking(next, "lock-" + random.nextInt(30), "lock-" + random.nextInt(30) + "b");
    }
    if (random.nextInt(3) == 0) {
      next = due(next, now.plusSeconds(random.nextInt(60) - 30L));
    }
    return new TableCommand.Append(
        reading, epoch - (random.nextInt(20) == 0 ? 1 : 0), List.of(next));
  }
}
