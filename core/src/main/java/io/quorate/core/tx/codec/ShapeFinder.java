package io.quorate.core.tx.codec;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Finds the shape of a type, all the way down, or says which part has none. The only reflection in
 * the library; used once for each codec.
 */
final class ShapeFinder {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  /** Records and sealed interfaces already met, so that types may contain themselves. */
  private final Map<Class<?>, Shape> met = new HashMap<>();

  Shape rootOf(Class<?> type) {
    return ofClass(type, type.getSimpleName());
  }

  private Shape ofType(AnnotatedType type, boolean declaredNullable, String path) {
    Shape shape =
        switch (type) {
          case AnnotatedParameterizedType parameterized -> ofParameterized(parameterized, path);
          case AnnotatedWildcardType wildcard when wildcard.getAnnotatedLowerBounds().length == 0 ->
              ofType(wildcard.getAnnotatedUpperBounds()[0], false, path);
          case AnnotatedType plain when plain.getType() instanceof Class<?> c -> ofClass(c, path);
          default ->
              throw new UnsupportedPayloadException(
                  path, type.getType().getTypeName(), "declare a type without type variables");
        };
    if (!declaredNullable && !isNullable(type)) {
      return shape;
    }
    if (shape.takesNull()) {
      throw new UnsupportedPayloadException(
          path, type.getType().getTypeName(), "empty in two ways: drop @Nullable");
    }
    return new Containers.NullableShape(shape);
  }

  private Shape ofParameterized(AnnotatedParameterizedType type, String path) {
    String shown = type.getType().getTypeName();
    Class<?> raw = (Class<?>) ((java.lang.reflect.ParameterizedType) type.getType()).getRawType();
    AnnotatedType[] arguments = type.getAnnotatedActualTypeArguments();
    if (raw == List.class) {
      return new Containers.ListShape(ofType(arguments[0], false, path + "[]"));
    } else if (raw == Set.class) {
      return new Containers.SetShape(ofElement(arguments[0], path + "[]"));
    } else if (raw == Optional.class) {
      Shape of = ofType(arguments[0], false, path);
      if (of.takesNull()) {
        throw new UnsupportedPayloadException(path, shown, "empty in two ways: use one Optional");
      }
      return new Containers.OptionalShape(of);
    } else if (raw == Map.class) {
      if (arguments[0].getType() != String.class || isNullable(arguments[0])) {
        throw new UnsupportedPayloadException(path, shown, "use String keys");
      }
      return new Containers.MapShape(ofType(arguments[1], false, path + "{}"));
    }
    throw new UnsupportedPayloadException(path, shown, remedy(raw));
  }

  private Shape ofElement(AnnotatedType type, String path) {
    if (type.getType() == byte[].class) {
      throw new UnsupportedPayloadException(
          path, "byte[]", "arrays have no value equality: use List<byte[]>");
    }
    return ofType(type, false, path);
  }

  private Shape ofClass(Class<?> type, String path) {
    Shape scalar = Scalar.of(type);
    if (scalar != null) {
      return scalar;
    }
    Shape known = met.get(type);
    if (known != null) {
      return known;
    }
    boolean generic = type.getTypeParameters().length > 0;
    if (type.isRecord() && !generic) {
      return ofRecord(type, path);
    } else if (type.isEnum()) {
      return Variants.EnumShape.of(type);
    } else if (type.isInterface() && type.isSealed() && !generic) {
      Variants.SealedShape shape = new Variants.SealedShape();
      met.put(type, shape);
      addVariants(type, shape, path);
      return shape;
    }
    throw new UnsupportedPayloadException(path, type.getTypeName(), remedy(type));
  }

  private void addVariants(Class<?> type, Variants.SealedShape shape, String path) {
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      String tag = permitted.getSimpleName();
      if (permitted.isInterface() && permitted.isSealed()) {
        addVariants(permitted, shape, path);
      } else if (!permitted.isRecord() && !permitted.isEnum()) {
        throw new UnsupportedPayloadException(
            path, permitted.getTypeName(), "a sealed interface may permit records and enums");
      } else {
        if (shape.has(permitted)) {
          continue; // a record may implement two branches of the same hierarchy
        }
        String shown = "(" + tag + ")";
        Shape variant = ofClass(permitted, path + shown);
        if (!shape.add(permitted, new Variants.Variant(tag, shown, variant))) {
          throw new UnsupportedPayloadException(
              path,
              permitted.getTypeName(),
              "another variant has the name " + tag + ": rename one");
        }
      }
    }
  }

  private Shape ofRecord(Class<?> type, String path) {
    RecordComponent[] declared = type.getRecordComponents();
    RecordShape shape = new RecordShape(type, constructor(type, declared, path));
    met.put(type, shape);
    List<RecordShape.Component> components = new ArrayList<>();
    for (RecordComponent component : declared) {
      String shown = "." + component.getName();
      boolean nullable = isNullable(component) || isNullable(component.getAccessor());
      Shape of = ofType(component.getAnnotatedType(), nullable, path + shown);
      MethodHandle accessor = accessor(component.getAccessor(), type, path);
      components.add(new RecordShape.Component(component.getName(), shown, accessor, of));
    }
    shape.complete(components);
    return shape;
  }

  private static MethodHandle accessor(Method accessor, Class<?> type, String path) {
    try {
      accessor.trySetAccessible();
      return LOOKUP.unreflect(accessor).asType(MethodType.methodType(Object.class, Object.class));
    } catch (IllegalAccessException closed) {
      throw closed(type, path);
    }
  }

  private static MethodHandle constructor(
      Class<?> type, RecordComponent[] components, String path) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> canonical = type.getDeclaredConstructor(types);
      canonical.trySetAccessible();
      return LOOKUP
          .unreflectConstructor(canonical)
          .asSpreader(Object[].class, types.length)
          .asType(MethodType.methodType(Object.class, Object[].class));
    } catch (IllegalAccessException closed) {
      throw closed(type, path);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("a record without its canonical constructor: " + type, e);
    }
  }

  private static UnsupportedPayloadException closed(Class<?> type, String path) {
    return new UnsupportedPayloadException(
        path,
        type.getTypeName(),
        "not accessible: declare `opens %s to %s` in its module, or make the record public and export it"
            .formatted(type.getPackageName(), moduleName()));
  }

  private static String moduleName() {
    String name = ShapeFinder.class.getModule().getName();
    return name == null ? "io.quorate.core" : name;
  }

  /** Any annotation of that name counts: there is one in most libraries, and they mean the same. */
  private static boolean isNullable(AnnotatedElement element) {
    return Arrays.stream(element.getAnnotations())
        .anyMatch(a -> a.annotationType().getSimpleName().equals("Nullable"));
  }

  private static String remedy(Class<?> type) {
    if (type == List.class || type == Set.class || type == Map.class || type == Optional.class) {
      return "declare its type arguments";
    } else if (type.isArray()) {
      return "use List<%s>".formatted(type.getComponentType().getSimpleName());
    } else if (type == OptionalInt.class
        || type == OptionalLong.class
        || type == OptionalDouble.class) {
      return "use Optional<…>";
    } else if (Date.class.isAssignableFrom(type)) {
      return "use java.time.Instant or LocalDate";
    } else if (Map.class.isAssignableFrom(type)) {
      return "use Map<String, …>";
    } else if (Collection.class.isAssignableFrom(type) || type == Iterable.class) {
      return "use List<…> or Set<…>";
    } else if (type.getTypeParameters().length > 0) {
      return "declare a type without type parameters";
    } else if (type == Object.class || type.isInterface()) {
      return "use a sealed interface of records";
    }
    return "use a record, or a codec of your own: Codec.of(name, encode, decode)";
  }
}
