package io.quorate.raft.session;

/**
 * The group has forgotten the session: others took its place while it was silent. What it had sent
 * and not heard of was done or not; open another, and find out by reading.
 */
public final class SessionExpiredException extends RuntimeException {
  private static final long serialVersionUID = 1;

  SessionExpiredException(long session) {
    super(
        "session %d has expired (expected: used more often, or more sessions allowed)"
            .formatted(session));
  }
}
