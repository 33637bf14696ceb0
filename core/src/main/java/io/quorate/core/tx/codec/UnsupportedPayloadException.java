package io.quorate.core.tx.codec;

/**
 * A type cannot be stored. Thrown when the codec is made, before any value exists: names the first
 * part that does not fit, for example {@code Order.lines[].price: java.util.Date}, and what to
 * declare instead.
 */
public final class UnsupportedPayloadException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String path;

  UnsupportedPayloadException(String path, String type, String remedy) {
    super(path + ": " + type + " (" + remedy + ")");
    this.path = path;
  }

  /** Where in the type, for example {@code Order.lines[].price}. */
  public String path() {
    return path;
  }
}
