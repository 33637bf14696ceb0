package io.quorate.raftsim.node;

import io.quorate.core.time.Ticker;
import io.quorate.raftsim.world.World;

/**
 * A node's own idea of time: it begins anywhere and runs at a rate of its own.
 *
 * <pre>
 *   local(t) = begin + (t - since) × rate
 * </pre>
 */
final class SimClock implements Ticker {
  private final World world;
  private long beginNanos;
  private long sinceNanos;
  private double rate = 1;

  SimClock(World world) {
    this.world = world;
  }

  /** From now on it runs at another rate. */
  void rate(double next) {
    beginNanos = nanos();
    sinceNanos = world.nowNanos();
    rate = next;
  }

  /** It begins again, anywhere: the machine was started. */
  void restart(long begin) {
    beginNanos = begin;
    sinceNanos = world.nowNanos();
  }

  @Override
  public long nanos() {
    return beginNanos + (long) ((world.nowNanos() - sinceNanos) * rate);
  }
}
