package io.quorate.testkit.log;

import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.beginAndSteps;
import static io.quorate.testkit.log.TestRecords.end;
import static io.quorate.testkit.log.TestRecords.lazy;
import static io.quorate.testkit.log.TestRecords.record;
import static io.quorate.testkit.log.TestRecords.step;
import static io.quorate.testkit.log.TestRecords.tx;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Kind;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.log.TxHead.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What survives, what may be lost, and the log's own time. */
interface DurabilityPromises extends LogPromises {

  @Test
  default void a_crash_loses_no_forced_record() throws Exception {
    Epoch epoch = acquire();
    List<LogRecord> all = beginAndSteps(tx("forced"), 20);
    for (LogRecord next : all) {
      log().append(epoch, List.of(next));
    }
    TxHead head = log().head(tx("forced")).orElseThrow();
    crashAndReopen();
    assertThat(log().read(tx("forced"))).isEqualTo(all);
    assertThat(log().head(tx("forced"))).contains(head);
  }

  @Test
  default void a_forced_record_takes_all_that_was_appended_before_with_it() throws Exception {
    Epoch epoch = acquire();
    TxId tx = tx("before");
    log().append(epoch, List.of(begin(tx)));
    log().append(epoch, List.of(lazy(step(tx, 1))));
    log().append(epoch, List.of(lazy(step(tx, 2)), lazy(end(tx, 3))));
    log().append(epoch, List.of(begin(tx("other"))));
    crashAndReopen();
    assertThat(log().read(tx))
        .containsExactly(begin(tx), lazy(step(tx, 1)), lazy(step(tx, 2)), lazy(end(tx, 3)));
    assertThat(log().head(tx)).map(TxHead::status).contains(Status.ENDED);
  }

  @Test
  default void an_append_with_one_forced_record_forces_all_of_it() throws Exception {
    Epoch epoch = acquire();
    TxId tx = tx("mixed");
    List<LogRecord> all = List.of(lazy(begin(tx)), record(tx, 1, Kind.DECIDE), lazy(step(tx, 2)));
    log().append(epoch, all);
    crashAndReopen();
    assertThat(log().read(tx)).startsWith(all.get(0), all.get(1));
    assertThat(log().read(tx)).as("one append is atomic").isEqualTo(all);
  }

  @Test
  default void a_crash_loses_lazy_records_only_as_a_suffix_and_whole_appends() throws Exception {
    List<LogRecord> all = new ArrayList<>(List.of(begin(tx("lazy"))));
    log().append(acquire(), all);
    for (int round = 0; round < 10; round++) {
      Epoch epoch = acquire();
      List<LogRecord> attempted = new ArrayList<>(all);
      for (int append = 0; append < 3; append++) {
        int seq = attempted.size();
        List<LogRecord> two = List.of(lazy(step(tx("lazy"), seq)), lazy(step(tx("lazy"), seq + 1)));
        log().append(epoch, two);
        attempted.addAll(two);
      }
      crashAndReopen();
      List<LogRecord> kept = log().read(tx("lazy"));
      assertThat(attempted).startsWith(kept.toArray(LogRecord[]::new));
      assertThat(kept).startsWith(all.toArray(LogRecord[]::new));
      assertThat((kept.size() - all.size()) % 2).as("half an append survived").isZero();
      assertThat(log().head(tx("lazy"))).map(TxHead::seq).contains(kept.size() - 1);
      all = new ArrayList<>(kept);
    }
  }

  @Test
  default void a_clean_close_loses_nothing() throws Exception {
    Epoch epoch = acquire();
    List<LogRecord> all = new ArrayList<>(List.of(begin(tx("lazy"))));
    log().append(epoch, all);
    for (int seq = 1; seq <= 50; seq++) {
      LogRecord next = lazy(step(tx("lazy"), seq));
      log().append(epoch, List.of(next));
      all.add(next);
    }
    assertThat(reopen().read(tx("lazy"))).isEqualTo(all);
  }

  @Test
  default void what_was_shown_is_never_lost() throws Exception {
    TxId tx = tx("shown");
    log().append(acquire(), List.of(begin(tx)));
    for (int round = 0; round < 10; round++) {
      Epoch epoch = acquire();
      int seq = log().head(tx).orElseThrow().seq();
      log().append(epoch, List.of(lazy(step(tx, seq + 1))));
      List<LogRecord> read = log().read(tx);
      int head = log().head(tx).orElseThrow().seq();
      int listed = log().list(Set.of(Status.OPEN), null, 1).getFirst().seq();
      crashAndReopen();
      List<LogRecord> after = log().read(tx);
      assertThat(after).startsWith(read.toArray(LogRecord[]::new));
      assertThat(after).hasSizeGreaterThan(Math.max(head, listed));
    }
  }

  @Test
  default void a_lazy_record_alone_becomes_visible_by_itself() throws Exception {
    Epoch epoch = acquire();
    TxId tx = tx("alone");
    log().append(epoch, List.of(begin(tx)));
    log().append(epoch, List.of(lazy(end(tx, 1))));
    long patience = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (log().head(tx).orElseThrow().status() != Status.ENDED) {
      assertThat(System.nanoTime()).as("not flushed in 30 s").isLessThan(patience);
      home().advance(Duration.ofMillis(10));
    }
  }

  @Test
  default void a_refused_lazy_append_is_refused_at_once_and_leaves_the_log_usable()
      throws Exception {
    Epoch epoch = acquire();
    TxId tx = tx("refused");
    log().append(epoch, List.of(begin(tx)));
    log().append(epoch, List.of(lazy(step(tx, 1))));
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> log().append(epoch, List.of(lazy(step(tx, 1)))))
        .isInstanceOf(io.quorate.core.tx.log.SequenceConflictException.class);
    log().append(epoch, List.of(lazy(step(tx, 2))));
    log().append(epoch, List.of(step(tx, 3)));
    assertThat(log().read(tx)).hasSize(4);
  }

  @Test
  default void the_logs_time_goes_on_and_never_back() throws Exception {
    Instant last = log().now();
    for (Duration jump : List.of(Duration.ZERO, Duration.ofHours(1), Duration.ofHours(-2))) {
      home().jumpWallClock(jump);
      Instant jumped = log().now();
      assertThat(jumped).isAfterOrEqualTo(last);
      home().advance(Duration.ofSeconds(20));
      last = log().now();
      assertThat(last).isAfterOrEqualTo(jumped.plusSeconds(20));
    }
  }

  @Test
  default void the_logs_time_does_not_go_back_over_close_or_crash() throws Exception {
    Epoch epoch = acquire();
    Instant last = log().now();
    for (int round = 0; round < 3; round++) {
      home().advance(Duration.ofSeconds(round * 7L));
      last = log().now();
      home().jumpWallClock(Duration.ofHours(-1));
      TransactionLog opened = round == 1 ? reopen() : crashAndReopen();
      assertThat(opened.now()).isAfterOrEqualTo(last);
    }
    assertThat(epoch.number()).isPositive();
    log().append(acquire(), List.of(begin(tx("stamped"))));
    assertThat(log().head(tx("stamped")).orElseThrow().startedAt()).isAfterOrEqualTo(last);
  }

  @Test
  default void a_closed_log_says_so_and_may_be_closed_again() throws Exception {
    Epoch epoch = acquire();
    TransactionLog closed = log();
    closed.close();
    closed.close();
    List<ThrowingCallable> calls =
        List.of(
            () -> closed.append(epoch, List.of(begin(tx("late")))),
            () -> closed.append(epoch, List.of(lazy(begin(tx("late"))))),
            () -> closed.read(tx("late")),
            () -> closed.head(tx("late")),
            () -> closed.due(epoch, 1),
            () -> closed.list(Set.of(Status.OPEN), null, 1),
            () -> closed.acquire("node-1", LEASE),
            () -> closed.renew(epoch),
            () -> closed.now());
    for (ThrowingCallable call : calls) {
      assertThatIllegalStateException().isThrownBy(call).withMessageContaining("closed");
    }
    closed.release(epoch);
    assertThat(reopen().head(tx("late"))).isEmpty();
  }
}
