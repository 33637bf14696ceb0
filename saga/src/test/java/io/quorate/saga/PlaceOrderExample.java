package io.quorate.saga;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.file.FileTransactionLog;
import java.nio.file.Path;
import java.time.Duration;

/** The chapter's example, compiled and run. */
final class PlaceOrderExample {
  record Order(String id, String sku, long cents) {}

  record Hold(String shelf) {}

  /** Three participants; each remembers what it did under which key. */
  interface Stock {
    Hold hold(String key, String sku);

    void release(String key);
  }

  interface Payment {
    void authorize(String key, long cents);

    void voidIt(String key);

    void capture(String key);
  }

  interface Shipping {
    void ship(String key, String shelf);
  }

  private PlaceOrderExample() {}

  static String place(Path directory, Stock stock, Payment payment, Shipping shipping, Order order)
      throws Exception {
    // #region place-order
    Steps<Order> steps = Step.on(Order.class);
    var hold =
        steps.compensatable(
            "hold-stock",
            Hold.class,
            (c, o) -> stock.hold(c.key(), o.sku()),
            (c, o, held) -> stock.release(c.actionKey()));
    var authorize =
        steps.compensatable(
            "authorize",
            (c, o) -> payment.authorize(c.key(), o.cents()),
            (c, o) -> payment.voidIt(c.actionKey()));
    var capture = steps.pivot("capture", (c, o) -> payment.capture(c.key()));
    var ship = steps.retriable("ship", (c, o) -> shipping.ship(c.key(), c.result(hold).shelf()));
    var placeOrder =
        SagaDefinition.named("place-order", 1, Order.class)
            .allOf(hold, authorize)
            .then(capture)
            .then(ship)
            .deadline(Duration.ofMinutes(10))
            .build();
    // #endregion
    // #region run-order
    try (var log = FileTransactionLog.open(directory);
        var sagas = SagaCoordinator.open(log, placeOrder)) {
      return switch (sagas.run(placeOrder, new TxId("order/" + order.id()), order)) {
        case Outcome.Done<SagaResults> done -> "shipped: " + done.value().of(hold).orElseThrow();
        case Outcome.Undone<SagaResults> undone -> "not done: " + undone.why();
        case Outcome.Pending<SagaResults> open -> "accepted, waits for " + open.waitingFor();
        case Outcome.Parked<SagaResults> parked -> "needs a person: " + parked.why();
        case Outcome.Hazard<SagaResults> hazard -> "participants disagree: " + hazard.facts();
      };
    }
    // #endregion
  }
}
