package io.quorate.core.tx.codec;

import java.util.HashSet;
import java.util.Set;

/**
 * Reads JSON text by RFC 8259, strictly: no byte order mark, no duplicate member, no lone
 * surrogate, nothing after the value.
 */
final class JsonReader {

  /** The longest number, in characters: bounds what the conversion of one can cost. */
  static final int NUMBER_LENGTH_MAX = 1000;

  private final JsonPath path;
  private final String text;
  private int at;

  JsonReader(String text, JsonPath path) {
    this.text = text;
    this.path = path;
  }

  JsonPath path() {
    return path;
  }

  /** Requires that nothing but white space is left. */
  void end() {
    if (!atEnd()) {
      throw unexpected("the end of the text");
    }
  }

  /** Whether a {@code null} is next; takes it if so. */
  boolean nextIsNull() {
    space();
    if (at < text.length() && text.charAt(at) == 'n') {
      literal("null");
      return true;
    }
    return false;
  }

  boolean bool() {
    space();
    char c = at < text.length() ? text.charAt(at) : 0;
    if (c == 't') {
      literal("true");
      return true;
    }
    if (c == 'f') {
      literal("false");
      return false;
    }
    throw unexpected("true or false");
  }

  private void literal(String literal) {
    if (!text.startsWith(literal, at)) {
      throw unexpected(literal);
    }
    at += literal.length();
  }

  /** Takes a number in JSON's form. */
  String number(String expected) {
    space();
    int start = at;
    if (at < text.length() && text.charAt(at) == '-') {
      at++;
    }
    if (at < text.length() && text.charAt(at) == '0') {
      at++;
    } else {
      digits(start, expected);
    }
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      digits(start, expected);
    }
    if (at < text.length() && (text.charAt(at) | 0x20) == 'e') {
      at++;
      if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        at++;
      }
      digits(start, expected);
    }
    if (at - start > NUMBER_LENGTH_MAX) {
      throw path.error(
          "a number of %d characters (expected: <= %d)".formatted(at - start, NUMBER_LENGTH_MAX));
    }
    return text.substring(start, at);
  }

  private void digits(int start, String expected) {
    int first = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == first) {
      if (at == start) {
        throw unexpected(expected);
      }
      throw unexpected("a digit");
    }
  }

  /** Takes a string and gives it without its escapes. */
  String string(String expected) {
    space();
    if (at >= text.length() || text.charAt(at) != '"') {
      throw unexpected(expected);
    }
    int start = ++at;
    StringBuilder unescaped = null;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        String tail = text.substring(start, at++);
        return unescaped == null ? tail : wellFormed(unescaped.append(tail));
      } else if (c < ' ') {
        throw unexpected("no control character within a string");
      } else if (c == '\\') {
        unescaped = unescaped == null ? new StringBuilder() : unescaped;
        unescaped.append(text, start, at++).append(escape());
        start = at;
      } else {
        at++;
      }
    }
    throw unexpected("a closing quote");
  }

  private char escape() {
    char c = at < text.length() ? text.charAt(at) : 0;
    char value =
        switch (c) {
          case '"', '\\', '/' -> c;
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'u' -> hex();
          default -> throw unexpected("an escape: one of \"\\/bfnrtu");
        };
    at++;
    return value;
  }

  /** The four digits behind the {@code u} that is next; leaves the last of them next. */
  private char hex() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      at++;
      // Not Character.digit: it takes the digits of other scripts too.
      char c = at < text.length() ? text.charAt(at) : 0;
      int digit = "0123456789abcdef".indexOf(c >= 'A' && c <= 'F' ? c | 0x20 : c);
      if (digit < 0) {
        throw unexpected("four hexadecimal digits");
      }
      value = value << 4 | digit;
    }
    return (char) value;
  }

  /** The text came out of UTF-8, so that only escapes can bring a lone surrogate in. */
  private String wellFormed(StringBuilder unescaped) {
    for (int i = 0; i < unescaped.length(); i++) {
      char c = unescaped.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < unescaped.length()
          && Character.isLowSurrogate(unescaped.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        throw path.error(
            "lone surrogate U+%04X in a string (expected: Unicode text)".formatted((int) c));
      }
    }
    return unescaped.toString();
  }

  /**
   * Enters an object or array and says whether it holds anything; one that does not is left again.
   *
   * @param brackets {@code "{}"} or {@code "[]"}
   */
  boolean enter(String brackets, String expected) {
    space();
    if (at >= text.length() || text.charAt(at) != brackets.charAt(0)) {
      throw unexpected(expected);
    }
    at++;
    path.enter();
    space();
    if (at < text.length() && text.charAt(at) == brackets.charAt(1)) {
      at++;
      path.leave();
      return false;
    }
    return true;
  }

  /** Whether another element follows the one just read; leaves the object or array if none does. */
  boolean more(String brackets) {
    space();
    char c = at < text.length() ? text.charAt(at) : 0;
    if (c == ',') {
      at++;
      return true;
    }
    if (c == brackets.charAt(1)) {
      at++;
      path.leave();
      return false;
    }
    throw unexpected("',' or '" + brackets.charAt(1) + "'");
  }

  /** Takes a member's name and the colon behind it. */
  String name(Set<String> seen) {
    String name = string("a member's name in quotes");
    if (!seen.add(name)) {
      throw path.error(
          "member \"%s\" twice (expected: once)".formatted(JsonPath.abbreviated(name)));
    }
    space();
    if (at >= text.length() || text.charAt(at) != ':') {
      throw unexpected("':'");
    }
    at++;
    return name;
  }

  /** Reads over a value of any kind, which must be well formed all the same. */
  void skip() {
    space();
    switch (at < text.length() ? text.charAt(at) : 0) {
      case '{' -> {
        Set<String> seen = new HashSet<>();
        for (boolean more = enter("{}", "an object"); more; more = more("{}")) {
          path.key(name(seen));
          skip();
        }
      }
      case '[' -> {
        int index = 0;
        for (boolean more = enter("[]", "an array"); more; more = more("[]")) {
          path.index(index++);
          skip();
        }
      }
      case '"' -> string("a string");
      case 't', 'f' -> bool();
      case 'n' -> literal("null");
      default -> number("a JSON value");
    }
  }

  private void space() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private boolean atEnd() {
    space();
    return at == text.length();
  }

  /** The error for what stands at the current position. */
  PayloadException unexpected(String expected) {
    return path.error("%s at character %d (expected: %s)".formatted(shown(), at, expected));
  }

  private String shown() {
    if (at >= text.length()) {
      return "the text ends";
    }
    char c = text.charAt(at);
    return switch (c) {
      case '"' -> "a string";
      case '{' -> "an object";
      case '[' -> "an array";
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> "a number";
      case 't', 'f', 'n' -> text.startsWith("null", at) ? "null" : "a literal";
      default -> c > ' ' && c <= '~' ? "'" + c + "'" : "U+%04X".formatted((int) c);
    };
  }
}
