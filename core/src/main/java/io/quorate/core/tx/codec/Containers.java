package io.quorate.core.tx.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The shapes that hold others. */
final class Containers {
  private Containers() {}

  /** {@code Optional<T>}: as {@code T}, or nothing. */
  record OptionalShape(Shape of) implements Shape {
    @Override
    public String expected() {
      return of.expected();
    }

    @Override
    public void write(Object value, JsonWriter out) {
      of.write(((Optional<?>) value).orElseThrow(), out);
    }

    @Override
    public Object read(JsonReader in) {
      return Optional.of(of.read(in));
    }

    @Override
    public boolean takesNull() {
      return true;
    }

    @Override
    public Object ofNull() {
      return Optional.empty();
    }

    @Override
    public boolean isNull(@Nullable Object value) {
      return value instanceof Optional<?> optional && optional.isEmpty();
    }
  }

  /** {@code @Nullable T}: as {@code T}, or nothing. */
  record NullableShape(Shape of) implements Shape {
    @Override
    public String expected() {
      return of.expected();
    }

    @Override
    public void write(Object value, JsonWriter out) {
      of.write(value, out);
    }

    @Override
    public Object read(JsonReader in) {
      return of.read(in);
    }

    @Override
    public boolean takesNull() {
      return true;
    }

    @Override
    public @Nullable Object ofNull() {
      return null;
    }
  }

  /** {@code List<T>}: an array. */
  record ListShape(Shape of) implements Shape {
    @Override
    public String expected() {
      return "an array";
    }

    @Override
    public void write(Object value, JsonWriter out) {
      out.path().enter();
      out.ascii('[');
      int index = 0;
      for (Object element : (List<?>) value) {
        if (index > 0) {
          out.ascii(',');
        }
        out.path().index(index++);
        Shape.writeElement(of, element, out);
      }
      out.ascii(']');
      out.path().leave();
    }

    @Override
    public Object read(JsonReader in) {
      List<@Nullable Object> list = new ArrayList<>();
      for (boolean more = in.enter("[]", expected()); more; more = in.more("[]")) {
        in.path().index(list.size());
        list.add(Shape.readElement(of, in));
      }
      return Collections.unmodifiableList(list);
    }

    @Override
    public boolean takesAbsent() {
      return true;
    }

    @Override
    public Object ofAbsent() {
      return List.of();
    }
  }

  /** {@code Set<T>}: an array in the order of its elements' bytes. */
  record SetShape(Shape of) implements Shape {
    @Override
    public String expected() {
      return "an array";
    }

    @Override
    public void write(Object value, JsonWriter out) {
      out.path().enter();
      List<byte[]> elements = new ArrayList<>();
      int size = 2;
      for (Object element : (Set<?>) value) {
        out.path().index(elements.size());
        byte[] written = out.apart(() -> Shape.writeElement(of, element, out));
        elements.add(written);
        size += written.length + 1;
        out.requireRoom(size);
      }
      elements.sort(Arrays::compareUnsigned);
      out.ascii('[');
      for (int i = 0; i < elements.size(); i++) {
        if (i > 0) {
          if (Arrays.equals(elements.get(i - 1), elements.get(i))) {
            throw out.path().error("two elements with the same JSON (expected: distinct ones)");
          }
          out.ascii(',');
        }
        out.verbatim(elements.get(i));
      }
      out.ascii(']');
      out.path().leave();
    }

    @Override
    public Object read(JsonReader in) {
      Set<@Nullable Object> set = new LinkedHashSet<>();
      int index = 0;
      for (boolean more = in.enter("[]", expected()); more; more = in.more("[]")) {
        in.path().index(index++);
        if (!set.add(Shape.readElement(of, in))) {
          throw in.path().error("an element of a set twice (expected: once)");
        }
      }
      return Collections.unmodifiableSet(set);
    }

    @Override
    public boolean takesAbsent() {
      return true;
    }

    @Override
    public Object ofAbsent() {
      return Set.of();
    }
  }

  /** {@code Map<String, T>}: an object in the order of its keys. */
  record MapShape(Shape of) implements Shape {
    @Override
    public String expected() {
      return "an object";
    }

    @Override
    public void write(Object value, JsonWriter out) {
      out.path().enter();
      Map<String, @Nullable Object> sorted = new TreeMap<>();
      ((Map<?, ?>) value)
          .forEach(
              (key, element) -> {
                if (!(key instanceof String text)) {
                  throw out.path().error("key " + key + " (expected: a string)");
                }
                sorted.put(text, element);
              });
      out.ascii('{');
      boolean first = true;
      for (Map.Entry<String, @Nullable Object> entry : sorted.entrySet()) {
        if (!first) {
          out.ascii(',');
        }
        first = false;
        out.path().key(entry.getKey());
        out.string(entry.getKey());
        out.ascii(':');
        Shape.writeElement(of, entry.getValue(), out);
      }
      out.ascii('}');
      out.path().leave();
    }

    @Override
    public Object read(JsonReader in) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      Set<String> seen = new HashSet<>();
      for (boolean more = in.enter("{}", expected()); more; more = in.more("{}")) {
        String key = in.name(seen);
        in.path().key(key);
        map.put(key, Shape.readElement(of, in));
      }
      return Collections.unmodifiableMap(map);
    }

    @Override
    public boolean takesAbsent() {
      return true;
    }

    @Override
    public Object ofAbsent() {
      return Map.of();
    }
  }
}
