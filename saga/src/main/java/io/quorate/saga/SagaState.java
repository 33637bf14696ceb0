package io.quorate.saga;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.machine.Call;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A saga in the hands of a coordinator: what is durable ({@link SagaLedger}) and what only this
 * coordinator knows. Immutable.
 *
 * @param seq of the last record
 * @param input decoded, in the form of the version followed
 * @param retired steps an older version had; only ever undone
 * @param inFlight the calls whose answers are awaited, by step
 * @param lockWaits the steps that wait for a lock, by step
 * @param polls when a participant that is still at it is asked again, by step
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
    Map<String, Instant> polls,
    boolean parked) {

  /** A step's wait for a lock. */
  record LockWait(String lock, Instant since, int tries, Instant retryAt, TxId holder) {}

  /** What else is known. */
  SagaState<I> with(SagaLedger known) {
    return new SagaState<>(
        definition, tx, epoch, seq, known, input, retired, inFlight, lockWaits, polls, parked);
  }

  /** What else is under way. */
  SagaState<I> with(
      Map<String, Call> calls, Map<String, LockWait> waits, Map<String, Instant> nextPolls) {
    return new SagaState<>(
        definition, tx, epoch, seq, ledger, input, retired, calls, waits, nextPolls, parked);
  }

  /** After another record, or none. */
  SagaState<I> at(int lastSeq, boolean stuck) {
    return new SagaState<>(
        definition, tx, epoch, lastSeq, ledger, input, retired, inFlight, lockWaits, polls, stuck);
  }

  StepState step(String name) {
    return ledger.step(name);
  }

  /**
   * Whether it was taken up after a crash that may have lost answers its caller was told of: it
   * goes forward unless a participant refuses; see {@link Durability#START_DURABLE}.
   */
  boolean replaying() {
    return ledger.resumed() && ledger.forward();
  }

  /** When the step may be called again; {@code null} without a wait. */
  @Nullable Instant notBefore(String name) {
    Instant poll = polls.get(name);
    return poll == null ? step(name).retryAt() : poll;
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
