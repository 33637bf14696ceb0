package io.quorate.saga;

import io.quorate.core.retry.Retry;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.machine.Call;
import io.quorate.core.tx.machine.TxEvent;
import java.time.Duration;

/**
 * What an answer means. The table, for an action while the saga goes forward:
 *
 * <pre>
 *               compensatable        pivot                retriable
 *   Ok          done                 done                 done
 *   No          undo the saga        undo the saga        try again, then park
 *   Conflict    undo the saga        undo the saga        hazard
 *   Unknown     try again, then      try again, then      try again, then park
 *               undo the saga        park
 *   Ongoing     ask again            ask again            ask again
 * </pre>
 *
 * <p>An action that answers when the saga is already being undone is undone if it is done or
 * unknown. A compensation is tried again while unknown, then parked; parked at once when it is
 * refused.
 */
final class SagaReply<I> {
  private static final Duration POLL_MIN = Duration.ofMillis(10);
  private static final Duration POLL_MAX = Duration.ofDays(1);

  /**
   * Up to here the next poll is kept in memory only: a participant may be at it for hours, and each
   * of its answers must not make the history longer. Beyond, a record lets the saga leave memory.
   */
  private static final Duration POLL_UNWRITTEN_MAX = Duration.ofSeconds(10);

  private final SagaTurn<I> turn;
  private final SagaPlan<I> plan;

  SagaReply(SagaTurn<I> turn, SagaPlan<I> plan) {
    this.turn = turn;
    this.plan = plan;
  }

  void take(Call call, Verdict verdict) {
    Step<I, ?> step = turn.state().definitionOf(call.ref().branch());
    turn.answered(step.name());
    turn.emit(new TxEvent.Answered(turn.tx(), call.ref(), verdict));
    if (call.ref().phase() == Phase.CANCEL) {
      undone(call, step, verdict);
    } else if (turn.state().ledger().forward()) {
      forward(call, step, verdict);
    } else {
      late(step, verdict);
    }
  }

  private void forward(Call call, Step<I, ?> step, Verdict verdict) {
    switch (verdict) {
      case Verdict.Ok(byte[] result) -> done(step, result);
      case Verdict.No(String reason) -> {
        if (step.kind() == StepKind.RETRIABLE) {
          again(call, step, step.retry(), "refused: " + reason);
        } else if (mayHaveBeenHeardBefore(step)) {
          plan.decide(step.name() + " refused: " + reason);
        } else {
          plan.refuse(step, reason);
        }
      }
      case Verdict.Conflict(String fact) -> {
        if (step.kind() == StepKind.RETRIABLE) {
          turn.note(new SagaFact.Conflicted(step.name(), Phase.TRY, fact));
        } else {
          plan.refuse(step, "conflict: " + fact);
        }
      }
      case Verdict.Unknown(String cause) -> again(call, step, step.retry(), cause);
      case Verdict.Ongoing(Duration pollAfter) -> poll(call, step, pollAfter);
    }
  }

  /**
   * Whether an earlier call of a step that can be undone has no known outcome: the participant may
   * take it for another one, or let it in after its refusal. So the step is undone all the same,
   * which is harmless where nothing happened. A step that cannot be undone rests on its participant
   * to remember what it refused.
   */
  private boolean mayHaveBeenHeardBefore(Step<I, ?> step) {
    return step.kind() == StepKind.COMPENSATABLE && turn.state().step(step.name()).mayHaveRun();
  }

  private void done(Step<I, ?> step, byte[] result) {
    boolean decides = !turn.state().pastNoReturn() || step.kind() == StepKind.PIVOT;
    turn.note(new SagaFact.Done(step.name(), result));
    if (decides && step.kind() == StepKind.PIVOT) {
      turn.emit(new TxEvent.Decided(turn.tx(), true, step.name() + " is done"));
    }
  }

  /** An action's answer that comes when the saga is already being undone. */
  private void late(Step<I, ?> step, Verdict verdict) {
    switch (verdict) {
      case Verdict.Ok(byte[] result) -> turn.note(new SagaFact.Done(step.name(), result));
      case Verdict.No(String reason) -> {
        if (!mayHaveBeenHeardBefore(step)) {
          turn.note(new SagaFact.Refused(step.name(), reason));
        }
      }
      case Verdict.Conflict(String fact) ->
          turn.note(new SagaFact.Refused(step.name(), "conflict: " + fact));
      // It stays doubtful, and is undone like a done one.
      case Verdict.Unknown u -> {}
      case Verdict.Ongoing o -> {}
    }
  }

  private void undone(Call call, Step<I, ?> step, Verdict verdict) {
    switch (verdict) {
      case Verdict.Ok ok -> turn.note(new SagaFact.Undone(step.name()));
      case Verdict.No(String reason) -> park(call, step, "compensation refused: " + reason);
      case Verdict.Conflict(String fact) ->
          turn.note(new SagaFact.Conflicted(step.name(), Phase.CANCEL, fact));
      case Verdict.Unknown(String cause) -> again(call, step, step.undoRetry(), cause);
      case Verdict.Ongoing(Duration pollAfter) -> poll(call, step, pollAfter);
    }
  }

  private void again(Call call, Step<I, ?> step, Retry retry, String cause) {
    int attempt = call.ref().attempt();
    if (retry.allowsAfter(attempt)) {
      Duration pause =
          retry.pauseAfter(attempt, turn.tx().value().hashCode() * 31L + step.name().hashCode());
      turn.note(
          new SagaFact.Tried(
              step.name(), call.ref().phase(), attempt, turn.now().plus(pause), cause));
      turn.emit(new TxEvent.RetryScheduled(turn.tx(), call.ref(), pause, cause));
    } else if (call.ref().phase() == Phase.TRY
        && step.kind() == StepKind.COMPENSATABLE
        && !turn.state().replaying()) {
      turn.note(new SagaFact.Tried(step.name(), Phase.TRY, attempt, turn.now(), cause));
      plan.decide(
          "%s has no known outcome after %d attempts: %s".formatted(step.name(), attempt, cause));
    } else {
      park(call, step, cause);
    }
  }

  private void poll(Call call, Step<I, ?> step, Duration pollAfter) {
    Duration pause = pollAfter.compareTo(POLL_MIN) < 0 ? POLL_MIN : pollAfter;
    pause = pause.compareTo(POLL_MAX) > 0 ? POLL_MAX : pause;
    if (pause.compareTo(POLL_UNWRITTEN_MAX) <= 0) {
      turn.pollAt(step.name(), turn.now().plus(pause));
      return;
    }
    turn.note(
        new SagaFact.Tried(
            step.name(),
            call.ref().phase(),
            call.ref().attempt() - 1,
            turn.now().plus(pause),
            "still at it"));
  }

  private void park(Call call, Step<I, ?> step, String why) {
    int attempts = call.ref().attempt();
    turn.note(new SagaFact.Parked(step.name(), call.ref().phase(), attempts, why));
    turn.emit(new TxEvent.Parked(turn.tx(), step.name(), why, attempts));
  }
}
