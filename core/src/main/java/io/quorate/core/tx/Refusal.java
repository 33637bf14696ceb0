package io.quorate.core.tx;

import static java.util.Objects.requireNonNull;

/**
 * A participant's business refusal: it will not do what is asked, and nothing has happened. Thrown
 * by an action, it is the verdict {@link Verdict.No}. Carries no stack trace: it is an answer, not
 * a fault.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String reason;

  /**
   * @param reason for people to read; reaches the transaction's outcome
   */
  public Refusal(String reason) {
    super(requireNonNull(reason, "reason"), null, false, false);
    this.reason = reason;
  }

  /** Why it was refused. */
  public String reason() {
    return reason;
  }
}
