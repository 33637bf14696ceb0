package io.quorate.saga;

import static io.quorate.core.retry.Retry.exponential;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import io.quorate.core.tx.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A shop's steps that note what they did; shared by the tests. */
final class Shop {
  record Order(String id, String sku, long cents) {}

  record Hold(String shelf) {}

  record Receipt(long cents) {}

  static final Order ORDER = new Order("o1", "apple", 500);

  final List<String> did = new ArrayList<>();

  final Steps<Order> steps = Step.on(Order.class);

  final Step<Order, Hold> hold =
      steps
          .compensatable("hold", Hold.class, this::hold, this::release)
          .retry(exponential(ofMillis(10), ofMillis(100)).attempts(3).jitter(0))
          .undoRetry(exponential(ofMillis(10), ofMillis(100)).attempts(4).jitter(0));
  final Step<Order, Receipt> authorize =
      steps
          .compensatable("authorize", Receipt.class, this::authorize, this::voidIt)
          .retry(exponential(ofMillis(10), ofMillis(100)).attempts(3).jitter(0))
          .undoRetry(exponential(ofMillis(10), ofMillis(100)).attempts(4).jitter(0))
          .failOn(IllegalStateException.class)
          .timeout(ofSeconds(3));
  final Step<Order, Void> capture =
      steps
          .pivot("capture", this::capture)
          .retry(exponential(ofMillis(10), ofMillis(100)).attempts(2).jitter(0));
  final Step<Order, Void> ship =
      steps
          .retriable("ship", this::ship)
          .retry(exponential(ofMillis(10), ofMillis(100)).attempts(3).jitter(0));

  SagaBuilder<Order> named(String name) {
    return SagaDefinition.named(name, 1, Order.class);
  }

  /** hold and authorize in parallel, then capture, then ship. */
  SagaDefinition<Order> placeOrder() {
    return named("place-order").allOf(hold, authorize).then(capture).then(ship).build();
  }

  /** hold, then authorize, then capture, then ship. */
  SagaDefinition<Order> inLine() {
    return named("in-line").then(hold).then(authorize).then(capture).then(ship).build();
  }

  private Hold hold(StepContext c, Order o) {
    did.add("hold " + o.sku());
    if (o.sku().equals("none")) {
      throw new Refusal("out of stock");
    }
    return new Hold("shelf of " + o.sku());
  }

  private void release(StepContext c, Order o, Optional<Hold> held) {
    did.add("release " + held.map(Hold::shelf).orElse("nothing"));
  }

  private Receipt authorize(StepContext c, Order o) {
    did.add("authorize " + o.cents());
    if (o.cents() > 1_000) {
      throw new IllegalStateException("card declined");
    }
    return new Receipt(o.cents());
  }

  private void voidIt(StepContext c, Order o, Optional<Receipt> receipt) {
    did.add("void " + receipt.map(Receipt::cents).orElse(0L));
  }

  private void capture(StepContext c, Order o) {
    did.add("capture " + c.result(authorize).cents());
  }

  private void ship(StepContext c, Order o) {
    did.add("ship from " + c.result(hold).shelf());
  }
}
