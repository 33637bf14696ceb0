package io.quorate.saga;

/** When a saga's progress is forced to disk. A decision to undo is always forced before it acts. */
public enum Durability {
  /**
   * Every answer of a step is durable before the next step starts: N + 1 forced writes for N steps.
   * A crash repeats at most the calls that were in flight.
   */
  EVERY_STEP,
  /**
   * Only the start is forced: one forced write a saga. A crash may repeat every step, so each
   * participant must return its stored answer for a repeated key, as the barrier does. A saga taken
   * up after a crash goes forward only: its deadline and requests to cancel no longer apply, and a
   * step that runs out of attempts parks, because its caller may already have been told that it is
   * done.
   */
  START_DURABLE
}
