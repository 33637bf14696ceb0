package io.quorate.testkit.linearizability;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * The values of a history: text, numbers, booleans and nothing. Each has one representation, so
 * that {@code equals} means equal: an integer of 64 bits is a {@link Long}, any other number a
 * {@link BigDecimal} without trailing zeros; 1, 1.0 and 10e-1 are the same.
 */
final class Values {

  /** How many decimal places a number may be shifted either way. */
  static final int SCALE_MAX = 10_000;

  /** How many digits a 64-bit integer has at most. */
  private static final int LONG_DIGITS = 19;

  /** The longest string that is shown whole. */
  private static final int SHOWN_CHARS_MAX = 100;

  private Values() {}

  /**
   * The one representation of {@code value}.
   *
   * @throws IllegalArgumentException if it is none of the four kinds
   */
  static @Nullable Object canonical(String field, @Nullable Object value) {
    return switch (value) {
      case null -> null;
      case String text -> text;
      case Boolean flag -> flag;
      case Long number -> number;
      case Integer number -> number.longValue();
      case Short number -> number.longValue();
      case Byte number -> number.longValue();
      case BigInteger number -> number(field, new BigDecimal(number));
      case BigDecimal number -> number(field, number);
      case Double number when Double.isFinite(number) -> number(field, BigDecimal.valueOf(number));
      case Float number when Float.isFinite(number) ->
          number(field, new BigDecimal(number.toString()));
      default ->
          throw new IllegalArgumentException(
              new Objection(
                      field,
                      value.getClass().getName() + " " + value,
                      "a string, a finite number, a boolean or null")
                  .toString());
    };
  }

  private static Object number(String field, BigDecimal number) {
    if (Math.abs((long) number.scale()) > SCALE_MAX) {
      throw new IllegalArgumentException(
          new Objection(field, number.toString(), "an exponent within ±" + SCALE_MAX).toString());
    }
    if (number.signum() == 0) {
      return 0L;
    }
    BigDecimal stripped = number.stripTrailingZeros();
    if (stripped.scale() <= 0 && stripped.precision() - stripped.scale() <= LONG_DIGITS) {
      BigInteger whole = stripped.toBigIntegerExact();
      if (whole.bitLength() < Long.SIZE) {
        return whole.longValue();
      }
    }
    return stripped;
  }

  /** As JSON. Control characters and lone surrogates are escaped, so that it is safe to print. */
  static String json(@Nullable Object value) {
    return value instanceof String text ? quoted(text) : String.valueOf(value);
  }

  /** As JSON, cut where it is long, for people. */
  static String shown(@Nullable Object value) {
    if (value instanceof String text && text.length() > SHOWN_CHARS_MAX) {
      int end = SHOWN_CHARS_MAX;
      return quoted(
              text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end))
          + "…";
    }
    return json(value);
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (Character.isISOControl(c) || isLone(text, i) || c == '\u2028' || c == '\u2029') {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  private static boolean isLone(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }
}
