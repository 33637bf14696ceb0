package io.quorate.saga;

import static io.quorate.saga.Driven.NO;
import static io.quorate.saga.Shop.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.codec.Codec;
import org.junit.jupiter.api.Test;

class MigrationTest {
  record NewOrder(String id, String sku, long cents, String currency) {}

  private final Shop shop = new Shop();
  private final SagaDefinition<Shop.Order> v1 =
      SagaDefinition.named("order", 1, Shop.Order.class)
          .then(shop.hold)
          .then(shop.authorize)
          .then(shop.capture)
          .build();

  private SagaBuilder<Shop.Order> v2() {
    return SagaDefinition.named("order", 2, Shop.Order.class);
  }

  private final Step<Shop.Order, Shop.Receipt> reserve =
      shop.steps.compensatable(
          "reserve-money",
          Shop.Receipt.class,
          (c, o) -> new Shop.Receipt(o.cents()),
          (c, o, r) -> shop.did.add("give back " + r.map(Shop.Receipt::cents).orElse(-1L)));
  private final Step<Shop.Order, Void> take = shop.steps.pivot("capture", (c, o) -> {});

  @Test
  void a_saga_goes_on_with_the_new_version_under_the_new_names() {
    SagaDefinition<Shop.Order> v2 =
        v2().then(shop.hold)
            .then(reserve)
            .then(take)
            .migrate(
                Migration.<Shop.Order>from(1)
                    .keep("hold", "capture")
                    .rename("authorize", "reserve-money"))
            .build();
    Driven<Shop.Order> saga = Driven.begin(v1, ORDER).perform("hold").perform("authorize");
    saga.crash(true, v2);
    assertThat(saga.calls()).containsExactly("capture");
    assertThat(saga.written()).as("the change of version is durable").containsExactly("STEP");
    saga.reply("capture", NO).perform("~reserve-money");
    assertThat(shop.did).endsWith("give back 500");
    saga.crash(true, v2).perform("~hold");
    assertThat(saga.told()).isInstanceOf(Outcome.Undone.class);
  }

  @Test
  void a_retired_step_is_never_started_and_is_undone_last() {
    SagaDefinition<Shop.Order> v2 =
        v2().then(shop.authorize)
            .then(take)
            .migrate(Migration.<Shop.Order>from(1).keep("authorize", "capture").retire(shop.hold))
            .build();
    Driven<Shop.Order> saga = Driven.begin(v1, ORDER).perform("hold").crash(true, v2);
    assertThat(saga.calls()).containsExactly("authorize");
    saga.perform("authorize").reply("capture", NO);
    assertThat(saga.calls()).containsExactly("~authorize");
    saga.perform("~authorize").crash(true, v2);
    shop.did.clear();
    saga.perform("~hold");
    assertThat(shop.did).containsExactly("release shelf of apple");
    assertThat(saga.told()).isInstanceOf(Outcome.Undone.class);
  }

  @Test
  void the_input_changes_with_the_version_and_stays_changed() {
    Steps<NewOrder> steps = Step.on(NewOrder.class);
    var hold =
        steps.compensatable("hold", Shop.Hold.class, (c, o) -> new Shop.Hold(""), (c, o, r) -> {});
    var pay = steps.pivot("pay", (c, o) -> shop.did.add("pay " + o.cents() + " " + o.currency()));
    SagaDefinition<NewOrder> v2 =
        SagaDefinition.named("order", 2, NewOrder.class)
            .then(hold)
            .then(pay)
            .migrate(
                Migration.<NewOrder>from(1)
                    .input(
                        Codec.of(Shop.Order.class),
                        Codec.of(NewOrder.class),
                        o -> new NewOrder(o.id(), o.sku(), o.cents(), "EUR"))
                    .keep("hold")
                    .rename("capture", "pay"))
            .build();
    SagaDefinition<Shop.Order> old =
        SagaDefinition.named("order", 1, Shop.Order.class)
            .then(shop.hold)
            .then(shop.capture)
            .build();
    Driven<?> saga = Driven.begin(old, ORDER).perform("hold");
    crash(saga, v2);
    saga.perform("pay");
    assertThat(shop.did).endsWith("pay 500 EUR");
  }

  @SuppressWarnings("unchecked") // the point of a migration: another input type takes over
  private static void crash(Driven<?> saga, SagaDefinition<?> with) {
    ((Driven<Object>) saga).crash(true, (SagaDefinition<Object>) with);
  }

  @Test
  void a_step_in_flight_under_the_old_version_counts_as_possibly_run_under_the_new_one() {
    SagaDefinition<Shop.Order> v2 =
        v2().then(shop.authorize)
            .then(shop.hold)
            .then(take)
            .migrate(Migration.<Shop.Order>from(1).keep("authorize", "hold", "capture"))
            .build();
    SagaDefinition<Shop.Order> parallel =
        SagaDefinition.named("order", 1, Shop.Order.class)
            .allOf(shop.hold, shop.authorize)
            .then(shop.capture)
            .build();
    Driven<Shop.Order> saga = Driven.begin(parallel, ORDER).crash(true, v2);
    assertThat(saga.calls()).containsExactly("authorize");
    saga.reply("authorize", NO);
    assertThat(saga.calls()).as("hold was in flight under version 1").containsExactly("~hold");
  }

  @Test
  void a_pivot_in_flight_under_the_old_version_keeps_the_new_one_going_forward() {
    SagaDefinition<Shop.Order> v2 =
        v2().then(shop.hold)
            .then(take)
            .then(shop.ship)
            .migrate(Migration.<Shop.Order>from(1).keep("hold", "capture").add("ship"))
            .build();
    Driven<Shop.Order> saga = Driven.begin(withoutMoney(), ORDER).perform("hold").crash(true, v2);
    saga.cancel();
    assertThat(saga.standing().direction())
        .as("not turned back")
        .isEqualTo(Outcome.Direction.UNDECIDED);
  }

  private SagaDefinition<Shop.Order> withoutMoney() {
    return SagaDefinition.named("order", 1, Shop.Order.class)
        .then(shop.hold)
        .then(shop.capture)
        .build();
  }

  @Test
  void a_step_that_may_fail_is_not_added_to_a_saga_past_its_point_of_no_return() {
    SagaDefinition<Shop.Order> v2 =
        v2().then(shop.hold)
            .then(shop.authorize)
            .then(take)
            .migrate(Migration.<Shop.Order>from(1).keep("hold", "capture").add("authorize"))
            .build();
    Driven<Shop.Order> before = Driven.begin(withoutMoney(), ORDER).crash(true, v2);
    before.ok("hold");
    assertThat(before.calls()).as("in time").containsExactly("authorize");

    Driven<Shop.Order> during = Driven.begin(withoutMoney(), ORDER).perform("hold");
    assertThatThrownBy(() -> during.crash(true, v2))
        .hasMessageContaining("has passed its point of no return, or may have")
        .hasMessageContaining("authorize (compensatable)")
        .hasMessageContaining("version 1 kept registered");

    SagaDefinition<Shop.Order> otherPivot =
        v2().then(shop.hold)
            .then(shop.steps.pivot("charge", (c, o) -> {}))
            .migrate(
                Migration.<Shop.Order>from(1)
                    .keep("hold")
                    .add("charge")
                    .retire(shop.capture)
                    .retire(shop.ship))
            .build();
    Driven<Shop.Order> decided = Driven.begin(v1WithShipping(), ORDER).ok("hold").ok("capture");
    assertThatThrownBy(() -> decided.crash(true, otherPivot))
        .hasMessageContaining("charge (pivot)");
    Driven<Shop.Order> turning = Driven.begin(withoutMoney(), ORDER).ok("hold");
    turning.reply("capture", NO).crash(true, v2);
    assertThat(turning.calls()).as("going back it starts nothing").containsExactly("~hold");
  }

  private SagaDefinition<Shop.Order> v1WithShipping() {
    return SagaDefinition.named("order", 1, Shop.Order.class)
        .then(shop.hold)
        .then(shop.capture)
        .then(shop.ship)
        .build();
  }

  @Test
  void a_history_the_migration_does_not_know_is_refused_with_the_difference() {
    SagaDefinition<Shop.Order> v2 =
        v2().then(shop.authorize).migrate(Migration.<Shop.Order>from(1).keep("authorize")).build();
    Driven<Shop.Order> saga = Driven.begin(v1, ORDER).perform("hold");
    assertThatThrownBy(() -> saga.crash(true, v2))
        .hasMessageContaining("from version 1 to 2 says nothing of [hold]");
  }

  @Test
  void a_newer_history_or_changed_steps_under_the_same_version_are_refused() {
    SagaDefinition<Shop.Order> changed =
        SagaDefinition.named("order", 1, Shop.Order.class).then(shop.authorize).build();
    Driven<Shop.Order> saga = Driven.begin(v1, ORDER).perform("hold");
    assertThatThrownBy(() -> saga.crash(true, changed))
        .hasMessageContaining("has run steps [hold]")
        .hasMessageContaining("raise the version");
    SagaDefinition<Shop.Order> v2 = v2().then(shop.hold).build();
    Driven<Shop.Order> newer = Driven.begin(v2, ORDER).perform("hold");
    assertThatThrownBy(() -> newer.crash(true, v1))
        .hasMessageContaining("follows version 2")
        .hasMessageContaining("version 1 is registered");
  }

  @Test
  void a_migration_that_forgets_or_invents_a_step_is_refused_when_built() {
    assertThatThrownBy(
            () ->
                v2().then(shop.hold)
                    .then(reserve)
                    .migrate(Migration.<Shop.Order>from(1).keep("hold"))
                    .build())
        .isInstanceOf(InvalidSagaException.class)
        .hasMessageContaining("says nothing of [reserve-money]");
    assertThatThrownBy(
            () ->
                v2().then(shop.hold)
                    .migrate(Migration.<Shop.Order>from(1).keep("hold", "gone"))
                    .build())
        .hasMessageContaining("leads to [gone]");
    assertThatThrownBy(() -> Migration.<Shop.Order>from(1).keep("a").rename("b", "a"))
        .hasMessageContaining("new step \"a\" twice");
    assertThatThrownBy(() -> v2().migrate(Migration.<Shop.Order>from(2)))
        .hasMessageContaining("an older version");
  }
}
