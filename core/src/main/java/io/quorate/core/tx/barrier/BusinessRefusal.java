package io.quorate.core.tx.barrier;

/**
 * Thrown by a participant's work to answer no for a business reason: not enough stock, a blocked
 * account. The work is rolled back and leaves no row; asked again, it runs again.
 */
public final class BusinessRefusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String reason;

  /**
   * @param reason for people to read; reaches the transaction's outcome
   */
  public BusinessRefusal(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  /** Why it was refused. */
  public String reason() {
    return reason;
  }
}
