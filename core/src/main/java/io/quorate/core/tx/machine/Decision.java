package io.quorate.core.tx.machine;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * What a person decided, as the log keeps it.
 *
 * @param resolution what, by whom and why
 * @param at when, in the log's time
 */
public record Decision(Resolution resolution, Instant at) {
  public Decision {
    requireNonNull(resolution, "resolution");
    requireNonNull(at, "at");
  }
}
