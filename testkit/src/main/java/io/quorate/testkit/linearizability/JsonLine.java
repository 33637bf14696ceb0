package io.quorate.testkit.linearizability;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one line that holds one JSON object of strings, numbers, booleans and nulls (RFC 8259),
 * each name once. Not thread-safe; for one line.
 */
final class JsonLine {
  /** The longest number, in characters. */
  private static final int NUMBER_CHARS_MAX = 100;

  private static final int SHOWN_CHARS_MAX = 20;
  private static final int HEX = 16;
  private static final int ESCAPED_DIGITS = 4;

  private final String text;
  private int at;

  private JsonLine(String text) {
    this.text = text;
  }

  /** What a line that cannot be read says of itself. Does not leave the package. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Objection objection;

    Unreadable(Objection objection) {
      super(objection.toString());
      this.objection = objection;
    }

    Objection objection() {
      return objection;
    }
  }

  /** The fields of the object, in their order. */
  static Map<String, @Nullable Object> parse(String line) throws Unreadable {
    return new JsonLine(line).object();
  }

  private Map<String, @Nullable Object> object() throws Unreadable {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    expect('{');
    skipSpace();
    if (!take('}')) {
      do {
        skipSpace();
        String name = string();
        expect(':');
        skipSpace();
        @Nullable Object value = value(name);
        if (fields.containsKey(name)) {
          throw new Unreadable(new Objection(shown(name), "given twice", "once"));
        }
        fields.put(name, value);
        skipSpace();
      } while (take(','));
      expect('}');
    }
    skipSpace();
    if (at < text.length()) {
      throw unexpected("the end of the line: one object a line");
    }
    return fields;
  }

  private @Nullable Object value(String field) throws Unreadable {
    char first = at < text.length() ? text.charAt(at) : ' ';
    return switch (first) {
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number(field);
      default -> throw unexpected("a string, a number, true, false or null");
    };
  }

  private @Nullable Object word(String word, @Nullable Boolean meaning) throws Unreadable {
    if (!text.startsWith(word, at)) {
      throw unexpected(word);
    }
    at += word.length();
    return meaning;
  }

  private @Nullable Object number(String field) throws Unreadable {
    int start = at;
    take('-');
    if (!take('0')) {
      digits();
    }
    if (take('.')) {
      digits();
    }
    if (take('e') || take('E')) {
      if (!take('+')) {
        take('-');
      }
      digits();
    }
    String digits = text.substring(start, at);
    try {
      if (digits.length() > NUMBER_CHARS_MAX) {
        throw new IllegalArgumentException("too long");
      }
      return Values.canonical(field, new BigDecimal(digits));
    } catch (IllegalArgumentException tooLarge) {
      throw new Unreadable(
          new Objection(
              shown(field),
              shown(digits),
              "a number of at most %d characters, with an exponent within ±%d"
                  .formatted(NUMBER_CHARS_MAX, Values.SCALE_MAX)));
    }
  }

  private void digits() throws Unreadable {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == start) {
      throw unexpected("a digit");
    }
  }

  private String string() throws Unreadable {
    if (!take('"')) {
      throw unexpected("a string in double quotes");
    }
    StringBuilder string = new StringBuilder();
    while (!take('"')) {
      char c = next("the closing quote of the string");
      if (c < ' ') {
        at--;
        throw unexpected("no control character in a string, but its escape");
      }
      string.append(c == '\\' ? escaped() : c);
    }
    return string.toString();
  }

  private char escaped() throws Unreadable {
    char c = next("an escaped character");
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < ESCAPED_DIGITS; i++) {
          char hex = next("four hexadecimal digits");
          int digit = hex < 128 ? Character.digit(hex, HEX) : -1;
          if (digit < 0) {
            at--;
            throw unexpected("four hexadecimal digits");
          }
          code = code * HEX + digit;
        }
        yield (char) code;
      }
      default -> {
        at--;
        throw unexpected("one of \"\\/bfnrtu after a backslash");
      }
    };
  }

  private char next(String rule) throws Unreadable {
    if (at == text.length()) {
      throw unexpected(rule);
    }
    return text.charAt(at++);
  }

  private void expect(char c) throws Unreadable {
    skipSpace();
    if (!take(c)) {
      throw unexpected(String.valueOf(c));
    }
  }

  private boolean take(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private Unreadable unexpected(String rule) {
    String found = at == text.length() ? "the end of the line" : shown(text.substring(at));
    return new Unreadable(new Objection("column " + (at + 1), found, rule));
  }

  /** Safe to print, and not too long. */
  static String shown(String text) {
    boolean isLong = text.length() > SHOWN_CHARS_MAX;
    String json = Values.json(isLong ? text.substring(0, SHOWN_CHARS_MAX) : text);
    return json.substring(1, json.length() - 1) + (isLong ? "…" : "");
  }
}
