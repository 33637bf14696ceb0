package io.quorate.saga;

import static io.quorate.saga.Driven.LOST;
import static io.quorate.saga.Driven.NO;
import static io.quorate.saga.Shop.ORDER;
import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.machine.Resolution;
import io.quorate.core.tx.machine.Standing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecoveryTest {
  private final Shop shop = new Shop();

  @Test
  void a_step_that_may_have_run_is_called_again_with_the_same_key() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER).perform("hold");
    String key = saga.call("authorize").ref().key();
    saga.crash(true);
    assertThat(saga.calls()).containsExactly("authorize");
    assertThat(saga.call("authorize").ref().key()).isEqualTo(key);
    assertThat(saga.written()).as("taking up costs nothing").isEmpty();
  }

  @Test
  void results_survive_and_reach_later_steps() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER);
    saga.perform("hold").perform("authorize").crash(true).perform("capture").crash(true);
    saga.perform("ship");
    assertThat(shop.did).endsWith("capture 500", "ship from shelf of apple");
    assertThat(saga.told()).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void attempts_and_pauses_survive_where_their_records_did() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER).reply("hold", LOST);
    saga.crash(true);
    assertThat(saga.calls()).as("its pause is not over").isEmpty();
    saga.wait("retry");
    assertThat(saga.call("hold").ref().attempt()).isEqualTo(2);

    Driven<Shop.Order> lost = Driven.begin(shop.inLine(), ORDER).reply("hold", LOST);
    lost.crash(false);
    assertThat(lost.call("hold").ref().attempt()).isEqualTo(1);
  }

  @Test
  void a_deadline_that_passed_while_down_undoes_what_may_have_run() {
    SagaDefinition<Shop.Order> quick =
        shop.named("quick")
            .allOf(shop.hold, shop.authorize)
            .then(shop.capture)
            .deadline(ofMinutes(1))
            .build();
    Driven<Shop.Order> saga = Driven.begin(quick, ORDER).perform("hold");
    saga.pass(ofMinutes(0)).crash(true).pass(ofMinutes(2));
    assertThat(saga.calls()).as("authorize is awaited, then undone").contains("authorize");
    saga.ok("authorize");
    assertThat(saga.calls()).contains("~authorize", "~hold");
  }

  @Test
  void a_saga_being_undone_is_undone_to_the_end_by_the_next_coordinator() {
    Driven<Shop.Order> saga = Driven.begin(shop.placeOrder(), ORDER).perform("hold");
    saga.reply("authorize", NO).crash(true);
    assertThat(saga.calls()).containsExactly("~hold");
    shop.did.clear();
    saga.perform("~hold");
    assertThat(shop.did).containsExactly("release shelf of apple");
    assertThat(saga.told(Outcome.Undone.class).why()).isEqualTo("authorize refused: no");
  }

  @Test
  void steps_in_flight_at_the_decision_are_undone_although_no_answer_ever_came() {
    Driven<Shop.Order> saga = Driven.begin(shop.placeOrder(), ORDER).reply("authorize", NO);
    assertThat(saga.calls()).containsExactly("hold");
    saga.crash(true);
    assertThat(saga.calls()).containsExactly("~hold");
    saga.perform("~hold");
    assertThat(shop.did).containsExactly("release nothing");
  }

  @Test
  void a_step_that_waited_for_its_lock_when_it_was_decided_has_nothing_to_undo() {
    SagaDefinition<Shop.Order> locked =
        shop.named("locked").allOf(shop.hold.lock(o -> "sku"), shop.authorize).build();
    Driven<Shop.Order> saga =
        Driven.begin(locked, ORDER, java.util.Map.of("sku", new io.quorate.core.tx.TxId("b")));
    saga.reply("authorize", NO);
    assertThat(saga.told()).isInstanceOf(Outcome.Undone.class);
    assertThat(saga.calls()).isEmpty();
  }

  @Test
  void a_parked_saga_stays_parked_and_can_be_resolved_after_a_restart() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER).perform("hold");
    saga.perform("authorize").reply("capture", LOST).wait("retry").reply("capture", LOST);
    saga.crash(true);
    assertThat(saga.calls()).isEmpty();
    assertThat(saga.written()).as("no second park record").isEmpty();
    assertThat(saga.standing().outcome())
        .isEqualTo(new Outcome.Parked<byte[]>(Driven.TX, "capture", "lost", 2));
    saga.resolve("capture", Resolution.Action.RETRY).crash(true);
    assertThat(saga.calls()).containsExactly("capture");
  }

  @Test
  void an_ended_saga_stays_ended_with_its_outcome() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER);
    saga.perform("hold").perform("authorize").perform("capture").perform("ship");
    Standing before = saga.standing();
    saga.crash(true);
    assertThat(saga.standing()).usingRecursiveComparison().isEqualTo(before);
    assertThat(saga.calls()).isEmpty();
    assertThat(saga.written()).isEmpty();
  }

  @Test
  void start_durable_forces_one_record_and_every_step_is_repeatable() {
    Driven<Shop.Order> saga = Driven.begin(startDurable(), ORDER);
    saga.perform("hold").perform("authorize").perform("capture").perform("ship");
    assertThat(saga.forced()).isEqualTo(1);
    assertThat(saga.told()).isInstanceOf(Outcome.Done.class);
    saga.crash(false);
    assertThat(saga.history()).as("and that it was lost").containsExactly("BEGIN", "STEP?");
    saga.ok("hold").ok("authorize").ok("capture").ok("ship");
    assertThat(saga.told()).as("as the caller was told").isInstanceOf(Outcome.Done.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void start_durable_ignores_deadline_and_cancel_after_a_crash(boolean lazySurvive) {
    Driven<Shop.Order> saga = Driven.begin(startDurable(), ORDER).perform("hold");
    saga.crash(lazySurvive).pass(ofMinutes(100)).cancel();
    assertThat(saga.standing().direction()).isNotEqualTo(Outcome.Direction.BACKWARD);
  }

  @Test
  void start_durable_still_goes_forward_only_when_it_is_read_again_after_the_crash() {
    Driven<Shop.Order> saga = Driven.begin(startDurable(), ORDER);
    saga.perform("hold").perform("authorize").perform("capture").perform("ship");
    assertThat(saga.told()).isInstanceOf(Outcome.Done.class);
    saga.crash(false).reply("hold", LOST).putAside();
    saga.pass(ofMinutes(100)).cancel();
    assertThat(saga.standing().direction()).isNotEqualTo(Outcome.Direction.BACKWARD);
    saga.ok("hold").ok("authorize").ok("capture").ok("ship");
    assertThat(saga.told()).as("as the caller was told").isInstanceOf(Outcome.Done.class);
  }

  @Test
  void start_durable_keeps_its_deadline_when_it_is_read_again_without_a_crash() {
    Driven<Shop.Order> saga = Driven.begin(startDurable(), ORDER).reply("hold", LOST);
    saga.putAside().pass(ofMinutes(100));
    assertThat(saga.standing().direction()).isEqualTo(Outcome.Direction.BACKWARD);
  }

  @Test
  void what_a_reader_sees_is_what_was_written_not_what_would_come_next() {
    SagaDefinition<Shop.Order> quick =
        shop.named("quick")
            .then(shop.hold.lock(o -> "sku"))
            .then(shop.capture)
            .deadline(ofMinutes(1))
            .build();
    Driven<Shop.Order> saga =
        Driven.begin(quick, ORDER, java.util.Map.of("sku", new io.quorate.core.tx.TxId("b")));
    saga.pass(ofMinutes(0));
    Standing before = saga.read();
    assertThat(before.outcome()).isInstanceOf(Outcome.Pending.class);
    saga.passUnnoticed(ofMinutes(2));
    assertThat(saga.read()).as("nobody has decided").usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void a_refusal_after_a_crash_is_undone_all_the_same_for_the_earlier_call_may_come_late() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER).crash(true).reply("hold", NO);
    assertThat(saga.calls()).containsExactly("~hold");
    saga.perform("~hold");
    assertThat(shop.did).containsExactly("release nothing");
    assertThat(saga.told(Outcome.Undone.class).why()).isEqualTo("hold refused: no");
  }

  @Test
  void start_durable_keeps_its_deadline_while_nothing_crashed() {
    Driven<Shop.Order> saga = Driven.begin(startDurable(), ORDER).perform("hold");
    saga.pass(ofMinutes(100));
    assertThat(saga.standing().direction()).isEqualTo(Outcome.Direction.BACKWARD);
    assertThat(saga.written()).as("the decision to undo is forced").containsExactly("DECIDE");
  }

  @Test
  void start_durable_parks_after_a_crash_where_it_would_have_undone_before() {
    Driven<Shop.Order> saga = Driven.begin(startDurable(), ORDER).crash(false);
    saga.reply("hold", LOST).wait("r").reply("hold", LOST).wait("r").reply("hold", LOST);
    assertThat(saga.told()).isEqualTo(new Outcome.Parked<byte[]>(Driven.TX, "hold", "lost", 3));
    saga.resolve("hold", Resolution.Action.UNDO);
    assertThat(saga.calls()).containsExactly("~hold");
  }

  private SagaDefinition<Shop.Order> startDurable() {
    return shop.named("lazy")
        .then(shop.hold)
        .then(shop.authorize)
        .then(shop.capture)
        .then(shop.ship)
        .deadline(ofMinutes(1))
        .durability(Durability.START_DURABLE)
        .build();
  }
}
