package io.quorate.raft.core;

/**
 * What must be true whatever happens; checked always, and broken only by a bug or a broken disk.
 */
final class Invariant {
  private Invariant() {}

  static void require(boolean holds, String rule, long value, long bound) {
    if (!holds) {
      throw new InvariantViolatedException(
          "%s: %d against %d; this node must stop".formatted(rule, value, bound));
    }
  }
}
