package io.quorate.testkit.crash;

import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.machine.Transition;
import io.quorate.testkit.crash.RelayState.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a {@link Relay} does next: looks at the state and the time only. */
final class RelayPlan {
  private static final Duration LOCK_PAUSE = Duration.ofMillis(10);

  private final Relay relay;
  private final RelayTurn turn;
  private final Map<String, TxId> busyLocks;
  private @Nullable Instant lockRetryAt;
  private @Nullable String taken;

  RelayPlan(Relay relay, RelayTurn turn, Map<String, TxId> busyLocks) {
    this.relay = relay;
    this.turn = turn;
    this.busyLocks = busyLocks;
  }

  Transition<RelayState> advance() {
    if (turn.state().done() == null) {
      checkDeadline();
      Boolean forward = turn.state().forward();
      if (forward == null) {
        tryAll();
        forward = turn.state().forward();
      }
      if (forward != null && turn.state().done() == null) {
        if (forward) {
          confirmAll();
        } else {
          undoAll();
        }
      }
    }
    RelayState state = turn.state();
    boolean stuck = state.done() == null && isStuck();
    if (stuck && !state.parked()) {
      turn.answer(Relay.outcome(state, Outcome.Direction.UNDECIDED));
    }
    return turn.finish(stuck || state.done() != null ? null : wakeAt(), stuck, taken);
  }

  private void checkDeadline() {
    Instant at = deadlineAt();
    if (at != null && !turn.now().isBefore(at)) {
      turn.decide(false);
    }
  }

  /** When it turns back by itself; {@code null} where it does not, or not any more. */
  private @Nullable Instant deadlineAt() {
    Duration within = relay.deadline();
    return within == null || turn.state().forward() != null || isPastNoReturn()
        ? null
        : turn.state().startedAt().plus(within);
  }

  /** Whether the branch that cannot be undone is done, or may be. */
  boolean isPastNoReturn() {
    String pivot = relay.pivot();
    return pivot != null
        && !relay.has(Flaw.UNDONE_PAST_NO_RETURN)
        && (isFree(pivot) || turn.state().is(pivot, Status.DONE));
  }

  private boolean isFree(String branch) {
    return turn.state().is(branch, Status.NEW)
        && relay.after().getOrDefault(branch, Set.of()).stream()
            .allMatch(earlier -> turn.state().is(earlier, Status.DONE));
  }

  private void tryAll() {
    if (!hasLock()) {
      return;
    }
    int done = 0;
    for (String branch : relay.after().keySet()) {
      if (turn.state().is(branch, Status.DONE)) {
        done++;
      } else if ((isFree(branch) || relay.has(Flaw.STARTS_TOO_EARLY)) && mayCall(branch)) {
        turn.call(branch, Phase.TRY);
      }
    }
    boolean enough = done == relay.after().size() || relay.has(Flaw.DECIDES_TOO_EARLY) && done > 0;
    if (enough && relay.twoPhase()) {
      turn.decide(true);
    } else if (enough) {
      end(true);
    }
  }

  private boolean hasLock() {
    String lock = relay.lock();
    if (lock == null || turn.state().locked()) {
      return true;
    }
    if (busyLocks.containsKey(lock)) {
      lockRetryAt = turn.now().plus(LOCK_PAUSE);
      return false;
    }
    taken = lock;
    turn.note("locked");
    return true;
  }

  private void confirmAll() {
    boolean left = false;
    for (String branch : relay.after().keySet()) {
      if (!turn.state().is(branch, Status.CONFIRMED)) {
        left = true;
        if (!turn.state().is(branch, Status.CONFLICT) && mayCall(branch)) {
          turn.call(branch, Phase.CONFIRM);
        }
      }
    }
    if (!left) {
      end(true);
    }
  }

  private void undoAll() {
    List<String> order = new ArrayList<>(relay.after().keySet());
    if (!relay.has(Flaw.UNDONE_IN_ORDER)) {
      Collections.reverse(order);
    }
    boolean left = false;
    for (String branch : order) {
      if (!isSettled(branch)) {
        if (!turn.state().is(branch, Status.CONFLICT) && mayUndo(branch, left) && mayCall(branch)) {
          turn.call(branch, Phase.CANCEL);
        }
        left = true;
      }
    }
    if (!left) {
      end(false);
    }
  }

  /** In two phases all at once; else one after the other. */
  private boolean mayUndo(String branch, boolean othersLeft) {
    return relay.twoPhase() || !othersLeft;
  }

  private boolean isSettled(String branch) {
    RelayState state = turn.state();
    return state.is(branch, Status.CANCELLED)
        || relay.has(Flaw.ENDS_WITHOUT_UNDOING)
        || relay.has(Flaw.REFUSED_NOT_CANCELLED) && state.is(branch, Status.REFUSED)
        || relay.has(Flaw.UNKNOWN_NOT_UNDONE) && state.is(branch, Status.NEW);
  }

  private void end(boolean done) {
    turn.note("end " + done);
    turn.answer(Relay.outcome(turn.state(), Outcome.Direction.UNDECIDED));
  }

  /**
   * Whether the branch may be called now. After the decision a call of the first phase may still be
   * out: its answer does not matter any more.
   */
  private boolean mayCall(String branch) {
    var out = turn.state().out().get(branch);
    if (out != null && (turn.state().forward() == null || out.ref().phase() != Phase.TRY)) {
      return false;
    }
    Instant retryAt = turn.state().step(branch).retryAt();
    return retryAt == null || !retryAt.isAfter(turn.now());
  }

  private @Nullable Instant wakeAt() {
    Instant earliest = deadlineAt();
    for (var step : turn.state().steps().entrySet()) {
      Instant retryAt = step.getValue().retryAt();
      if (retryAt != null && !turn.state().out().containsKey(step.getKey())) {
        earliest = earlier(earliest, retryAt);
      }
    }
    Instant locked = lockRetryAt;
    return locked == null ? earliest : earlier(earliest, locked);
  }

  private static Instant earlier(@Nullable Instant a, Instant b) {
    return a == null || b.isBefore(a) ? b : a;
  }

  private boolean isStuck() {
    return !turn.state().namesOf(Status.CONFLICT).isEmpty()
        && turn.state().out().isEmpty()
        && turn.state().steps().values().stream().allMatch(step -> step.retryAt() == null);
  }
}
