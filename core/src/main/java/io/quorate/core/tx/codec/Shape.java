package io.quorate.core.tx.codec;

import org.jspecify.annotations.Nullable;

/** How values of one type are written as JSON and read back. */
interface Shape {

  /** What JSON it takes, for error messages: {@code "a whole number"}. */
  String expected();

  /**
   * Writes a value.
   *
   * @param value of the shape's type; {@code null} only where {@link #takesNull()}
   */
  void write(Object value, JsonWriter out);

  /** Reads a value from JSON that is not {@code null}. */
  Object read(JsonReader in);

  /** Whether {@code null} stands for a value: {@link #ofNull()}. */
  default boolean takesNull() {
    return false;
  }

  /** What JSON's {@code null} stands for; asked only where {@link #takesNull()}. */
  default @Nullable Object ofNull() {
    throw new IllegalStateException("null stands for nothing here");
  }

  /** Whether this value is the one that {@code null} stands for; asked only as above. */
  default boolean isNull(@Nullable Object value) {
    return value == null;
  }

  /** Whether a missing member stands for a value: {@link #ofAbsent()}. */
  default boolean takesAbsent() {
    return takesNull();
  }

  /** What a missing member stands for; asked only where {@link #takesAbsent()}. */
  default @Nullable Object ofAbsent() {
    return ofNull();
  }

  /** Writes a value or {@code null}, or refuses a {@code null} where none may be. */
  static void writeElement(Shape shape, @Nullable Object value, JsonWriter out) {
    if (shape.takesNull() && shape.isNull(value)) {
      out.ascii("null");
    } else if (value != null) {
      shape.write(value, out);
    } else {
      throw empty(shape, out.path());
    }
  }

  /** Reads a value or {@code null}, or refuses a {@code null} where none may be. */
  static @Nullable Object readElement(Shape shape, JsonReader in) {
    if (!in.nextIsNull()) {
      return shape.read(in);
    }
    if (shape.takesNull()) {
      return shape.ofNull();
    }
    throw empty(shape, in.path());
  }

  private static PayloadException empty(Shape shape, JsonPath path) {
    return path.error(
        "null (expected: %s; only Optional or @Nullable may be empty)".formatted(shape.expected()));
  }
}
