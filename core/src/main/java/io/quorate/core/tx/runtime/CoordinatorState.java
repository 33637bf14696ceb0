package io.quorate.core.tx.runtime;

import static java.util.Objects.requireNonNull;

/**
 * How a coordinator is.
 *
 * @param status in one word
 * @param why the cause in a sentence; empty while it is {@link Status#RUNNING}
 */
public record CoordinatorState(Status status, String why) {

  /** How a coordinator is, in one word. */
  public enum Status {
    /** It takes work, and its log answers. */
    RUNNING,
    /**
     * It takes work, but its log did not answer when last asked: starts fail, what is under way
     * waits. A database that comes back ends this by itself; a log on a failed disk does not.
     */
    LOG_AWAY,
    /** It takes no work, and never will again: closed, or another coordinator has taken over. */
    STOPPED
  }

  static final CoordinatorState RUNNING = new CoordinatorState(Status.RUNNING, "");

  public CoordinatorState {
    requireNonNull(status, "status");
    requireNonNull(why, "why");
  }
}
