package io.quorate.core.tx.runtime;

/**
 * Told about every change of a {@link CoordinatorState}, once and in order: for an alarm, for a
 * readiness probe, or to open the coordinator again as {@link TransactionRuntime} says. Called on
 * the thread that noticed: must be quick, must not block, and leaves closing to another thread.
 * What it throws is logged and otherwise ignored.
 */
@FunctionalInterface
public interface CoordinatorListener {
  /** Takes the state that holds from now on. */
  void on(CoordinatorState state);
}
