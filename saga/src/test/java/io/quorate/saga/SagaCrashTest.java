package io.quorate.saga;

import static io.quorate.saga.Shop.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.retry.Retry;
import io.quorate.testkit.crash.CrashPoints;
import io.quorate.testkit.crash.CrashReport;
import io.quorate.testkit.crash.Verifies;
import org.junit.jupiter.api.Test;

/** Sagas die at every append and every message, and must keep every invariant. */
@Verifies({
  "INV-tx-A",
  "INV-tx-B",
  "INV-tx-C",
  "INV-tx-D",
  "INV-tx-E",
  "INV-tx-F",
  "INV-tx-G",
  "INV-tx-H",
  "INV-tx-I"
})
class SagaCrashTest {
  private final Shop shop = new Shop();
  private final Step<Shop.Order, Void> pay = shop.steps.pivot("pay", (c, o) -> {});

  @Test
  void three_steps_in_line_survive_every_pair_of_faults() {
    report(of(shop.named("line").then(shop.hold).then(pay).then(ship()).build()).exhaust());
  }

  @Test
  void three_steps_in_parallel_survive_every_pair_of_faults() {
    report(of(shop.named("parallel").allOf(shop.hold, shop.authorize).then(pay).build()).exhaust());
  }

  @Test
  void the_shops_saga_survives_every_crash_with_every_turn() {
    report(of(shops()).crashesMax(1).mishapsMax(0).exhaust());
  }

  @Test
  void the_shops_saga_survives_every_single_fault() {
    SagaDefinition<Shop.Order> placeOrder = shops();
    Shop.Order order = ORDER;
    // #region crash-points
    CrashPoints.of(placeOrder.protocol(), placeOrder.input().encode(order)).faultsMax(1).exhaust();
    // #endregion
  }

  private SagaDefinition<Shop.Order> shops() {
    return shop.named("shop").allOf(shop.hold, shop.authorize).then(pay).then(ship()).build();
  }

  @Test
  void start_durable_survives_the_loss_of_every_lazy_record() {
    report(
        of(shop.named("lazy")
                .then(shop.hold)
                .then(pay)
                .then(ship())
                .durability(Durability.START_DURABLE)
                .build())
            .crashesMax(1)
            .exhaust());
  }

  @Test
  void a_deadline_may_pass_at_any_point() {
    report(
        of(shop.named("deadline")
                .then(shop.hold)
                .then(pay)
                .deadline(java.time.Duration.ofSeconds(1))
                .build())
            .crashesMax(1)
            .exhaust());
  }

  @Test
  void two_sagas_that_want_one_lock_survive_every_crash() {
    SagaDefinition<Shop.Order> locked =
        shop.named("locked").then(shop.hold.lock(o -> "sku:" + o.sku())).then(pay).build();
    byte[] input = locked.input().encode(ORDER);
    report(
        CrashPoints.of(locked.protocol(), input).and(input).crashesMax(1).mishapsMax(0).exhaust());
  }

  @Test
  void a_wide_saga_survives_crashes_drawn_by_seed() {
    report(
        of(shop.named("wide")
                .allOf(shop.hold, shop.authorize, plain("a"), plain("b"), plain("c"))
                .then(pay)
                .then(ship())
                .build())
            .sample(500));
  }

  private Step<Shop.Order, Void> plain(String name) {
    return shop.steps.compensatable(name, (c, o) -> {}, (c, o) -> {});
  }

  /** Three attempts: thirty refusals in a row are no other than three, only longer. */
  private Step<Shop.Order, Void> ship() {
    return shop.steps.retriable("ship", (c, o) -> {}).retry(Retry.forever().attempts(3));
  }

  private static CrashPoints of(SagaDefinition<Shop.Order> saga) {
    return CrashPoints.of(saga.protocol(), saga.input().encode(ORDER));
  }

  private static void report(CrashReport report) {
    System.out.println(report);
    assertThat(report.crashPoints()).as("went where crashes hurt").isGreaterThan(10);
    assertThat(report.ends()).containsKeys("done", "undone");
  }
}
