package io.quorate.testkit.log;

import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.end;
import static io.quorate.testkit.log.TestRecords.lazy;
import static io.quorate.testkit.log.TestRecords.locking;
import static io.quorate.testkit.log.TestRecords.record;
import static io.quorate.testkit.log.TestRecords.step;
import static io.quorate.testkit.log.TestRecords.tx;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LockHeldException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Locks: taken with a record, held to the end of their transaction. */
interface LockPromises extends LogPromises {

  @Test
  default void a_held_lock_is_refused_by_name_and_holder_and_nothing_is_written() throws Exception {
    Epoch epoch = acquire();
    TxId holder = tx("holder");
    TxId other = tx("other");
    log().append(epoch, List.of(locking(begin(holder), "sku:1", "sku:2")));
    log().append(epoch, List.of(begin(other)));

    assertHeld(epoch, List.of(lazy(locking(step(other, 1), "sku:1"))), "sku:1", holder);
    assertHeld(epoch, List.of(locking(step(other, 1), "sku:2")), "sku:2", holder);
    assertHeld(
        epoch,
        List.of(step(other, 1), locking(step(other, 2), "sku:9"), locking(step(other, 3), "sku:1")),
        "sku:1",
        holder);
    assertHeld(epoch, List.of(locking(begin(tx("third")), "sku:1")), "sku:1", holder);
    assertThat(log().read(other)).containsExactly(begin(other));
    assertThat(log().head(tx("third"))).isEmpty();

    log().append(epoch, List.of(locking(begin(tx("fourth")), "sku:9")));
  }

  @Test
  default void an_end_frees_all_locks_of_its_transaction_and_only_those() throws Exception {
    Epoch epoch = acquire();
    TxId first = tx("first");
    TxId second = tx("second");
    log().append(epoch, List.of(locking(begin(first), "a", "b"), locking(step(first, 1), "c")));
    log().append(epoch, List.of(locking(begin(second), "d")));
    log().append(epoch, List.of(record(first, 2, Kind.DECIDE), record(first, 3, Kind.PARK)));
    assertHeld(epoch, List.of(locking(step(second, 1), "c")), "c", first);
    log().append(epoch, List.of(record(first, 4, Kind.RESOLVE), end(first, 5)));
    log().append(epoch, List.of(locking(begin(tx("third")), "a", "b", "c")));
    assertHeld(epoch, List.of(locking(begin(tx("fourth")), "d")), "d", second);
  }

  @Test
  default void a_transaction_may_take_its_own_lock_again() throws Exception {
    Epoch epoch = acquire();
    TxId tx = tx("again");
    List<LogRecord> all =
        List.of(locking(begin(tx), "a"), locking(step(tx, 1), "a", "b"), locking(step(tx, 2), "a"));
    log().append(epoch, all.subList(0, 1));
    log().append(epoch, all.subList(1, 3));
    assertThat(log().read(tx)).isEqualTo(all);
    log().append(epoch, List.of(end(tx, 3)));
    log().append(epoch, List.of(locking(begin(tx("next")), "a", "b")));
  }

  @Test
  default void a_transaction_that_begins_and_ends_at_once_leaves_no_lock() throws Exception {
    Epoch epoch = acquire();
    log().append(epoch, List.of(locking(begin(tx("short")), "a"), end(tx("short"), 1)));
    log().append(epoch, List.of(begin(tx("end")), locking(end(tx("end"), 1), "a")));
    log().append(epoch, List.of(locking(begin(tx("next")), "a")));
  }

  @Test
  default void locks_survive_close_crash_and_a_new_epoch() throws Exception {
    TxId holder = tx("holder");
    log().append(acquire(), List.of(locking(begin(holder), "a"), locking(step(holder, 1), "b")));
    reopen();
    assertHeld(acquire(), List.of(locking(begin(tx("second")), "a")), "a", holder);
    crashAndReopen();
    Epoch epoch = acquire();
    assertHeld(epoch, List.of(locking(begin(tx("third")), "b")), "b", holder);
    log().append(epoch, List.of(end(holder, 2)));
    reopen();
    log().append(acquire(), List.of(locking(begin(tx("fourth")), "a", "b")));
  }

  @Test
  default void a_lock_may_have_any_name() throws Exception {
    Epoch epoch = acquire();
    List<String> names =
        List.of(
            " ",
            "a",
            "A",
            "a ",
            "%",
            "'",
            "\\",
            "\\u0000",
            "\0",
            "\n",
            "a\nb",
            "库存:1",
            "\uD83D\uDD12",
            "\uD800",
            "?",
            "\uFFFD",
            "x".repeat(128),
            "\uFFFF".repeat(128));
    for (int i = 0; i < names.size(); i++) {
      log().append(epoch, List.of(locking(begin(tx("holder-" + i)), names.get(i))));
    }
    crashAndReopen();
    Epoch next = acquire();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      assertThat(log().read(tx("holder-" + i)).getFirst().locks()).containsExactly(name);
      assertHeld(next, List.of(locking(begin(tx("late-" + i)), name)), name, tx("holder-" + i));
    }
  }

  private void assertHeld(Epoch epoch, List<LogRecord> records, String lock, TxId holder) {
    assertThatThrownBy(() -> log().append(epoch, records))
        .isInstanceOfSatisfying(
            LockHeldException.class,
            refusal -> {
              assertThat(refusal.lock()).isEqualTo(lock);
              assertThat(refusal.holder()).isEqualTo(holder);
            });
  }
}
