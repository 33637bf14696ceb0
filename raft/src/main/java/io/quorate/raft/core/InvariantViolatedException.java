package io.quorate.raft.core;

/**
 * A node has seen what cannot be: a bug, a disk that lied, or two nodes of one id. It must not take
 * any further step; what it holds on disk is as it was.
 */
public final class InvariantViolatedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  InvariantViolatedException(String message) {
    super(message);
  }
}
