package io.quorate.raftsim.node;

/**
 * How a node behaves.
 *
 * @param laneNanos how long a task waits for its lane, on average
 * @param applyNanos the same for the state machine's lane
 * @param tasksMax how many tasks a turn of the loop has at most
 * @param crashAtEffect how often a node crashes at an effect, 0 to 1
 */
public record NodeHabits(long laneNanos, long applyNanos, int tasksMax, double crashAtEffect) {

  /** One that is well. */
  public static NodeHabits calm() {
    return new NodeHabits(20_000, 20_000, 8, 0);
  }
}
