package io.quorate.core.tx.codec;

import org.jspecify.annotations.Nullable;

/**
 * A value does not fit its codec, or bytes do not hold a value of it. Says where and what was
 * expected; nothing was written. Trying again with the same value or bytes gives the same answer:
 * correct the value, or read the bytes with code that knows their type.
 */
public final class PayloadException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String path;

  PayloadException(String path, String problem, @Nullable Throwable cause) {
    super(path + ": " + problem, cause);
    this.path = path;
  }

  PayloadException(String path, String problem) {
    this(path, problem, null);
  }

  /** Where in the value, for example {@code Order.lines[2].price}. */
  public String path() {
    return path;
  }
}
