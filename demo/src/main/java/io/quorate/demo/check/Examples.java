package io.quorate.demo.check;

import java.util.Collection;

/** The first few of what is wrong. */
final class Examples {
  private static final int SHOWN_MAX = 5;

  private Examples() {}

  static String of(Collection<String> wrong) {
    if (wrong.isEmpty()) {
      return "";
    }
    String shown = String.join(", ", wrong.stream().limit(SHOWN_MAX).toList());
    return ": " + shown + (wrong.size() > SHOWN_MAX ? ", …" : "");
  }
}
