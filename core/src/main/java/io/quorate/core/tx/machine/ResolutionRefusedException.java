package io.quorate.core.tx.machine;

/** A person's decision does not fit where the transaction stands; nothing was written. */
public final class ResolutionRefusedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  public ResolutionRefusedException(String message) {
    super(message);
  }
}
