package io.quorate.testkit.log;

import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.due;
import static io.quorate.testkit.log.TestRecords.end;
import static io.quorate.testkit.log.TestRecords.record;
import static io.quorate.testkit.log.TestRecords.step;
import static io.quorate.testkit.log.TestRecords.tx;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.LogRecord.Kind;
import io.quorate.core.tx.log.TxHead;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The index of what wants attention: recovery, timers and retries. */
interface DuePromises extends LogPromises {

  @Test
  default void a_transaction_is_due_from_its_time_on() throws Exception {
    Epoch epoch = acquire();
    TxId tx = tx("timer");
    Instant at = log().now().plusSeconds(30);
    log().append(epoch, List.of(due(begin(tx), at)));
    assertThat(log().due(epoch, 10)).isEmpty();
    home().advance(Duration.ofSeconds(20));
    assertThat(log().due(epoch, 10)).isEmpty();
    home().advance(Duration.ofSeconds(11));
    assertThat(log().due(epoch, 10)).singleElement().isEqualTo(log().head(tx).orElseThrow());
    log().append(epoch, List.of(due(step(tx, 1), log().now().plusSeconds(30))));
    assertThat(log().due(epoch, 10)).as("the last record decides").isEmpty();
  }

  @Test
  default void without_a_time_a_transaction_is_due_when_another_epoch_is_acquired()
      throws Exception {
    Epoch first = acquire();
    TxId tx = tx("in-hand");
    log().append(first, List.of(due(begin(tx), log().now()), step(tx, 1)));
    home().advance(Duration.ofHours(10));
    assertThat(log().due(first, 10)).isEmpty();

    Epoch second = acquire();
    assertThat(dueIds(second, 10)).containsExactly("in-hand");
    log().append(second, List.of(step(tx, 2)));
    assertThat(log().due(second, 10)).as("now in the hands of the new epoch").isEmpty();

    crashAndReopen();
    assertThat(dueIds(acquire(), 10)).containsExactly("in-hand");
  }

  @Test
  default void a_new_epoch_does_not_make_a_later_time_due() throws Exception {
    log().append(acquire(), List.of(due(begin(tx("later")), log().now().plusSeconds(60))));
    crashAndReopen();
    Epoch epoch = acquire();
    assertThat(log().due(epoch, 10)).isEmpty();
    home().advance(Duration.ofSeconds(90));
    assertThat(dueIds(epoch, 10)).containsExactly("later");
  }

  @Test
  default void the_longest_due_come_first_and_no_more_than_asked_for() throws Exception {
    Epoch epoch = acquire();
    Instant now = log().now();
    log().append(epoch, List.of(due(begin(tx("a")), now.minusSeconds(1))));
    log().append(epoch, List.of(due(begin(tx("b")), now.minusSeconds(3))));
    log().append(epoch, List.of(due(begin(tx("c")), now.minusSeconds(2))));
    log().append(epoch, List.of(due(begin(tx("d")), now.minusNanos(3_000_000_001L))));
    log().append(epoch, List.of(due(begin(tx("e")), Instant.MIN)));
    log().append(epoch, List.of(due(begin(tx("never")), Instant.MAX)));
    assertThat(dueIds(epoch, 10)).containsExactly("e", "d", "b", "c", "a");
    assertThat(dueIds(epoch, 2)).containsExactly("e", "d");
    assertThatIllegalArgumentException().isThrownBy(() -> log().due(epoch, 0));
  }

  @Test
  default void what_an_older_epoch_held_counts_as_due_since_its_last_record() throws Exception {
    Epoch first = acquire();
    log().append(first, List.of(due(begin(tx("early")), log().now())));
    home().advance(Duration.ofSeconds(10));
    log().append(first, List.of(begin(tx("held"))));
    home().advance(Duration.ofSeconds(10));
    log().append(first, List.of(due(begin(tx("late")), log().now())));
    home().advance(Duration.ofSeconds(10));
    assertThat(dueIds(acquire(), 10)).containsExactly("early", "held", "late");
  }

  @Test
  default void parked_and_ended_transactions_are_never_due() throws Exception {
    Epoch epoch = acquire();
    TxId parked = tx("parked");
    TxId ended = tx("ended");
    Instant past = log().now().minusSeconds(60);
    log().append(epoch, List.of(begin(parked), due(record(parked, 1, Kind.PARK), past)));
    log().append(epoch, List.of(begin(ended), due(end(ended, 1), past)));
    assertThat(log().due(epoch, 10)).isEmpty();
    Epoch next = acquire();
    assertThat(log().due(next, 10)).isEmpty();

    log().append(next, List.of(due(record(parked, 2, Kind.RESOLVE), past)));
    assertThat(dueIds(next, 10)).as("a resolution opens it again").containsExactly("parked");
  }

  @Test
  default void a_wall_clock_that_jumps_moves_no_timer() throws Exception {
    Epoch epoch = acquire();
    log().append(epoch, List.of(due(begin(tx("timer")), log().now().plusSeconds(600))));
    home().jumpWallClock(Duration.ofHours(1));
    assertThat(log().due(epoch, 10)).as("one hour ahead").isEmpty();
    home().jumpWallClock(Duration.ofHours(-2));
    home().advance(Duration.ofSeconds(601));
    assertThat(dueIds(epoch, 10)).as("one hour behind").containsExactly("timer");
  }

  @Test
  default void a_wall_clock_set_back_while_the_log_was_down_stops_no_timer() throws Exception {
    log().append(acquire(), List.of(due(begin(tx("timer")), log().now().plusSeconds(30))));
    home().jumpWallClock(Duration.ofHours(-1));
    crashAndReopen();
    home().advance(Duration.ofSeconds(31));
    assertThat(dueIds(acquire(), 10)).containsExactly("timer");
  }

  private List<String> dueIds(Epoch epoch, int limit) throws FencedException {
    Stream<TxHead> heads = log().due(epoch, limit).stream();
    return heads.map(head -> head.tx().value()).toList();
  }
}
