package io.quorate.saga;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Phase;
import io.quorate.core.tx.TxId;

/** What a step knows of the call it serves. Immutable; valid beyond the call. */
public interface StepContext {

  /** The saga. */
  default TxId tx() {
    return branch().tx();
  }

  /** The whole reference, to be passed on to participants. */
  BranchRef branch();

  /** The idempotency key: the same for every attempt of this phase of this step. */
  default String key() {
    return branch().key();
  }

  /**
   * The key under which the step's action runs, or ran: what a compensation without a result looks
   * for. In the action itself the same as {@link #key()}.
   */
  default String actionKey() {
    return branch().key(Phase.TRY);
  }

  /** 1 for the first attempt. */
  default int attempt() {
    return branch().attempt();
  }

  /**
   * What an earlier step returned.
   *
   * @throws IllegalStateException when {@code step} has no result: it is not (yet) done, or was
   *     taken as done by hand
   * @throws IllegalArgumentException when {@code step} is not part of this saga
   */
  <R> R result(Step<?, R> step);
}
