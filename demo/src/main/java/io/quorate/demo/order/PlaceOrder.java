package io.quorate.demo.order;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.grpc.ManagedChannel;
import io.grpc.stub.AbstractStub;
import io.quorate.core.retry.Retry;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.codec.Codec;
import io.quorate.core.tx.remote.grpc.GrpcParticipant;
import io.quorate.demo.database.Department;
import io.quorate.demo.load.OrderMix;
import io.quorate.demo.wire.Ack;
import io.quorate.demo.wire.AuthorizeReply;
import io.quorate.demo.wire.HoldReply;
import io.quorate.demo.wire.HoldRequest;
import io.quorate.demo.wire.Order;
import io.quorate.demo.wire.PaymentGrpc;
import io.quorate.demo.wire.PaymentRequest;
import io.quorate.demo.wire.ShipReply;
import io.quorate.demo.wire.ShipRequest;
import io.quorate.demo.wire.ShippingGrpc;
import io.quorate.demo.wire.StockGrpc;
import io.quorate.saga.SagaDefinition;
import io.quorate.saga.Step;
import io.quorate.saga.StepContext;
import io.quorate.saga.Steps;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/**
 * The saga of an order.
 *
 * <pre>
 *   hold-stock ────────┐                              ┌── pick-stock
 *                      ├── capture-payment (decides) ─┤
 *   authorize-payment ─┘                              └── ship
 * </pre>
 *
 * <p>Before the capture everything can be undone; after it everything is done, however long it
 * takes.
 */
final class PlaceOrder {
  /** How long an answer may take: shorter than the slow bank and the slow carrier. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);

  /** Gives up after some seconds: the customer waits, and nothing is lost yet. */
  private static final Retry BEFORE =
      Retry.exponential(Duration.ofMillis(100), Duration.ofSeconds(1)).attempts(6);

  /** Never gives up: the money has moved, or may have. */
  private static final Retry AFTER =
      Retry.exponential(Duration.ofMillis(100), Duration.ofSeconds(1));

  private final Map<Department, ManagedChannel> channels;

  PlaceOrder(Map<Department, ManagedChannel> channels) {
    this.channels = channels;
  }

  SagaDefinition<Order> definition() {
    var stock = at(Department.STOCK, StockGrpc::newBlockingStub);
    var payment = at(Department.PAYMENT, PaymentGrpc::newBlockingStub);
    var shipping = at(Department.SHIPPING, ShippingGrpc::newBlockingStub);
    Steps<Order> steps = Step.on(Order.class);

    var hold =
        steps
            .compensatableCall(
                "hold-stock",
                message(HoldReply.parser()),
                (saga, order) -> stock.ask(saga, stub -> stub.hold(holdOf(order))),
                (saga, order, held) -> stock.ask(saga, stub -> stub.release(holdOf(order))))
            .retry(BEFORE);
    var authorize =
        steps
            .compensatableCall(
                "authorize-payment",
                message(AuthorizeReply.parser()),
                (saga, order) -> payment.ask(saga, stub -> stub.authorize(paymentOf(order))),
                (saga, order, authorized) ->
                    payment.ask(saga, stub -> stub.cancel(paymentOf(order))))
            .retry(BEFORE);
    var capture =
        steps
            .pivotCall(
                "capture-payment",
                message(Ack.parser()),
                (saga, order) -> payment.ask(saga, stub -> stub.capture(paymentOf(order))))
            .retry(AFTER);
    var pick =
        steps
            .retriableCall(
                "pick-stock",
                message(Ack.parser()),
                (saga, order) -> stock.ask(saga, stub -> stub.pick(holdOf(order))))
            .retry(AFTER);
    var ship =
        steps
            .retriableCall(
                "ship",
                message(ShipReply.parser()),
                (saga, order) -> shipping.ask(saga, stub -> stub.ship(parcelOf(order))))
            .retry(AFTER);

    return SagaDefinition.named("place-order", 1, message(Order.parser()))
        .allOf(hold.undoRetry(AFTER), authorize.undoRetry(AFTER))
        .then(capture)
        .allOf(pick, ship)
        .build();
  }

  private <S extends AbstractStub<S>> Desk<S> at(
      Department department, Function<ManagedChannel, S> stub) {
    ManagedChannel channel = requireNonNull(channels.get(department), "channel");
    return new Desk<>(channel, GrpcParticipant.of(stub.apply(channel)));
  }

  /** One department, as the saga sees it. */
  private record Desk<S extends AbstractStub<S>>(
      ManagedChannel channel, GrpcParticipant<S> participant) {

    Verdict ask(StepContext saga, Function<S, MessageLite> call) {
      if (saga.attempt() > 1) {
        // Without this the channel waits by itself, long after a killed department is back.
        channel.resetConnectBackoff();
      }
      return participant.call(saga.branch(), ANSWER_MAX, stub -> call.apply(stub).toByteArray());
    }
  }

  private static <M extends MessageLite> Codec<M> message(Parser<M> parser) {
    return Codec.of("protobuf", MessageLite::toByteArray, parser::parseFrom);
  }

  private static HoldRequest holdOf(Order order) {
    return HoldRequest.newBuilder()
        .setOrderId(order.getId())
        .addAllLines(order.getLinesList())
        .build();
  }

  private static PaymentRequest paymentOf(Order order) {
    return PaymentRequest.newBuilder()
        .setOrderId(order.getId())
        .setCustomer(order.getCustomer())
        .setCard(order.getCard())
        .setCents(OrderMix.cents(order))
        .build();
  }

  private static ShipRequest parcelOf(Order order) {
    return ShipRequest.newBuilder()
        .setOrderId(order.getId())
        .setAddress(order.getAddress())
        .addAllLines(order.getLinesList())
        .build();
  }
}
