package io.quorate.benchmarks.subjects;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.EpochHeldException;
import io.quorate.core.tx.log.LogFullException;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.saga.Durability;
import io.quorate.saga.SagaCoordinator;
import io.quorate.saga.SagaDefinition;
import io.quorate.saga.SagaResults;
import io.quorate.saga.Step;
import io.quorate.saga.Steps;

/** A saga of three steps that do nothing, each with a compensation, on a log of the caller's. */
public final class ThreeSteps implements AutoCloseable {
  private static final String INPUT = "{}";

  private final SagaDefinition<String> order;
  private final SagaCoordinator sagas;

  private ThreeSteps(SagaDefinition<String> order, SagaCoordinator sagas) {
    this.order = order;
    this.sagas = sagas;
  }

  /** Opens a coordinator with its defaults. The log stays the caller's. */
  public static ThreeSteps open(TransactionLog log, Durability durability)
      throws EpochHeldException {
    Steps<String> steps = Step.on(String.class);
    SagaDefinition<String> order =
        SagaDefinition.named("order", 1, String.class)
            .then(steps.compensatable("reserve", (c, o) -> {}, (c, o) -> {}))
            .then(steps.compensatable("charge", (c, o) -> {}, (c, o) -> {}))
            .then(steps.compensatable("ship", (c, o) -> {}, (c, o) -> {}))
            .durability(durability)
            .build();
    return new ThreeSteps(order, SagaCoordinator.open(log, order));
  }

  /** Runs saga number {@code n} to its end. */
  public void run(long n) throws LogFullException {
    Outcome<SagaResults> outcome = sagas.run(order, new TxId("order-" + n), INPUT);
    if (!(outcome instanceof Outcome.Done<SagaResults>)) {
      throw new IllegalStateException("order-" + n + " ended as " + outcome);
    }
  }

  @Override
  public void close() {
    sagas.close();
  }
}
