package io.quorate.core.tx.remote;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** When to ask a participant again that is still at work, from what it said. */
public final class PollAfter {

  /** Where it does not say, or says it in a way that is not understood. */
  public static final Duration DEFAULT = Duration.ofSeconds(1);

  /** The longest; a participant that asks for more gets this. */
  public static final Duration MAX = Duration.ofHours(1);

  private PollAfter() {}

  /**
   * The time that decimal digits say, at most {@link #MAX}; {@link #DEFAULT} for anything else. A
   * date is anything else: it would need a clock that both sides agree on.
   *
   * @param unit what one stands for; at least 1 ms
   */
  public static Duration parse(@Nullable String digits, Duration unit) {
    if (digits == null || digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return DEFAULT;
    }
    // Nine digits of the smallest unit are eleven days: more is beyond the longest time.
    if (digits.length() > 9) {
      return MAX;
    }
    Duration asked = unit.multipliedBy(Long.parseLong(digits));
    return asked.compareTo(MAX) > 0 ? MAX : asked;
  }
}
