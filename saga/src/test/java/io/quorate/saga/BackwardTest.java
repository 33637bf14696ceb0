package io.quorate.saga;

import static io.quorate.saga.Driven.LOST;
import static io.quorate.saga.Driven.NO;
import static io.quorate.saga.Shop.ORDER;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.machine.Resolution;
import io.quorate.core.tx.machine.ResolutionRefusedException;
import org.junit.jupiter.api.Test;

class BackwardTest {
  private final Shop shop = new Shop();

  @Test
  void a_refusal_undoes_what_is_done_in_reverse_order_and_leaves_the_rest_alone() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER);
    saga.perform("hold").perform("authorize").reply("capture", NO);
    assertThat(saga.written()).containsExactly("DECIDE");
    assertThat(saga.calls()).as("the pivot refused: nothing of it").containsExactly("~authorize");
    saga.perform("~authorize");
    assertThat(saga.calls()).containsExactly("~hold");
    saga.perform("~hold");
    assertThat(shop.did)
        .containsExactly("hold apple", "authorize 500", "void 500", "release shelf of apple");
    assertThat(saga.told()).isEqualTo(new Outcome.Undone<byte[]>(Driven.TX, "capture refused: no"));
  }

  @Test
  void business_exceptions_and_refusals_are_a_no_and_are_not_tried_again() {
    Driven<Shop.Order> declined =
        Driven.begin(shop.inLine(), new Shop.Order("o", "apple", 5_000)).perform("hold");
    declined.perform("authorize");
    assertThat(declined.calls()).containsExactly("~hold");

    Driven<Shop.Order> soldOut = Driven.begin(shop.inLine(), new Shop.Order("o", "none", 5));
    soldOut.perform("hold");
    assertThat(soldOut.told())
        .isEqualTo(new Outcome.Undone<byte[]>(Driven.TX, "hold refused: out of stock"));
    assertThat(soldOut.history()).containsExactly("BEGIN", "END");
  }

  @Test
  void a_step_without_a_known_outcome_is_undone_with_an_empty_result() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER);
    saga.reply("hold", LOST).wait("retry").reply("hold", LOST).wait("retry").reply("hold", LOST);
    assertThat(saga.calls()).containsExactly("~hold");
    saga.perform("~hold");
    assertThat(shop.did).containsExactly("release nothing");
    assertThat(saga.told(Outcome.Undone.class).why())
        .isEqualTo("hold has no known outcome after 3 attempts: lost");
  }

  @Test
  void a_step_in_flight_when_another_fails_is_awaited_and_undone_with_what_it_returned() {
    Driven<Shop.Order> saga = Driven.begin(shop.placeOrder(), ORDER).reply("authorize", NO);
    assertThat(saga.calls()).as("no undoing beside the action").containsExactly("hold");
    saga.perform("hold");
    assertThat(saga.calls()).containsExactly("~hold");
    saga.perform("~hold");
    assertThat(shop.did).containsExactly("hold apple", "release shelf of apple");
    assertThat(saga.told()).isInstanceOf(Outcome.Undone.class);
  }

  @Test
  void a_step_in_flight_that_refuses_late_leaves_nothing_to_undo() {
    Driven<Shop.Order> saga =
        Driven.begin(shop.placeOrder(), ORDER).reply("authorize", NO).reply("hold", NO);
    assertThat(saga.calls()).isEmpty();
    assertThat(saga.told()).isInstanceOf(Outcome.Undone.class);
  }

  @Test
  void a_step_in_flight_that_gets_lost_late_is_undone_too() {
    Driven<Shop.Order> saga =
        Driven.begin(shop.placeOrder(), ORDER).reply("authorize", NO).reply("hold", LOST);
    assertThat(saga.calls()).containsExactly("~hold");
    saga.perform("~hold");
    assertThat(shop.did).containsExactly("release nothing");
  }

  @Test
  void a_refusal_behind_an_attempt_without_a_known_outcome_is_undone_all_the_same() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER).reply("hold", LOST);
    saga.wait("retry").reply("hold", NO);
    assertThat(saga.written()).containsExactly("DECIDE");
    assertThat(saga.calls()).containsExactly("~hold");
    saga.perform("~hold");
    assertThat(shop.did).containsExactly("release nothing");
    assertThat(saga.told(Outcome.Undone.class).why()).isEqualTo("hold refused: no");
  }

  @Test
  void a_late_refusal_behind_an_attempt_without_a_known_outcome_is_undone_too() {
    Driven<Shop.Order> saga = Driven.begin(shop.placeOrder(), ORDER).reply("hold", LOST);
    saga.wait("retry").reply("authorize", NO).reply("hold", NO);
    assertThat(saga.calls()).containsExactly("~hold");
  }

  @Test
  void a_pivot_that_refuses_after_a_lost_attempt_is_believed() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER).ok("hold").ok("authorize");
    saga.reply("capture", LOST).wait("retry").reply("capture", NO);
    assertThat(saga.calls()).as("its participant remembers").containsExactly("~authorize");
  }

  @Test
  void parallel_branches_are_undone_in_parallel_and_before_what_they_waited_for() {
    var first = shop.steps.compensatable("first", (c, o) -> {}, (c, o) -> {});
    SagaDefinition<Shop.Order> diamond =
        shop.named("diamond")
            .then(first)
            .allOf(shop.hold, shop.authorize)
            .then(shop.capture)
            .build();
    Driven<Shop.Order> saga =
        Driven.begin(diamond, ORDER).ok("first").perform("hold").perform("authorize");
    saga.reply("capture", NO);
    assertThat(saga.calls()).containsExactly("~authorize", "~hold");
    saga.ok("~hold");
    assertThat(saga.calls()).as("first waits for both").containsExactly("~authorize");
    saga.ok("~authorize");
    assertThat(saga.calls()).containsExactly("~first");
  }

  @Test
  void a_compensation_that_keeps_failing_is_parked_once_and_its_siblings_are_undone() {
    Driven<Shop.Order> saga =
        Driven.begin(shop.placeOrder(), ORDER).perform("hold").perform("authorize");
    saga.reply("capture", NO);
    saga.reply("~authorize", LOST);
    for (int attempt = 2; attempt <= 4; attempt++) {
      saga.wait("retry").reply("~authorize", LOST);
    }
    assertThat(saga.told()).as("the sibling is still at it").isNull();
    saga.perform("~hold");
    assertThat(saga.written()).containsExactly("PARK");
    assertThat(saga.told())
        .isEqualTo(new Outcome.Parked<byte[]>(Driven.TX, "authorize", "lost", 4));
    saga.pass(ofHours(10_000));
    assertThat(saga.calls()).isEmpty();
  }

  @Test
  void a_compensation_that_refuses_is_parked_at_once() {
    Driven<Shop.Order> saga = parked();
    assertThat(saga.told(Outcome.Parked.class).why()).isEqualTo("compensation refused: no");
  }

  @Test
  void a_person_who_undid_it_by_hand_lets_the_saga_end() {
    Driven<Shop.Order> saga = parked().forgetTold();
    saga.resolve("authorize", Resolution.Action.TAKE_AS_UNDONE);
    assertThat(saga.written()).containsExactly("RESOLVE");
    assertThat(saga.calls()).containsExactly("~hold");
    saga.perform("~hold");
    assertThat(saga.told()).isInstanceOf(Outcome.Undone.class);
  }

  @Test
  void a_person_who_says_retry_gives_a_new_series_of_attempts_with_the_result_kept() {
    Driven<Shop.Order> saga = parked();
    saga.resolve("authorize", Resolution.Action.RETRY);
    assertThat(saga.call("~authorize").ref().attempt()).isEqualTo(1);
    shop.did.clear();
    saga.perform("~authorize");
    assertThat(shop.did).containsExactly("void 500");
  }

  @Test
  void a_parked_pivot_is_taken_as_done_or_as_undone_as_a_person_says() {
    Driven<Shop.Order> done = parkedPivot().resolve("capture", Resolution.Action.TAKE_AS_DONE);
    assertThat(done.calls()).containsExactly("ship");

    Driven<Shop.Order> undone = parkedPivot().resolve("capture", Resolution.Action.TAKE_AS_UNDONE);
    assertThat(undone.calls()).containsExactly("~authorize");

    assertThatThrownBy(() -> parkedPivot().resolve("capture", Resolution.Action.UNDO))
        .isInstanceOf(ResolutionRefusedException.class)
        .hasMessageContaining("past its point of no return");
  }

  @Test
  void a_decision_that_does_not_fit_is_refused_and_names_why() {
    assertThatThrownBy(() -> parked().resolve("authorize", Resolution.Action.TAKE_AS_DONE))
        .hasMessageContaining("being undone");
    assertThatThrownBy(() -> parked().resolve("hold", Resolution.Action.RETRY))
        .hasMessageContaining("step hold is DONE and waits for nobody");
    assertThatThrownBy(() -> parked().resolve("typo", Resolution.Action.RETRY))
        .isInstanceOf(ResolutionRefusedException.class)
        .hasMessageContaining("\"typo\" (expected: one of [hold, authorize, capture, ship])");
    Driven<Shop.Order> shipping = parkedPivot().resolve("capture", Resolution.Action.TAKE_AS_DONE);
    shipping.reply("ship", LOST).wait("r").reply("ship", LOST).wait("r").reply("ship", LOST);
    assertThatThrownBy(() -> shipping.resolve("ship", Resolution.Action.TAKE_AS_UNDONE))
        .hasMessageContaining("past its point of no return");
  }

  @Test
  void an_ended_saga_refuses_every_decision() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER).reply("hold", NO);
    assertThatThrownBy(() -> saga.resolve("hold", Resolution.Action.RETRY))
        .isInstanceOf(ResolutionRefusedException.class)
        .hasMessageContaining("has ended");
  }

  @Test
  void a_conflict_of_a_compensation_is_a_hazard_with_the_facts() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER);
    saga.perform("hold").perform("authorize").reply("capture", NO);
    saga.reply("~authorize", new Verdict.Conflict("confirmed"));
    assertThat(saga.told(Outcome.Hazard.class).facts())
        .anyMatch(fact -> fact.toString().equals("authorize: CONFLICT CANCEL: confirmed"));
    saga.forgetTold().resolve("authorize", Resolution.Action.TAKE_AS_UNDONE).ok("~hold");
    assertThat(saga.told()).isInstanceOf(Outcome.Undone.class);
  }

  private Driven<Shop.Order> parked() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER);
    saga.perform("hold").perform("authorize").reply("capture", NO);
    return saga.reply("~authorize", NO);
  }

  private Driven<Shop.Order> parkedPivot() {
    Driven<Shop.Order> saga = Driven.begin(shop.inLine(), ORDER);
    saga.perform("hold").perform("authorize");
    return saga.reply("capture", LOST).wait("retry").reply("capture", LOST).forgetTold();
  }
}
