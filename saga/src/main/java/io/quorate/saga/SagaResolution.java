package io.quorate.saga;

import io.quorate.core.tx.machine.Resolution;
import io.quorate.core.tx.machine.ResolutionRefusedException;
import io.quorate.core.tx.machine.TxEvent;

/**
 * What a person may decide.
 *
 * <pre>
 *                        RETRY   TAKE_AS_DONE   TAKE_AS_UNDONE            UNDO
 *   parked action        yes     yes            unless it is retriable    before the point of no return
 *   parked compensation  yes     no             yes                       is under way
 *   conflict             yes     going forward  as for parked             as for parked
 * </pre>
 */
final class SagaResolution<I> {
  private final SagaTurn<I> turn;
  private final SagaPlan<I> plan;

  SagaResolution(SagaTurn<I> turn, SagaPlan<I> plan) {
    this.turn = turn;
    this.plan = plan;
  }

  void take(Resolution resolution) {
    Step<I, ?> step = step(resolution);
    boolean forward = turn.state().ledger().forward();
    switch (resolution.action()) {
      case RETRY -> {}
      case TAKE_AS_DONE -> {
        if (!forward) {
          throw refused(resolution, "the saga is being undone; only TAKE_AS_UNDONE or RETRY fit");
        }
      }
      case TAKE_AS_UNDONE -> {
        if (forward && step.kind() == StepKind.RETRIABLE) {
          throw refused(resolution, "the saga is past its point of no return");
        }
      }
      case UNDO -> {
        if (!forward) {
          throw refused(resolution, "the saga is being undone already");
        }
        if (turn.state().pastNoReturn()) {
          throw refused(resolution, "the saga is past its point of no return");
        }
      }
    }
    turn.note(new SagaFact.Resolved(resolution, turn.now()));
    turn.emit(new TxEvent.Resolved(turn.tx(), resolution, turn.now()));
    if (forward) {
      switch (resolution.action()) {
        case RETRY, TAKE_AS_DONE -> {}
        case TAKE_AS_UNDONE -> plan.decide(step.name() + " taken as undone by " + resolution.by());
        case UNDO -> plan.decide("undone by " + resolution.by() + ": " + resolution.why());
      }
    }
  }

  private Step<I, ?> step(Resolution resolution) {
    Step<I, ?> step;
    try {
      step = turn.state().definitionOf(resolution.branch());
    } catch (IllegalArgumentException unknown) {
      throw new ResolutionRefusedException(
          "transaction %s: %s".formatted(turn.tx(), unknown.getMessage()));
    }
    if (!turn.state().step(step.name()).needsPerson()) {
      throw refused(
          resolution,
          "step %s is %s and waits for nobody"
              .formatted(step.name(), turn.state().step(step.name()).status()));
    }
    return step;
  }

  private ResolutionRefusedException refused(Resolution resolution, String why) {
    return new ResolutionRefusedException(
        "transaction %s: %s of %s: %s"
            .formatted(turn.tx(), resolution.action(), resolution.branch(), why));
  }
}
