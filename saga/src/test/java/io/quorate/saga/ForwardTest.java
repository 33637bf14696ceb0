package io.quorate.saga;

import static io.quorate.saga.Driven.LOST;
import static io.quorate.saga.Driven.NO;
import static io.quorate.saga.Shop.ORDER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.retry.Retry;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.codec.Codec;
import io.quorate.core.tx.machine.Call;
import io.quorate.core.tx.machine.Input;
import io.quorate.core.tx.machine.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ForwardTest {
  private final Shop shop = new Shop();

  @Test
  void a_saga_of_n_steps_costs_n_plus_one_forced_records() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER);
    for (String step : new String[] {"hold", "authorize", "capture", "ship"}) {
      assertThat(saga.calls()).containsExactly(step);
      saga.perform(step);
    }
    assertThat(saga.history()).containsExactly("BEGIN", "STEP", "STEP", "STEP", "END");
    assertThat(saga.forced()).isEqualTo(5);
    assertThat(shop.did)
        .containsExactly("hold apple", "authorize 500", "capture 500", "ship from shelf of apple");
  }

  @Test
  void steps_without_an_order_between_them_run_together() {
    Driven<Shop.Order> saga = Driven.begin(shop.placeOrder(), ORDER);
    assertThat(saga.calls()).containsExactly("authorize", "hold");
    saga.ok("hold");
    assertThat(saga.calls()).as("capture waits for both").containsExactly("authorize");
    saga.ok("authorize");
    assertThat(saga.calls()).containsExactly("capture");
  }

  @Test
  void a_done_saga_tells_what_its_steps_returned() {
    Driven<Shop.Order> saga = Driven.begin(shop.placeOrder(), ORDER);
    saga.perform("hold").perform("authorize").perform("capture").perform("ship");
    SagaResults results = SagaResults.decode((byte[]) saga.told(Outcome.Done.class).value());
    assertThat(results.of(shop.hold)).contains(new Shop.Hold("shelf of apple"));
    assertThat(results.of(shop.authorize)).contains(new Shop.Receipt(500));
    assertThat(results.of(shop.ship)).isEmpty();
  }

  @Test
  void an_unknown_outcome_is_tried_again_with_the_same_key_and_a_growing_pause() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER);
    String key = saga.call("hold").ref().key();
    saga.reply("hold", LOST);
    assertThat(saga.written()).as("a failed attempt costs no force").containsExactly("STEP?");
    assertThat(saga.calls()).isEmpty();
    assertThat(saga.last().due()).isEqualTo(saga.now().plusMillis(10));
    saga.pass(ofMillis(9));
    assertThat(saga.calls()).isEmpty();
    saga.pass(ofMillis(1));
    assertThat(saga.call("hold").ref().attempt()).isEqualTo(2);
    assertThat(saga.call("hold").ref().key()).isEqualTo(key);
    saga.reply("hold", LOST);
    assertThat(Duration.between(saga.now(), saga.wakeAt())).isEqualTo(ofMillis(20));
  }

  @Test
  void a_participant_that_is_still_at_it_is_asked_again_without_spending_an_attempt() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER);
    for (int poll = 0; poll < 50; poll++) {
      saga.reply("hold", new Verdict.Ongoing(ofSeconds(2)));
      assertThat(saga.calls()).isEmpty();
      saga.pass(ofSeconds(2));
      assertThat(saga.call("hold").ref().attempt()).isEqualTo(1);
    }
    saga.ok("hold");
    assertThat(saga.calls()).containsExactly("authorize");
  }

  @Test
  void a_pivot_without_a_known_outcome_parks_and_is_never_guessed() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER).ok("hold").ok("authorize");
    saga.reply("capture", LOST).wait("retry").reply("capture", LOST);
    assertThat(saga.calls()).isEmpty();
    assertThat(saga.written()).containsExactly("PARK");
    assertThat(saga.told()).isEqualTo(new Outcome.Parked<byte[]>(Driven.TX, "capture", "lost", 2));
    saga.pass(ofHours(1_000));
    assertThat(saga.calls()).isEmpty();
  }

  @Test
  void a_retriable_step_is_tried_again_even_when_it_refuses_and_parks_in_the_end() {
    Driven<Shop.Order> saga = toShip();
    saga.reply("ship", NO).wait("retry").reply("ship", LOST).wait("retry").reply("ship", NO);
    assertThat(saga.told())
        .isEqualTo(new Outcome.Parked<byte[]>(Driven.TX, "ship", "refused: no", 3));
    assertThat(saga.standing().direction()).isEqualTo(Outcome.Direction.FORWARD);
  }

  @Test
  void the_deadline_undoes_before_the_point_of_no_return_and_does_nothing_after_it() {
    SagaDefinition<Shop.Order> quick =
        shop.named("quick")
            .then(shop.hold)
            .then(shop.capture)
            .then(shop.ship)
            .deadline(ofMinutes(1))
            .build();
    Driven<Shop.Order> before = Driven.begin(quick, ORDER).pass(ofMinutes(1));
    assertThat(before.written()).containsExactly("DECIDE");
    assertThat(before.standing().direction()).isEqualTo(Outcome.Direction.BACKWARD);

    Driven<Shop.Order> after = Driven.begin(quick, ORDER).ok("hold").pass(ofMinutes(2));
    assertThat(after.standing().direction())
        .as("the pivot may still refuse")
        .isEqualTo(Outcome.Direction.UNDECIDED);
    after.ok("capture");
    assertThat(after.standing().direction()).isEqualTo(Outcome.Direction.FORWARD);
    after.ok("ship");
    assertThat(after.told()).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void one_instant_before_the_deadline_is_in_time() {
    SagaDefinition<Shop.Order> quick =
        shop.named("quick").then(shop.hold).then(shop.authorize).deadline(ofMinutes(1)).build();
    Driven<Shop.Order> saga = Driven.begin(quick, ORDER).pass(ofMinutes(1).minusNanos(1));
    saga.ok("hold");
    assertThat(saga.calls()).containsExactly("authorize");
    saga.pass(Duration.ofNanos(1)).ok("authorize");
    assertThat(saga.calls()).as("late, so undone").containsExactly("~authorize");
  }

  @Test
  void cancel_undoes_until_the_pivot_is_called_and_changes_nothing_from_then_on() {
    Driven<Shop.Order> before = Driven.begin(shop.inLine(), ORDER).ok("hold").cancel();
    assertThat(before.standing().direction()).isEqualTo(Outcome.Direction.BACKWARD);

    Driven<Shop.Order> during = Driven.begin(shop.inLine(), ORDER).ok("hold").ok("authorize");
    int records = during.history().size();
    during.cancel();
    assertThat(during.history()).hasSize(records);
    during.ok("capture").cancel().ok("ship");
    assertThat(during.told()).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void an_answer_nobody_waits_for_changes_nothing() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER);
    Call first = saga.call("hold");
    saga.reply("hold", LOST).wait("retry");
    int records = saga.history().size();
    saga.take(new Input.Reply(first, Driven.NO, saga.now()));
    assertThat(saga.history()).hasSize(records);
    assertThat(saga.calls()).containsExactly("hold");
    saga.ok("hold").ok("authorize").ok("capture").ok("ship");
    Standing ended = saga.standing();
    saga.take(new Input.Reply(first, Driven.NO, saga.now())).cancel();
    assertThat(saga.standing()).usingRecursiveComparison().isEqualTo(ended);
  }

  @Test
  void a_conflict_after_the_point_of_no_return_is_a_hazard() {
    Driven<Shop.Order> saga = toShip().reply("ship", new Verdict.Conflict("cancelled by hand"));
    assertThat(saga.told(Outcome.Hazard.class).facts())
        .anyMatch(fact -> fact.toString().matches("ship: CONFLICT.*cancelled by hand"));
  }

  @Test
  void a_result_too_large_for_the_log_is_an_unknown_outcome() {
    Step<Shop.Order, byte[]> big =
        shop.steps.compensatable(
            "big",
            byte[].class,
            (c, o) -> new byte[SagaProtocol.RESULT_BYTES_MAX + 1],
            (c, o, r) -> {});
    Driven<Shop.Order> saga = Driven.begin(shop.named("big").then(big).build(), ORDER);
    saga.perform("big");
    assertThat(saga.written()).containsExactly("STEP?");
    assertThat(saga.standing().branches().getFirst().detail()).contains("4194305 bytes");
  }

  @Test
  void an_answer_that_cannot_be_read_is_an_unknown_outcome_and_never_becomes_a_fact() {
    Step<Shop.Order, Shop.Hold> page =
        shop.steps
            .compensatableCall(
                "page",
                Codec.of(Shop.Hold.class),
                (c, o) -> new Verdict.Ok("<html>".getBytes(UTF_8)),
                (c, o, held) -> {
                  shop.did.add("undo of " + held);
                  return Driven.OK;
                })
            .retry(Retry.forever().attempts(1));
    Driven<Shop.Order> saga = Driven.begin(shop.named("page").then(page).build(), ORDER);
    saga.perform("page");
    assertThat(saga.calls()).containsExactly("~page");
    saga.perform("~page");
    assertThat(shop.did).containsExactly("undo of Optional.empty");
    assertThat(saga.told(Outcome.Undone.class).why().toString())
        .contains("no known outcome", "step page: result that cannot be read");
  }

  @Test
  void what_a_step_without_result_is_answered_is_not_looked_at() {
    Step<Shop.Order, Void> chatty =
        shop.steps.pivotCall(
            "chatty", Codec.of(Void.class), (c, o) -> new Verdict.Ok(new byte[] {'{', '}'}));
    Driven<Shop.Order> saga = Driven.begin(shop.named("chatty").then(chatty).build(), ORDER);
    saga.perform("chatty");
    assertThat(saga.told()).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void a_participant_that_is_at_it_for_long_makes_no_history() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER);
    for (int poll = 0; poll < 100; poll++) {
      saga.reply("hold", new Verdict.Ongoing(Duration.ofSeconds(5)));
      assertThat(saga.calls()).isEmpty();
      saga.wait("poll");
      assertThat(saga.call("hold").ref().attempt()).as("the same call").isEqualTo(1);
    }
    assertThat(saga.history()).containsExactly("BEGIN");
    saga.reply("hold", new Verdict.Ongoing(Duration.ofMinutes(5)));
    assertThat(saga.history()).as("so that it may leave memory").containsExactly("BEGIN", "STEP?");
    assertThat(saga.last().due()).isEqualTo(saga.wakeAt());
    saga.wait("poll").ok("hold");
    assertThat(saga.calls()).containsExactly("authorize");
  }

  @Test
  void a_poll_behind_a_lost_attempt_is_waited_for_and_not_the_retry_that_is_over() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER).reply("hold", LOST).wait("retry");
    saga.reply("hold", new Verdict.Ongoing(Duration.ofSeconds(5)));
    assertThat(saga.wakeAt()).isEqualTo(saga.now().plusSeconds(5));
  }

  @Test
  void a_saga_that_turns_back_undoes_a_step_that_is_still_at_it() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER);
    saga.reply("hold", new Verdict.Ongoing(Duration.ofSeconds(5))).cancel();
    assertThat(saga.calls()).containsExactly("~hold");
    saga.reply("~hold", new Verdict.Ongoing(Duration.ofSeconds(5))).wait("poll");
    assertThat(saga.calls()).containsExactly("~hold");
  }

  @Test
  void a_lock_that_cannot_be_taken_is_refused_before_anything_begins() {
    for (Function<Shop.Order, String> lock :
        List.<Function<Shop.Order, String>>of(
            o -> "",
            o -> "x".repeat(129),
            o -> {
              throw new IllegalStateException("no sku");
            })) {
      SagaDefinition<Shop.Order> saga =
          shop.named("later").then(shop.hold).then(shop.authorize.lock(lock)).build();
      assertThatThrownBy(() -> Driven.begin(saga, ORDER))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("step authorize: lock: ");
      assertThatThrownBy(
              () -> saga.protocol().enlist(Driven.TX, saga.input().encode(ORDER), Instant.EPOCH))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_lock_is_part_of_the_record_that_lets_its_step_start() {
    Driven<Shop.Order> saga = Driven.begin(locked(), ORDER);
    assertThat(saga.last().locks()).containsExactly("sku:apple");
    assertThat(saga.calls()).containsExactly("hold");
    saga.ok("hold");
    assertThat(saga.forced()).as("a free lock costs no force of its own").isEqualTo(2);
  }

  @Test
  void a_busy_lock_is_waited_for_and_then_the_step_is_refused() {
    var busy = java.util.Map.of("sku:apple", new TxId("other"));
    Driven<Shop.Order> saga = Driven.begin(locked(), ORDER, busy);
    assertThat(saga.calls()).isEmpty();
    assertThat(saga.last().due()).isEqualTo(saga.wakeAt());
    int waits = 0;
    while (saga.told() == null && waits++ < 1_000) {
      saga.wait("for the lock");
    }
    assertThat(saga.told())
        .isEqualTo(
            new Outcome.Undone<byte[]>(Driven.TX, "hold refused: lock sku:apple is held by other"));
    assertThat(waits).as("asked further and further apart").isLessThan(30);
  }

  @Test
  void a_lock_that_comes_free_in_time_lets_the_step_start() {
    var busy = java.util.Map.of("sku:apple", new TxId("other"));
    Driven<Shop.Order> saga = Driven.begin(locked(), ORDER, busy);
    saga.wait("for the lock").busyLocks(java.util.Map.of()).wait("for the lock");
    assertThat(saga.last().locks()).containsExactly("sku:apple");
    assertThat(saga.calls()).containsExactly("hold");
  }

  private SagaDefinition<Shop.Order> locked() {
    return shop.named("locked")
        .then(shop.hold.lock(o -> "sku:" + o.sku()))
        .then(shop.authorize)
        .build();
  }

  private Driven<Shop.Order> toShip() {
    return Driven.begin(shop.inLine(), ORDER)
        .perform("hold")
        .perform("authorize")
        .perform("capture");
  }
}
