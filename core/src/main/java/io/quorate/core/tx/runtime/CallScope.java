package io.quorate.core.tx.runtime;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.machine.TxObserver;

/**
 * An observer that also has something in force on the threads that work: a trace's context, the
 * fields of a logger. Registered as every observer, by {@link RuntimeConfig#observedBy}; a
 * coordinator without one pays nothing for it.
 *
 * <p>All methods must be quick and must not block. What they throw is logged and otherwise ignored:
 * the work then runs without.
 */
public interface CallScope extends TxObserver {

  /**
   * What is in force on the calling thread. Asked on the thread that starts a transaction; entered
   * on the one that drives it, while it begins and its {@code Began} is told.
   */
  Surroundings here();

  /**
   * Puts in force what belongs to a call, around the participant's code and on its thread. The
   * call's {@code Called} was told before. Closed on the same thread once that code has returned.
   */
  Scope around(BranchRef ref);

  /** What surrounded somebody, to be had elsewhere too. */
  @FunctionalInterface
  interface Surroundings {
    /** Puts it in force on the calling thread until closed there. */
    Scope enter();
  }

  /** Something in force on this thread. */
  @FunctionalInterface
  interface Scope extends AutoCloseable {
    /** Puts back what was in force before. */
    @Override
    void close();
  }
}
