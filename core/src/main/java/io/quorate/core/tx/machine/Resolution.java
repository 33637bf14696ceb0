package io.quorate.core.tx.machine;

import static java.util.Objects.requireNonNull;

/**
 * A person's decision about a parked transaction, kept in the log for ever as who, what and why.
 *
 * @param branch the branch it is about
 * @param action what to do
 * @param by who decided; not blank, at most {@value #TEXT_LENGTH_MAX} characters
 * @param why the reason, a ticket for example; not blank, at most {@value #TEXT_LENGTH_MAX}
 *     characters
 */
public record Resolution(String branch, Action action, String by, String why) {

  /** What a person can decide. */
  public enum Action {
    /** Try again from the first attempt. */
    RETRY,
    /** It has been done by hand: take the branch as done, without a result. */
    TAKE_AS_DONE,
    /** It has been undone by hand, or never happened: take the branch as undone. */
    TAKE_AS_UNDONE,
    /** Give up going forward and undo the transaction. Only before the point of no return. */
    UNDO
  }

  /** The longest {@code by} and {@code why}, in characters. */
  public static final int TEXT_LENGTH_MAX = 1_000;

  public Resolution {
    requireNonNull(branch, "branch");
    requireNonNull(action, "action");
    requireText("by", by);
    requireText("why", why);
  }

  private static void requireText(String field, String value) {
    requireNonNull(value, field);
    if (value.isBlank()) {
      throw new IllegalArgumentException(field + ": blank (expected: a name or reason, for audit)");
    }
    if (value.length() > TEXT_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "%s: %d characters (expected: <= %d)".formatted(field, value.length(), TEXT_LENGTH_MAX));
    }
  }
}
