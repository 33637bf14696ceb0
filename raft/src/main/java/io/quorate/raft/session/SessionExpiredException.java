package io.quorate.raft.session;

/**
 * The group has forgotten the session: others took its place while it was silent. Open another one;
 * whether the command was applied is to be found out by reading, unless it is known that it was
 * not.
 */
public final class SessionExpiredException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean applied;

  SessionExpiredException(long session, boolean mayHaveBeenApplied) {
    super(
        "session %d has expired (expected: used more often, or more sessions allowed)"
            .formatted(session));
    this.applied = mayHaveBeenApplied;
  }

  /** False: the command was not applied, and never will be. */
  public boolean mayHaveBeenApplied() {
    return applied;
  }
}
