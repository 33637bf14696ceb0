package io.quorate.core.tx.remote;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;

/** Text that another process said, made fit for one line of a log and for a log record. */
public final class ForeignText {

  /** How much of a reason is kept, in characters. */
  public static final int REASON_LENGTH_MAX = 500;

  private ForeignText() {}

  /** A reason: {@link #line} of at most {@value #REASON_LENGTH_MAX} characters. */
  public static String reason(String text) {
    return line(text, REASON_LENGTH_MAX);
  }

  /** A reason in UTF-8; malformed bytes are replaced, for it is only read by people. */
  public static String reason(byte[] utf8) {
    // Four bytes are the most a character takes: what is behind them would be cut off anyway.
    int bytes = Math.min(utf8.length, 4 * (REASON_LENGTH_MAX + 1));
    return reason(new String(utf8, 0, bytes, StandardCharsets.UTF_8));
  }

  /** What an exception says, as a reason. */
  public static String reason(Throwable thrown) {
    String message = thrown.getMessage();
    String name = thrown.getClass().getSimpleName();
    return reason(message == null || message.isBlank() ? name : name + ": " + message);
  }

  /**
   * The text on one line and at most {@code lengthMax} characters long, an ellipsis included.
   * Control characters become spaces, so that nobody forges a line of a log; a lone surrogate
   * becomes a question mark, so that the text can be stored.
   */
  public static String line(String text, int lengthMax) {
    requireNonNull(text, "text");
    StringBuilder line = new StringBuilder(Math.min(text.length(), lengthMax));
    for (int i = 0; i < text.length() && line.length() < lengthMax; i++) {
      char c = text.charAt(i);
      line.append(Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? ' ' : c);
    }
    if (text.length() > lengthMax) {
      line.setCharAt(lengthMax - 1, '…');
    }
    byte[] wellFormed = line.toString().getBytes(StandardCharsets.UTF_8);
    return new String(wellFormed, StandardCharsets.UTF_8).strip();
  }
}
