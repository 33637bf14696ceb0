package io.quorate.testkit.sim;

import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.end;
import static io.quorate.testkit.log.TestRecords.lazy;
import static io.quorate.testkit.log.TestRecords.locking;
import static io.quorate.testkit.log.TestRecords.step;
import static io.quorate.testkit.log.TestRecords.tx;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.IndeterminateException;
import io.quorate.core.tx.log.LogFullException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.log.TxHead;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the simulated log does beyond the contract: it loses and fails exactly as it is told. */
final class SimTransactionLogTest {
  private static final Duration LEASE = Duration.ofSeconds(10);

  private final SimWorld world = new SimWorld(1);
  private final SimTransactionLog log = SimTransactionLog.on(world.clock());
  private final TxId tx = tx("order");

  @Test
  void a_crash_keeps_as_many_volatile_appends_as_it_is_told() throws Exception {
    for (int kept = 0; kept <= 3; kept++) {
      SimTransactionLog writer = SimTransactionLog.on(world.clock());
      Epoch epoch = writer.acquire("node-1", LEASE);
      writer.append(epoch, List.of(begin(tx)));
      writer.append(epoch, List.of(lazy(step(tx, 1))));
      writer.append(epoch, List.of(lazy(step(tx, 2)), lazy(step(tx, 3))));
      writer.append(epoch, List.of(lazy(end(tx, 4))));
      assertThat(writer.volatileAppends()).isEqualTo(3);
      writer.crash(kept);
      assertThat(writer.openAnother().read(tx)).hasSize(List.of(1, 2, 4, 5).get(kept));
    }
  }

  @Test
  void a_forced_append_leaves_nothing_volatile_not_even_of_other_transactions() throws Exception {
    Epoch epoch = log.acquire("node-1", LEASE);
    log.append(epoch, List.of(lazy(begin(tx("other")))));
    assertThat(log.volatileAppends()).isOne();
    log.append(epoch, List.of(begin(tx)));
    assertThat(log.volatileAppends()).isZero();
    log.crash(0);
    assertThat(log.openAnother().read(tx("other"))).hasSize(1);
  }

  @Test
  void locks_taken_or_freed_by_a_lost_record_are_as_before() throws Exception {
    Epoch epoch = log.acquire("node-1", LEASE);
    log.append(epoch, List.of(locking(begin(tx), "a")));
    log.append(epoch, List.of(lazy(locking(begin(tx("other")), "b"))));
    log.append(epoch, List.of(lazy(end(tx, 1))));
    assertThat(log.locks()).containsOnlyKeys("b");
    log.crash(0);
    assertThat(log.openAnother().locks()).containsOnlyKeys("a").containsValue(tx);
  }

  @Test
  void what_a_paused_process_had_not_written_is_lost_when_another_takes_over() throws Exception {
    Epoch old = log.acquire("node-1", LEASE);
    log.append(old, List.of(begin(tx)));
    log.append(old, List.of(lazy(step(tx, 1))));
    log.append(old, List.of(lazy(step(tx, 2))));
    log.persist(1);
    world.advance(LEASE);
    SimTransactionLog taker = log.openAnother();
    Epoch newer = taker.acquire("node-2", LEASE);
    assertThat(taker.read(tx)).hasSize(2);
    taker.append(newer, List.of(step(tx, 2)));
    assertThatThrownBy(() -> log.append(old, List.of(step(tx, 3))))
        .isInstanceOf(FencedException.class);
    assertThat(log.read(tx)).isEqualTo(taker.read(tx)).hasSize(3);
  }

  @Test
  void inspecting_makes_nothing_durable_and_reading_does() throws Exception {
    Epoch epoch = log.acquire("node-1", LEASE);
    log.append(epoch, List.of(lazy(begin(tx))));
    assertThat(log.inspect()).extracting(TxHead::tx).containsExactly(tx);
    assertThat(log.volatileAppends()).isOne();
    assertThat(log.openAnother().read(tx))
        .as("another process sees only what is durable")
        .isEmpty();
    assertThat(log.read(tx)).hasSize(1);
    assertThat(log.volatileAppends()).isZero();
    assertThat(log.openAnother().read(tx)).hasSize(1);
  }

  @Test
  void an_injected_fault_hits_one_append_and_says_the_truth() throws Exception {
    Epoch epoch = log.acquire("node-1", LEASE);
    List<LogRecord> first = List.of(begin(tx));
    log.failNext(AppendFault.UNAVAILABLE);
    assertThatThrownBy(() -> log.append(epoch, first)).isInstanceOf(LogUnavailableException.class);
    assertThat(log.read(tx)).isEmpty();
    log.failNext(AppendFault.INDETERMINATE_LOST);
    assertThatThrownBy(() -> log.append(epoch, first)).isInstanceOf(IndeterminateException.class);
    assertThat(log.read(tx)).isEmpty();
    log.failNext(AppendFault.INDETERMINATE_WRITTEN);
    assertThatThrownBy(() -> log.append(epoch, first)).isInstanceOf(IndeterminateException.class);
    assertThat(log.read(tx)).isEqualTo(first);
    log.append(epoch, List.of(step(tx, 1)));
  }

  @Test
  void a_full_log_refuses_new_transactions_and_lets_open_ones_go_on() throws Exception {
    Epoch epoch = log.acquire("node-1", LEASE);
    log.append(epoch, List.of(begin(tx)));
    log.full(true);
    assertThatThrownBy(() -> log.append(epoch, List.of(begin(tx("other")))))
        .isInstanceOf(LogFullException.class);
    assertThat(log.read(tx("other"))).isEmpty();
    log.append(epoch, List.of(step(tx, 1), end(tx, 2)));
    log.full(false);
    log.append(epoch, List.of(begin(tx("other"))));
  }

  @Test
  void more_than_is_volatile_cannot_be_kept() {
    assertThatIllegalArgumentException().isThrownBy(() -> log.crash(1));
    assertThatIllegalArgumentException().isThrownBy(() -> log.persist(-1));
  }
}
