package io.quorate.core.tx.machine;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.BranchRef;
import java.time.Duration;

/**
 * A call a protocol wants made.
 *
 * @param ref what to ask of whom
 * @param timeout how long to wait for an answer before taking it as unknown; positive
 */
public record Call(BranchRef ref, Duration timeout) {
  public Call {
    requireNonNull(ref, "ref");
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
    }
  }
}
