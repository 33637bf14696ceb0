package io.quorate.saga;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.machine.Call;
import io.quorate.core.tx.machine.Standing;
import java.util.ArrayList;
import java.util.List;

/** A saga's state in the words of callers, operators and tests. */
final class SagaStanding {
  private SagaStanding() {}

  static <I> Standing of(SagaState<I> state) {
    List<Standing.Branch> branches = new ArrayList<>();
    for (Step<I, ?> step : state.definition().steps()) {
      branches.add(branch(state, step, state.definition().after(step.name())));
    }
    for (Step<I, ?> gone : state.retired().values()) {
      branches.add(branch(state, gone, java.util.Set.of()));
    }
    return new Standing(direction(state), branches, outcome(state));
  }

  private static <I> Standing.Branch branch(
      SagaState<I> state, Step<I, ?> step, java.util.Set<String> after) {
    StepState known = state.step(step.name());
    return new Standing.Branch(
        step.name(),
        after,
        step.kind() == StepKind.COMPENSATABLE,
        standing(known, state.inFlight().get(step.name())),
        known.attempts(),
        known.detail());
  }

  private static Standing.State standing(
      StepState known, @org.jspecify.annotations.Nullable Call call) {
    if (call != null) {
      return call.ref().phase() == Phase.CANCEL ? Standing.State.UNDOING : Standing.State.RUNNING;
    }
    return switch (known.status()) {
      case IDLE -> known.mayHaveRun() ? Standing.State.RUNNING : Standing.State.IDLE;
      case DONE -> Standing.State.DONE;
      case REFUSED -> Standing.State.REFUSED;
      case DOUBTFUL -> Standing.State.UNDOING;
      case UNDONE -> Standing.State.UNDONE;
      case PARKED, PARKED_UNDO -> Standing.State.PARKED;
      case CONFLICT -> Standing.State.CONFLICT;
    };
  }

  private static Outcome.Direction direction(SagaState<?> state) {
    if (!state.ledger().forward()) {
      return Outcome.Direction.BACKWARD;
    }
    return state.certain() ? Outcome.Direction.FORWARD : Outcome.Direction.UNDECIDED;
  }

  /** What a caller may be told now. */
  static <I> Outcome<byte[]> outcome(SagaState<I> state) {
    SagaLedger ledger = state.ledger();
    if (ledger.ended() != null) {
      String why = ledger.undoing();
      return ledger.ended()
          ? new Outcome.Done<>(state.tx(), SagaResults.encode(ledger))
          : new Outcome.Undone<>(state.tx(), why == null ? "" : why);
    }
    List<String> facts = new ArrayList<>();
    Outcome.Parked<byte[]> parked = null;
    boolean conflict = false;
    for (var entry : ledger.steps().entrySet()) {
      StepState step = entry.getValue();
      facts.add("%s: %s %s".formatted(entry.getKey(), step.status(), step.detail()).strip());
      conflict |= step.is(StepState.Status.CONFLICT);
      if (parked == null && step.needsPerson()) {
        parked = new Outcome.Parked<>(state.tx(), entry.getKey(), step.detail(), step.attempts());
      }
    }
    if (conflict) {
      return new Outcome.Hazard<>(state.tx(), facts);
    }
    return parked != null
        ? parked
        : new Outcome.Pending<>(state.tx(), direction(state), SagaPlan.waitingFor(state));
  }
}
