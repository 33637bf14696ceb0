package io.quorate.saga;

import io.quorate.core.retry.Retry;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.machine.TxEvent;
import java.time.Duration;
import java.time.Instant;

/** How a step waits for its lock: asked for again, further and further apart. */
final class SagaLocks {
  private static final Retry PACE =
      Retry.exponential(Duration.ofMillis(10), Duration.ofMillis(500));

  private SagaLocks() {}

  /**
   * Notes that the step has to wait.
   *
   * @param holder who holds the lock
   */
  static <I> void waitFor(SagaTurn<I> turn, Step<I, ?> step, String lock, TxId holder) {
    SagaState.LockWait earlier = turn.state().lockWaits().get(step.name());
    Instant since = earlier == null ? turn.now() : earlier.since();
    int tries = earlier == null ? 1 : earlier.tries() + 1;
    Duration pause = PACE.pauseAfter(tries, turn.tx().value().hashCode());
    turn.waitForLock(
        step.name(), new SagaState.LockWait(lock, since, tries, turn.now().plus(pause), holder));
    turn.emit(new TxEvent.WaitingForLock(turn.tx(), lock, holder));
  }

  /** Whether the step has waited as long as it may. */
  static <I> boolean waitedEnough(SagaTurn<I> turn, Step<I, ?> step) {
    SagaState.LockWait wait = turn.state().lockWaits().get(step.name());
    return wait == null
        ? step.lockWait().isZero()
        : !turn.now().isBefore(wait.since().plus(step.lockWait()));
  }
}
