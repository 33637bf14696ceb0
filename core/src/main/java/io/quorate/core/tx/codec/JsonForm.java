package io.quorate.core.tx.codec;

import static java.util.Objects.requireNonNull;

/** A type's JSON form: its shape, checked as a whole. */
final class JsonForm<T> {
  private final Class<T> type;
  private final Shape shape;

  private JsonForm(Class<T> type, Shape shape) {
    this.type = type;
    this.shape = shape;
  }

  static <T> JsonForm<T> of(Class<T> type) {
    return new JsonForm<>(type, new ShapeFinder().rootOf(type));
  }

  byte[] encode(T value) {
    JsonPath path = new JsonPath(type.getSimpleName());
    JsonWriter out = new JsonWriter(path);
    try {
      Shape.writeElement(shape, value, out);
    } catch (PayloadException known) {
      throw known;
    } catch (RuntimeException foreign) {
      // A value that lies about its type, or one that another thread is changing.
      throw path.error("cannot be written: " + foreign, foreign);
    }
    return out.toBytes();
  }

  @SuppressWarnings("unchecked") // the shape is T's; primitives have no cast through their class
  T decode(byte[] bytes) {
    JsonPath path = new JsonPath(type.getSimpleName());
    JsonReader in = new JsonReader(Codec.text(bytes, path.toString()), path);
    Object value = requireNonNull(Shape.readElement(shape, in), "no root takes null");
    in.end();
    return (T) value;
  }
}
