package io.quorate.core.tx.log;

import java.time.Duration;

/** Another coordinator holds the log. */
public final class EpochHeldException extends TransactionLogException {
  private static final long serialVersionUID = 1;

  private final Duration remaining;

  public EpochHeldException(String log, String holder, Duration remaining) {
    super(
        "%s is held by %s for another %s unless renewed: wait, or stop that coordinator"
            .formatted(log, holder, remaining));
    this.remaining = remaining;
  }

  /** How long until its lease runs out if it is not renewed. */
  public Duration remaining() {
    return remaining;
  }
}
