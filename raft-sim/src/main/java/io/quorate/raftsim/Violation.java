package io.quorate.raftsim;

/**
 * A run in which something was not as it must be.
 *
 * @param seed of the run; it happens again with it
 * @param invariant which rule is broken
 * @param what by what
 * @param atNanos when, in virtual time
 */
public record Violation(long seed, String invariant, String what, long atNanos) {
  @Override
  public String toString() {
    return "seed %d: %s is broken after %.6f s: %s".formatted(seed, invariant, atNanos / 1e9, what);
  }
}
