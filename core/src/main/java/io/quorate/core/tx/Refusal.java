package io.quorate.core.tx;

import static java.util.Objects.requireNonNull;

/**
 * A participant's business refusal: it will not do what is asked, and nothing has happened. Thrown
 * by an action, it is the verdict {@link Verdict.No}. Carries no stack trace: it is an answer, not
 * a fault.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param reason for people to read
   */
  public Refusal(String reason) {
    super(requireNonNull(reason, "reason"), null, false, false);
  }
}
