package io.quorate.saga;

/** A saga definition that could not keep its promises; the message shows the offending steps. */
public final class InvalidSagaException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  InvalidSagaException(String message) {
    super(message);
  }
}
