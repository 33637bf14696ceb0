package io.quorate.saga;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.machine.Call;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A saga in the hands of a coordinator: what is durable ({@link SagaLedger}) and what only this
 * coordinator knows. Immutable.
 *
 * @param seq of the last record
 * @param input decoded, in the form of the version followed
 * @param retired steps an older version had; only ever undone
 * @param inFlight the calls whose answers are awaited, by step
 * @param lockWaits the steps that wait for a lock, by step
 * @param replaying taken up after a crash that may have lost answers its caller was told of: goes
 *     forward unless a participant refuses; see {@link Durability#START_DURABLE}
 * @param parked whether the last record says that a person is waited for
 */
record SagaState<I>(
    SagaDefinition<I> definition,
    TxId tx,
    Epoch epoch,
    int seq,
    SagaLedger ledger,
    I input,
    Map<String, Step<I, ?>> retired,
    Map<String, Call> inFlight,
    Map<String, LockWait> lockWaits,
    boolean replaying,
    boolean parked) {

  /** A step's wait for a lock. */
  record LockWait(String lock, Instant since, int tries, Instant retryAt, TxId holder) {}

  StepState step(String name) {
    return ledger.step(name);
  }

  Step<I, ?> definitionOf(String name) {
    Step<I, ?> gone = retired.get(name);
    return gone == null ? definition.shape().step(name) : gone;
  }

  boolean prerequisitesDone(String name) {
    return definition.shape().after(name).stream()
        .allMatch(earlier -> step(earlier).is(StepState.Status.DONE));
  }

  /** Whether the step has been, or may have been, called without an answer so far. */
  boolean mayRun(String name) {
    StepState state = step(name);
    if (!state.is(StepState.Status.IDLE)) {
      return false;
    }
    if (state.mayHaveRun() || inFlight.containsKey(name)) {
      return true;
    }
    return !retired.containsKey(name)
        && prerequisitesDone(name)
        && (state.locked() || !definition.shape().step(name).locks());
  }

  /** The steps that would have to be undone although no answer of theirs is known. */
  Set<String> doubtful() {
    Set<String> doubtful = new LinkedHashSet<>();
    for (Step<I, ?> step : definition.steps()) {
      if (mayRun(step.name()) || isParkedAction(step.name())) {
        doubtful.add(step.name());
      }
    }
    for (String name : retired.keySet()) {
      if (mayRun(name)) {
        doubtful.add(name);
      }
    }
    return doubtful;
  }

  private boolean isParkedAction(String name) {
    return step(name).is(StepState.Status.PARKED);
  }

  /** Whether a step that cannot be undone is done or may have run: it must go forward from here. */
  boolean pastNoReturn() {
    for (Step<I, ?> step : definition.steps()) {
      if (step.kind() != StepKind.COMPENSATABLE && hasOrMayHaveEffect(step.name())) {
        return true;
      }
    }
    return retired.values().stream()
        .anyMatch(s -> s.kind() != StepKind.COMPENSATABLE && hasOrMayHaveEffect(s.name()));
  }

  /**
   * Whether it is certain to be done: the pivot is done, or a retriable step, which cannot refuse,
   * is or may be. A pivot that is merely asked may still say no.
   */
  boolean certain() {
    for (Step<I, ?> step : definition.steps()) {
      boolean decided =
          switch (step.kind()) {
            case COMPENSATABLE -> false;
            case PIVOT -> step(step.name()).is(StepState.Status.DONE);
            case RETRIABLE -> hasOrMayHaveEffect(step.name());
          };
      if (decided) {
        return true;
      }
    }
    return retired.values().stream()
        .anyMatch(
            s -> s.kind() != StepKind.COMPENSATABLE && step(s.name()).is(StepState.Status.DONE));
  }

  private boolean hasOrMayHaveEffect(String name) {
    return switch (step(name).status()) {
      case DONE, DOUBTFUL, PARKED, CONFLICT -> true;
      case IDLE -> mayRun(name);
      case REFUSED, UNDONE, PARKED_UNDO -> false;
    };
  }
}
