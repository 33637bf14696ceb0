package io.quorate.core.tx.codec;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The shapes whose values are named by a string: an enum, and a sealed interface. */
final class Variants {
  private Variants() {}

  /** An enum: the constant's name. */
  record EnumShape(Class<?> type, Map<String, Object> constants) implements Shape {

    static EnumShape of(Class<?> type) {
      Map<String, Object> constants = new TreeMap<>();
      for (Object constant : type.getEnumConstants()) {
        constants.put(((Enum<?>) constant).name(), constant);
      }
      return new EnumShape(type, constants);
    }

    @Override
    public String expected() {
      return "one of " + constants.keySet();
    }

    @Override
    public void write(Object value, JsonWriter out) {
      out.string(((Enum<?>) type.cast(value)).name());
    }

    @Override
    public Object read(JsonReader in) {
      String name = in.string(expected());
      Object constant = constants.get(name);
      if (constant == null) {
        throw in.path()
            .error("\"%s\" (expected: %s)".formatted(JsonPath.abbreviated(name), expected()));
      }
      return constant;
    }
  }

  /**
   * One class that a sealed interface permits.
   *
   * @param tag its simple name
   * @param shown the tag as it stands in a path
   */
  record Variant(String tag, String shown, Shape shape) {}

  /**
   * A sealed interface: an object whose one member is the variant, under its simple name. Made
   * empty and completed once, so that a variant may contain the interface.
   */
  static final class SealedShape implements Shape {
    private final Map<Class<?>, Variant> byClass = new HashMap<>();
    private final Map<String, Variant> byTag = new TreeMap<>();

    boolean has(Class<?> type) {
      return byClass.containsKey(type);
    }

    /** Adds a variant; {@code false} when its tag is taken by another class. */
    boolean add(Class<?> type, Variant variant) {
      byClass.put(type, variant);
      return byTag.put(variant.tag(), variant) == null;
    }

    @Override
    public String expected() {
      return byTag.keySet().stream()
          .map(tag -> "{\"" + tag + "\":…}")
          .collect(Collectors.joining(" or "));
    }

    @Override
    public void write(Object value, JsonWriter out) {
      // A constant with a body has a class of its own.
      Class<?> type =
          value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
      Variant variant = byClass.get(type);
      if (variant == null) {
        throw out.path().error(type.getName() + " (expected: " + expected() + ")");
      }
      out.path().enter();
      out.path().member(variant.shown());
      out.ascii('{');
      out.string(variant.tag());
      out.ascii(':');
      Shape.writeElement(variant.shape(), value, out);
      out.ascii('}');
      out.path().leave();
    }

    @Override
    public Object read(JsonReader in) {
      if (!in.enter("{}", expected())) {
        throw in.path().error("no variant (expected: " + expected() + ")");
      }
      Set<String> seen = new HashSet<>();
      String tag = in.name(seen);
      Variant variant = byTag.get(tag);
      if (variant == null) {
        throw in.path()
            .error(
                "variant \"%s\" (expected: %s)".formatted(JsonPath.abbreviated(tag), expected()));
      }
      in.path().member(variant.shown());
      if (in.nextIsNull()) {
        throw in.path().error("null (expected: " + variant.shape().expected() + ")");
      }
      Object value = variant.shape().read(in);
      if (in.more("{}")) {
        throw in.unexpected("one variant only");
      }
      return value;
    }
  }
}
