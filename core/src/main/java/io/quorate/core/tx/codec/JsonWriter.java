package io.quorate.core.tx.codec;

import java.util.Arrays;

/** Writes JSON text without white space, as UTF-8, up to {@link Codec#BYTES_MAX} bytes. */
final class JsonWriter {
  private static final String HEX = "0123456789abcdef";

  private final JsonPath path;
  private byte[] buffer = new byte[256];
  private int size;

  JsonWriter(JsonPath path) {
    this.path = path;
  }

  JsonPath path() {
    return path;
  }

  byte[] toBytes() {
    return Arrays.copyOf(buffer, size);
  }

  /** What {@code writing} writes, instead of writing it. */
  byte[] apart(Runnable writing) {
    int start = size;
    writing.run();
    byte[] written = Arrays.copyOfRange(buffer, start, size);
    size = start;
    return written;
  }

  /** Writes bytes that are JSON already. */
  void verbatim(byte[] json) {
    ensure(json.length);
    System.arraycopy(json, 0, buffer, size, json.length);
    size += json.length;
  }

  /** Writes ASCII that is JSON already: punctuation, a literal or a number. */
  @SuppressWarnings("deprecation") // getBytes(int, …) drops the high bytes, and ASCII has none
  void ascii(String json) {
    ensure(json.length());
    json.getBytes(0, json.length(), buffer, size);
    size += json.length();
  }

  void ascii(char c) {
    ensure(1);
    buffer[size++] = (byte) c;
  }

  /** Writes a number, which must be in JSON's form. */
  void number(String digits) {
    if (digits.length() > JsonReader.NUMBER_LENGTH_MAX) {
      throw path.error(
          "a number of %d characters (expected: <= %d)"
              .formatted(digits.length(), JsonReader.NUMBER_LENGTH_MAX));
    }
    ascii(digits);
  }

  /** Writes a string in quotes. */
  void string(String text) {
    ascii('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        escaped(c);
      } else if (!Character.isSurrogate(c)) {
        utf8(c);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        utf8(Character.toCodePoint(c, text.charAt(++i)));
      } else {
        throw path.error(
            "lone surrogate U+%04X at %d (expected: Unicode text)".formatted((int) c, i));
      }
    }
    ascii('"');
  }

  private void escaped(char c) {
    switch (c) {
      case '"' -> ascii("\\\"");
      case '\\' -> ascii("\\\\");
      case '\n' -> ascii("\\n");
      case '\r' -> ascii("\\r");
      case '\t' -> ascii("\\t");
      case '\b' -> ascii("\\b");
      case '\f' -> ascii("\\f");
      default -> {
        if (c < ' ') {
          ascii("\\u00");
          ascii(HEX.charAt(c >> 4));
          ascii(HEX.charAt(c & 15));
        } else {
          ascii(c);
        }
      }
    }
  }

  private void utf8(int codePoint) {
    ensure(4);
    if (codePoint < 0x800) {
      buffer[size++] = (byte) (0xC0 | (codePoint >> 6));
    } else {
      if (codePoint < 0x10000) {
        buffer[size++] = (byte) (0xE0 | (codePoint >> 12));
      } else {
        buffer[size++] = (byte) (0xF0 | (codePoint >> 18));
        buffer[size++] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
      }
      buffer[size++] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
    }
    buffer[size++] = (byte) (0x80 | (codePoint & 0x3F));
  }

  /** Refuses what would make the payload too long, before it is all in memory. */
  void requireRoom(int bytes) {
    if (bytes > Codec.BYTES_MAX - size) {
      throw path.error(
          "here the payload passes %d bytes (expected: less; %s)"
              .formatted(Codec.BYTES_MAX, "keep what is large elsewhere and store where"));
    }
  }

  private void ensure(int bytes) {
    requireRoom(bytes);
    if (size + bytes > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(size + bytes, buffer.length * 2));
    }
  }
}
