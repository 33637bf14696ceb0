package io.quorate.core.tx.codec;

import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A record: an object with its components in order. Made empty and completed once, so that a record
 * may contain itself.
 */
final class RecordShape implements Shape {

  /**
   * One component.
   *
   * @param shown {@code .name}, as in a path
   * @param accessor {@code (Object) -> Object}
   */
  record Component(String name, String shown, MethodHandle accessor, Shape shape) {}

  private final Class<?> type;

  /** {@code (Object[]) -> Object}. */
  private final MethodHandle constructor;

  private List<Component> components = List.of();
  private Map<String, Integer> indexes = Map.of();

  RecordShape(Class<?> type, MethodHandle constructor) {
    this.type = type;
    this.constructor = constructor;
  }

  void complete(List<Component> components) {
    this.components = List.copyOf(components);
    Map<String, Integer> byName = new HashMap<>();
    for (int i = 0; i < components.size(); i++) {
      byName.put(components.get(i).name(), i);
    }
    indexes = Map.copyOf(byName);
  }

  @Override
  public String expected() {
    return "an object (" + type.getSimpleName() + ")";
  }

  @Override
  public void write(Object value, JsonWriter out) {
    JsonPath path = out.path();
    if (!type.isInstance(value)) {
      throw path.error(value.getClass().getName() + " (expected: " + type.getName() + ")");
    }
    path.enter();
    out.ascii('{');
    boolean first = true;
    for (Component component : components) {
      path.member(component.shown());
      Object part = part(value, component, path);
      if (component.shape().takesNull() && component.shape().isNull(part)) {
        continue;
      }
      if (!first) {
        out.ascii(',');
      }
      first = false;
      out.string(component.name());
      out.ascii(':');
      Shape.writeElement(component.shape(), part, out);
    }
    out.ascii('}');
    path.leave();
  }

  private static @Nullable Object part(Object value, Component component, JsonPath path) {
    try {
      return component.accessor().invokeExact(value);
    } catch (Throwable thrown) {
      throw raised("its accessor failed", thrown, path);
    }
  }

  @Override
  public Object read(JsonReader in) {
    JsonPath path = in.path();
    @Nullable Object[] parts = new Object[components.size()];
    boolean[] present = new boolean[parts.length];
    Set<String> seen = new HashSet<>();
    for (boolean more = in.enter("{}", expected()); more; more = in.more("{}")) {
      String name = in.name(seen);
      Integer index = indexes.get(name);
      if (index == null) {
        path.key(name);
        in.skip();
      } else {
        Component component = components.get(index);
        path.member(component.shown());
        parts[index] = Shape.readElement(component.shape(), in);
        present[index] = true;
      }
    }
    for (int i = 0; i < parts.length; i++) {
      if (!present[i]) {
        parts[i] = absent(components.get(i), path);
      }
    }
    return made(parts, path);
  }

  private static @Nullable Object absent(Component component, JsonPath path) {
    if (component.shape().takesAbsent()) {
      return component.shape().ofAbsent();
    }
    path.enter();
    path.member(component.shown());
    throw path.error("missing (expected: %s)".formatted(component.shape().expected()));
  }

  private Object made(@Nullable Object[] parts, JsonPath path) {
    try {
      return constructor.invokeExact(parts);
    } catch (Throwable thrown) {
      throw raised(type.getSimpleName() + " refused its components", thrown, path);
    }
  }

  /** An {@link Error} is nobody's payload: it goes on as it is. */
  private static PayloadException raised(String what, Throwable thrown, JsonPath path) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return path.error(what + ": " + thrown, thrown);
  }
}
