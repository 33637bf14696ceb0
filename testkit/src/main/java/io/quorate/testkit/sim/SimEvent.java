package io.quorate.testkit.sim;

import io.quorate.core.time.Timers;

/** Something that will happen in a {@link SimWorld}, unless it is cancelled. */
public final class SimEvent implements Timers.Timer {
  private final long atNanos;
  private final long order;
  private final Runnable action;
  private boolean cancelled;

  SimEvent(long atNanos, long order, Runnable action) {
    this.atNanos = atNanos;
    this.order = order;
    this.action = action;
  }

  long atNanos() {
    return atNanos;
  }

  void run() {
    cancelled = true;
    action.run();
  }

  @Override
  public void cancel() {
    cancelled = true;
  }

  /** Whether it will not run, or has run. */
  public boolean isCancelled() {
    return cancelled;
  }

  /** By time, then as scheduled. */
  static int inOrder(SimEvent a, SimEvent b) {
    int byTime = Long.compare(a.atNanos, b.atNanos);
    return byTime != 0 ? byTime : Long.compare(a.order, b.order);
  }
}
