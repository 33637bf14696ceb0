package io.quorate.demo.order;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogFullException;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.runtime.CoordinatorStoppedException;
import io.quorate.core.tx.runtime.Operator;
import io.quorate.core.tx.runtime.OverloadedException;
import io.quorate.demo.wire.Order;
import io.quorate.demo.wire.OrderId;
import io.quorate.demo.wire.OrdersGrpc;
import io.quorate.demo.wire.Placed;
import io.quorate.demo.wire.StandingReply;
import io.quorate.demo.wire.StandingRequest;
import io.quorate.saga.SagaCoordinator;
import io.quorate.saga.SagaDefinition;
import io.quorate.saga.SagaResults;
import java.time.Duration;

/** Takes orders. An order's id is its saga's: placing it again asks for the outcome. */
final class OrderService extends OrdersGrpc.OrdersImplBase {
  /** Then the client is told that it is pending, and may ask again. */
  private static final Duration WAIT = Duration.ofSeconds(5);

  private final SagaCoordinator coordinator;
  private final SagaDefinition<Order> placeOrder;
  private final Activity activity;

  OrderService(SagaCoordinator coordinator, SagaDefinition<Order> placeOrder, Activity activity) {
    this.coordinator = coordinator;
    this.placeOrder = placeOrder;
    this.activity = activity;
  }

  @Override
  public void place(Order order, StreamObserver<Placed> client) {
    try {
      TxId id = new TxId(order.getId());
      client.onNext(told(coordinator.run(placeOrder, id, order, WAIT)));
      client.onCompleted();
    } catch (IllegalArgumentException wrong) {
      client.onError(refused(Status.INVALID_ARGUMENT, wrong));
    } catch (LogFullException | OverloadedException full) {
      client.onError(refused(Status.RESOURCE_EXHAUSTED, full));
    } catch (LogUnavailableException | CoordinatorStoppedException away) {
      client.onError(refused(Status.UNAVAILABLE, away));
    }
  }

  private static RuntimeException refused(Status status, Exception why) {
    return status.withDescription(why.getMessage()).asRuntimeException();
  }

  @Override
  public void outcome(OrderId request, StreamObserver<Placed> client) {
    client.onNext(
        coordinator
            .outcome(new TxId(request.getId()))
            .map(OrderService::told)
            .orElseGet(Placed::getDefaultInstance));
    client.onCompleted();
  }

  private static Placed told(Outcome<SagaResults> outcome) {
    return switch (outcome) {
      case Outcome.Done<SagaResults> done -> placed(Placed.Result.DONE, "");
      case Outcome.Undone<SagaResults> undone -> placed(Placed.Result.UNDONE, undone.why());
      case Outcome.Pending<SagaResults> pending ->
          placed(Placed.Result.PENDING, String.join(", ", pending.waitingFor()));
      case Outcome.Parked<SagaResults> parked ->
          placed(Placed.Result.PARKED, parked.branch() + ": " + parked.why());
      case Outcome.Hazard<SagaResults> hazard ->
          placed(Placed.Result.HAZARD, String.join("; ", hazard.facts()));
    };
  }

  private static Placed placed(Placed.Result result, String why) {
    return Placed.newBuilder().setResult(result).setWhy(why).build();
  }

  @Override
  public void standing(StandingRequest request, StreamObserver<StandingReply> client) {
    Operator operator = coordinator.operator();
    client.onNext(
        StandingReply.newBuilder()
            .setUnfinished(operator.unfinished(Operator.LIMIT_MAX).size())
            .setParked(operator.parked(Operator.LIMIT_MAX).size())
            .setRecovered(activity.recovered())
            .setRetried(activity.retried())
            .build());
    client.onCompleted();
  }
}
