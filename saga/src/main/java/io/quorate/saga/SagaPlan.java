package io.quorate.saga;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.machine.Call;
import io.quorate.core.tx.machine.Transition;
import io.quorate.core.tx.machine.TxEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a saga does next, given what is known. Looks only at the state and the time, never at how
 * they came about, so that a recovered saga goes on exactly as a live one would.
 *
 * <p>Forward, a step starts once all it waits for is done; backward, a step is undone once all that
 * waited for it leave nothing behind. The saga ends when nothing is left to do.
 */
final class SagaPlan<I> {
  private final SagaTurn<I> turn;
  private final Map<String, TxId> busyLocks;

  /**
   * @param busyLocks locks just found held by others, with their holders: waited for, not asked for
   */
  SagaPlan(SagaTurn<I> turn, Map<String, TxId> busyLocks) {
    this.turn = turn;
    this.busyLocks = busyLocks;
  }

  Transition<SagaState<I>> advance() {
    if (turn.state().ledger().ended() != null) {
      return turn.finish(null, false);
    }
    checkDeadline();
    if (turn.state().ledger().forward()) {
      goForward();
    }
    if (!turn.state().ledger().forward()) {
      goBackward();
    }
    if (turn.state().ledger().ended() != null) {
      return turn.finish(null, false);
    }
    Instant wakeAt = wakeAt();
    boolean stuck = isStuck();
    if (stuck && !turn.state().parked()) {
      turn.answer(SagaStanding.outcome(turn.state()));
    }
    return turn.finish(stuck ? null : wakeAt, stuck);
  }

  private void checkDeadline() {
    SagaState<I> state = turn.state();
    Instant deadline = state.ledger().began().deadline();
    if (deadline != null && !turn.now().isBefore(deadline) && mayTurnBack()) {
      decide("deadline of %s passed".formatted(deadline));
    }
  }

  /** Whether time or a caller may still turn the saga back. */
  boolean mayTurnBack() {
    SagaState<I> state = turn.state();
    return state.ledger().forward()
        && state.ledger().ended() == null
        && !state.replaying()
        && !state.pastNoReturn();
  }

  /** The step has said no, or may not run: what is done has to be undone. */
  void refuse(Step<I, ?> step, String reason) {
    turn.note(new SagaFact.Refused(step.name(), reason));
    if (turn.state().ledger().forward()) {
      decide(step.name() + " refused: " + reason);
    }
  }

  void decide(String why) {
    List<String> doubtful = List.copyOf(turn.state().doubtful());
    turn.note(new SagaFact.Decided(why, doubtful));
    turn.waitForNothing();
    turn.emit(new TxEvent.Decided(turn.tx(), false, why));
  }

  private void goForward() {
    boolean allDone = true;
    for (Step<I, ?> step : turn.state().definition().steps()) {
      if (!turn.state().ledger().forward()) {
        return;
      }
      StepState known = turn.state().step(step.name());
      if (known.is(StepState.Status.DONE)) {
        continue;
      }
      allDone = false;
      if (known.is(StepState.Status.IDLE)
          && !turn.state().inFlight().containsKey(step.name())
          && !isLater(turn.state().notBefore(step.name()))
          && turn.state().prerequisitesDone(step.name())
          && hasLock(step)) {
        turn.call(step.name(), Phase.TRY, step.timeout());
      }
    }
    if (allDone && turn.state().inFlight().isEmpty()) {
      turn.note(new SagaFact.Ended(true));
      turn.emit(new TxEvent.Ended(turn.tx(), true));
      turn.answer(SagaStanding.outcome(turn.state()));
    }
  }

  /** Whether the step's lock, if it has one, is held or taken by this turn's record. */
  private boolean hasLock(Step<I, ?> step) {
    if (!step.locks() || turn.state().step(step.name()).locked()) {
      return true;
    }
    SagaState.LockWait wait = turn.state().lockWaits().get(step.name());
    if (wait != null && isLater(wait.retryAt())) {
      return false;
    }
    String lock = step.lockFor(turn.state().input()).orElseThrow();
    TxId holder = busyLocks.get(lock);
    if (holder != null) {
      if (SagaLocks.waitedEnough(turn, step)) {
        refuse(step, "lock %s is held by %s".formatted(lock, holder));
      } else {
        SagaLocks.waitFor(turn, step, lock, holder);
      }
      return false;
    }
    turn.lock(step.name(), lock);
    return true;
  }

  private void goBackward() {
    SagaState<I> start = turn.state();
    List<Step<I, ?>> steps = start.definition().steps();
    boolean left = !start.inFlight().isEmpty();
    for (int i = steps.size() - 1; i >= 0; i--) {
      left |= undo(steps.get(i), turn.state().definition().shape().before(steps.get(i).name()));
    }
    Set<String> current = start.definition().shape().names();
    for (Step<I, ?> gone : start.retired().values()) {
      left |= undo(gone, current);
    }
    if (!left) {
      String why = turn.state().ledger().undoing();
      turn.note(new SagaFact.Ended(false));
      turn.emit(new TxEvent.Ended(turn.tx(), false));
      turn.answer(new Outcome.Undone<>(turn.tx(), why == null ? "" : why));
    }
  }

  /** Undoes the step if it is its turn; says whether anything of it is left to be done. */
  private boolean undo(Step<I, ?> step, Set<String> later) {
    SagaState<I> state = turn.state();
    StepState known = state.step(step.name());
    if (known.leavesNothing()) {
      return false;
    }
    boolean free =
        later.stream()
            .allMatch(
                name -> state.step(name).leavesNothing() && !state.inFlight().containsKey(name));
    if (free
        && known.needsUndo()
        && !state.inFlight().containsKey(step.name())
        && !isLater(state.notBefore(step.name()))) {
      turn.call(step.name(), Phase.CANCEL, step.timeout());
    }
    return true;
  }

  private boolean isLater(@Nullable Instant at) {
    return at != null && at.isAfter(turn.now());
  }

  private @Nullable Instant wakeAt() {
    SagaState<I> state = turn.state();
    Instant earliest = mayTurnBack() ? state.ledger().began().deadline() : null;
    for (String step : state.ledger().steps().keySet()) {
      Instant notBefore = state.notBefore(step);
      if (notBefore != null && !state.inFlight().containsKey(step)) {
        earliest = earlier(earliest, notBefore);
      }
    }
    for (SagaState.LockWait wait : state.lockWaits().values()) {
      earliest = earlier(earliest, wait.retryAt());
    }
    for (Instant poll : state.polls().values()) {
      earliest = earlier(earliest, poll);
    }
    return earliest;
  }

  private static Instant earlier(@Nullable Instant a, Instant b) {
    return a == null || b.isBefore(a) ? b : a;
  }

  /** Nothing is in flight or waits for time, and a person could change that. */
  private boolean isStuck() {
    SagaState<I> state = turn.state();
    if (!state.inFlight().isEmpty() || !state.lockWaits().isEmpty() || !state.polls().isEmpty()) {
      return false;
    }
    boolean person = false;
    for (StepState step : state.ledger().steps().values()) {
      if (step.retryAt() != null) {
        return false;
      }
      person |= step.needsPerson();
    }
    return person;
  }

  /** The calls still out, for people. */
  static List<String> waitingFor(SagaState<?> state) {
    return state.inFlight().values().stream().map(Call::ref).map(ref -> ref.branch()).toList();
  }
}
