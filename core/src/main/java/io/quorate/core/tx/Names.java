package io.quorate.core.tx;

import static java.util.Objects.requireNonNull;

/** The rule that ids and branch names share. */
final class Names {
  private Names() {}

  static void requirePrintable(String field, String value, int lengthMax) {
    requireNonNull(value, field);
    if (value.isEmpty() || value.length() > lengthMax) {
      throw new IllegalArgumentException(
          "%s: %s (%d characters; expected: 1..%d)"
              .formatted(field, abbreviated(value), value.length(), lengthMax));
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c <= ' ' || c > '~') {
        throw new IllegalArgumentException(
            "%s: %s (character U+%04X at %d; expected: printable ASCII without space)"
                .formatted(field, abbreviated(value), (int) c, i));
      }
    }
  }

  private static String abbreviated(String value) {
    return value.length() <= 40 ? '"' + value + '"' : '"' + value.substring(0, 40) + "…\"";
  }
}
