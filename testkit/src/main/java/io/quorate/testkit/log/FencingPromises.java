package io.quorate.testkit.log;

import static io.quorate.testkit.log.TestRecords.begin;
import static io.quorate.testkit.log.TestRecords.due;
import static io.quorate.testkit.log.TestRecords.lazy;
import static io.quorate.testkit.log.TestRecords.step;
import static io.quorate.testkit.log.TestRecords.tx;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.EpochHeldException;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.TransactionLog;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Epochs: at most one coordinator writes; leases decide how long a newcomer waits. */
interface FencingPromises extends LogPromises {

  @Test
  default void an_older_epoch_can_neither_append_nor_renew_nor_ask_what_is_due() throws Exception {
    Epoch old = acquire();
    TxId tx = tx("fenced");
    log().append(old, List.of(begin(tx)));
    Epoch newer = acquire();

    assertFenced(() -> log().append(old, List.of(step(tx, 1))));
    assertFenced(() -> log().append(old, List.of(begin(tx("fresh")))));
    assertFenced(() -> log().renew(old));
    assertFenced(() -> log().due(old, 10));
    assertThat(log().read(tx)).containsExactly(begin(tx));
    assertThat(log().head(tx("fresh"))).isEmpty();

    log().append(newer, List.of(step(tx, 1)));
    log().renew(newer);
  }

  @Test
  default void a_lazy_record_of_an_older_epoch_never_becomes_visible() throws Exception {
    Epoch old = acquire();
    TxId tx = tx("lazy-zombie");
    log().append(old, List.of(begin(tx)));
    log().append(old, List.of(step(tx, 1)));
    Epoch newer = acquire();
    try {
      log().append(old, List.of(lazy(step(tx, 2))));
    } catch (FencedException expectedButNotRequired) {
      assertThat(expectedButNotRequired).hasMessageContaining(old.toString());
    }
    log().append(newer, List.of(begin(tx("barrier"))));
    assertThat(reopen().read(tx)).containsExactly(begin(tx), step(tx, 1));
  }

  @Test
  default void nobodys_epoch_writes_nothing_not_even_before_the_first_acquire() throws Exception {
    TxId tx = tx("nobody");
    assertFenced(() -> log().append(Epoch.NONE, List.of(due(begin(tx), log().now()))));
    acquire();
    assertFenced(() -> log().append(Epoch.NONE, List.of(due(begin(tx), log().now()))));
    assertFenced(() -> log().renew(Epoch.NONE));
    assertFenced(() -> log().due(Epoch.NONE, 1));
    assertThat(log().head(tx)).isEmpty();
  }

  @Test
  default void an_epoch_the_log_has_not_handed_out_is_refused() throws Exception {
    Epoch mine = acquire();
    Epoch forged = new Epoch("node-1", mine.number() + 1);
    log().append(mine, List.of(begin(tx("known"))));
    assertFenced(() -> log().append(forged, List.of(lazy(step(tx("known"), 1)))));
    assertFenced(() -> log().append(Epoch.NONE, List.of(lazy(step(tx("known"), 1)))));
    assertFenced(() -> log().append(forged, List.of(begin(tx("forged")))));
    assertFenced(() -> log().renew(forged));
    assertFenced(() -> log().due(forged, 1));
    assertThat(log().head(tx("forged"))).isEmpty();
    log().append(mine, List.of(lazy(step(tx("known"), 1))));
  }

  @Test
  default void epochs_grow_over_close_and_crash() throws Exception {
    Epoch first = acquire();
    assertThat(first.owner()).isEqualTo("node-1");
    assertThat(first.number()).isPositive();
    Epoch second = acquire();
    reopen();
    Epoch third = acquire();
    crashAndReopen();
    Epoch fourth = acquire();
    assertThat(List.of(first.number(), second.number(), third.number(), fourth.number()))
        .isSorted()
        .doesNotHaveDuplicates();
    assertFenced(() -> log().append(third, List.of(begin(tx("late")))));
    log().append(fourth, List.of(begin(tx("late"))));
  }

  @Test
  default void acquire_while_held_names_the_holder_where_there_are_leases() throws Exception {
    Epoch held = acquire("ann");
    if (home().leases()) {
      assertThatThrownBy(() -> log().acquire("bob", LEASE))
          .isInstanceOfSatisfying(
              EpochHeldException.class,
              refusal -> {
                assertThat(refusal).hasMessageContaining("ann");
                assertThat(refusal.remaining()).isBetween(Duration.ofNanos(1), LEASE);
              });
      log().append(held, List.of(begin(tx("still-held"))));
    } else {
      Epoch next = log().acquire("bob", LEASE);
      assertThat(next.number()).isGreaterThan(held.number());
      assertFenced(() -> log().append(held, List.of(begin(tx("still-held")))));
    }
  }

  @Test
  default void the_same_owner_started_again_takes_over_at_once() throws Exception {
    Epoch before = acquire();
    crashAndReopen();
    Epoch after = log().acquire("node-1", LEASE);
    assertThat(after.number()).isGreaterThan(before.number());
    assertFenced(() -> log().append(before, List.of(begin(tx("drained")))));
  }

  @Test
  default void a_released_lease_makes_nobody_wait() throws Exception {
    Epoch ann = acquire("ann");
    log().release(ann);
    log().release(ann);
    Epoch bob = log().acquire("bob", LEASE);
    log().release(ann);
    if (home().leases()) {
      assertThatThrownBy(() -> log().acquire("cid", LEASE))
          .as("a release of an older epoch must not give the newer one's lease away")
          .isInstanceOf(EpochHeldException.class);
    }
    log().append(bob, List.of(begin(tx("bobs"))));
  }

  @Test
  default void a_clean_close_gives_the_lease_up_and_a_crash_does_not() throws Exception {
    acquire("ann");
    reopen();
    log().acquire("bob", LEASE);
    crashAndReopen();
    if (home().leases()) {
      assertThatThrownBy(() -> log().acquire("cid", LEASE))
          .isInstanceOf(EpochHeldException.class)
          .hasMessageContaining("bob");
    } else {
      log().acquire("cid", LEASE);
    }
  }

  @Test
  default void a_lease_that_was_not_renewed_is_taken_over() throws Exception {
    assumeTrue(home().leases(), "this log has no leases");
    Epoch ann = acquire("ann");
    crashAndReopen();
    assertThatThrownBy(() -> log().acquire("bob", LEASE)).isInstanceOf(EpochHeldException.class);
    home().advance(LEASE.plusSeconds(1));
    Epoch bob = log().acquire("bob", LEASE);
    assertFenced(() -> log().append(ann, List.of(begin(tx("late")))));
    log().append(bob, List.of(begin(tx("late"))));
  }

  @Test
  default void a_renewed_lease_lasts_from_the_renewal_on() throws Exception {
    assumeTrue(home().leases(), "this log has no leases");
    Epoch ann = acquire("ann");
    for (int i = 0; i < 3; i++) {
      home().advance(LEASE.multipliedBy(6).dividedBy(10));
      log().renew(ann);
    }
    home().advance(LEASE.multipliedBy(6).dividedBy(10));
    assertThatThrownBy(() -> log().acquire("bob", LEASE)).isInstanceOf(EpochHeldException.class);
    home().advance(LEASE.multipliedBy(6).dividedBy(10));
    log().acquire("bob", LEASE);
  }

  @Test
  default void a_lease_that_ran_out_unnoticed_still_writes_until_somebody_takes_over()
      throws Exception {
    Epoch ann = acquire("ann");
    home().advance(LEASE.multipliedBy(3));
    log().append(ann, List.of(begin(tx("late"))));
    log().renew(ann);
    log().append(ann, List.of(step(tx("late"), 1)));
  }

  @Test
  default void a_wall_clock_set_back_delays_a_take_over_by_one_lease_at_most() throws Exception {
    assumeTrue(home().leases(), "this log has no leases");
    acquire("ann");
    crashAndReopen();
    home().jumpWallClock(Duration.ofHours(-1));
    assertThatThrownBy(() -> log().acquire("bob", LEASE)).isInstanceOf(EpochHeldException.class);
    home().advance(LEASE.plusSeconds(1));
    assertThat(log().acquire("bob", LEASE).owner()).isEqualTo("bob");
  }

  @Test
  default void of_two_coordinators_only_the_newer_writes() throws Exception {
    assumeTrue(home().manyOpen(), "this log has a single owner");
    TransactionLog zombie = log();
    Epoch old = zombie.acquire("ann", LEASE);
    TxId tx = tx("contested");
    zombie.append(old, List.of(begin(tx), step(tx, 1)));
    home().advance(LEASE.plusSeconds(1));

    TransactionLog taker = openAnother();
    Epoch newer = taker.acquire("bob", LEASE);
    taker.append(newer, List.of(step(tx, 2)));
    assertFenced(() -> zombie.append(old, List.of(step(tx, 3))));
    assertFenced(() -> zombie.append(old, List.of(begin(tx("own")))));
    assertFenced(() -> zombie.due(old, 10));
    assertFenced(() -> zombie.renew(old));
    assertThat(taker.read(tx)).containsExactly(begin(tx), step(tx, 1), step(tx, 2));
    assertThat(zombie.read(tx)).isEqualTo(taker.read(tx));
    assertThat(taker.head(tx("own"))).isEmpty();
  }

  @Test
  default void a_lease_must_be_positive() {
    assertThatIllegalArgumentException().isThrownBy(() -> log().acquire("ann", Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> log().acquire("ann", Duration.ofSeconds(-1)));
  }

  private static void assertFenced(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(FencedException.class);
  }
}
