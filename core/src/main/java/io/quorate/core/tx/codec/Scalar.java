package io.quorate.core.tx.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A value that is one JSON literal, number or string.
 *
 * @param expected what JSON it takes, for error messages
 */
record Scalar<T>(
    Class<T> type,
    String expected,
    BiConsumer<JsonWriter, T> writer,
    Function<JsonReader, T> reader)
    implements Shape {

  private static final Map<Class<?>, Scalar<?>> ALL = all();

  /** The scalar of a class, primitive or not; {@code null} where it is none. */
  static @Nullable Shape of(Class<?> type) {
    return ALL.get(type);
  }

  @Override
  public void write(Object value, JsonWriter out) {
    writer.accept(out, type.cast(value));
  }

  @Override
  public Object read(JsonReader in) {
    return reader.apply(in);
  }

  private static Map<Class<?>, Scalar<?>> all() {
    Map<Class<?>, Scalar<?>> all = new HashMap<>();
    add(
        all,
        new Scalar<>(
            Boolean.class, "true or false", (w, v) -> w.ascii(v.toString()), JsonReader::bool),
        boolean.class);
    add(all, whole(Byte.class, Byte::valueOf), byte.class);
    add(all, whole(Short.class, Short::valueOf), short.class);
    add(all, whole(Integer.class, Integer::valueOf), int.class);
    add(all, whole(Long.class, Long::valueOf), long.class);
    add(all, whole(BigInteger.class, BigInteger::new), null);
    add(all, number(BigDecimal.class, BigDecimal::new, value -> true), null);
    add(all, number(Float.class, Float::valueOf, Float::isFinite), float.class);
    add(all, number(Double.class, Double::valueOf, Double::isFinite), double.class);
    add(all, text(String.class, "a string", Function.identity()), null);
    add(all, text(Character.class, "a string of one character", Scalar::character), char.class);
    add(all, text(Instant.class, "an ISO 8601 instant as a string", Instant::parse), null);
    add(all, text(Duration.class, "an ISO 8601 duration as a string", Duration::parse), null);
    add(all, text(LocalDate.class, "an ISO 8601 date as a string", LocalDate::parse), null);
    add(all, text(LocalTime.class, "an ISO 8601 time as a string", LocalTime::parse), null);
    add(
        all,
        text(LocalDateTime.class, "an ISO 8601 date and time as a string", LocalDateTime::parse),
        null);
    add(
        all,
        text(
            OffsetDateTime.class,
            "an ISO 8601 date and time with offset as a string",
            OffsetDateTime::parse),
        null);
    add(all, text(UUID.class, "a UUID as a string", Scalar::uuid), null);
    add(all, base64(), null);
    return Map.copyOf(all);
  }

  private static void add(
      Map<Class<?>, Scalar<?>> all, Scalar<?> scalar, @Nullable Class<?> primitive) {
    all.put(scalar.type, scalar);
    if (primitive != null) {
      all.put(primitive, scalar);
    }
  }

  private static <T extends Number> Scalar<T> whole(Class<T> type, Function<String, T> parse) {
    String expected = "a whole number (" + type.getSimpleName() + ")";
    return new Scalar<>(
        type,
        expected,
        (out, value) -> out.number(value.toString()),
        // The type's own parser takes neither fraction nor exponent.
        in -> parsed(in, in.number(expected), expected, parse));
  }

  private static <T extends Number> Scalar<T> number(
      Class<T> type, Function<String, T> parse, Function<T, Boolean> isFinite) {
    String expected = "a number (" + type.getSimpleName() + ")";
    return new Scalar<>(
        type,
        expected,
        (out, value) -> {
          if (!isFinite.apply(value)) {
            throw out.path().error(value + " (expected: a finite number)");
          }
          out.number(value.toString());
        },
        in -> {
          String digits = in.number(expected);
          T value = parsed(in, digits, expected, parse);
          if (!isFinite.apply(value)) {
            throw misfit(in, digits, expected, null);
          }
          return value;
        });
  }

  private static <T> Scalar<T> text(Class<T> type, String expected, Function<String, T> parse) {
    return new Scalar<>(
        type,
        expected,
        (out, value) -> out.string(value.toString()),
        in -> parsed(in, in.string(expected), expected, parse));
  }

  private static Scalar<byte[]> base64() {
    String expected = "base64 as a string";
    return new Scalar<>(
        byte[].class,
        expected,
        (out, value) -> out.string(Base64.getEncoder().encodeToString(value)),
        in -> parsed(in, in.string(expected), expected, Base64.getDecoder()::decode));
  }

  private static <T> T parsed(
      JsonReader in, String text, String expected, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (RuntimeException refused) {
      throw misfit(in, text, expected, refused);
    }
  }

  private static PayloadException misfit(
      JsonReader in, String text, String expected, @Nullable Throwable cause) {
    return in.path()
        .error("%s (expected: %s)".formatted(JsonPath.abbreviated(text), expected), cause);
  }

  private static char character(String text) {
    if (text.length() != 1) {
      throw new IllegalArgumentException(text.length() + " characters");
    }
    return text.charAt(0);
  }

  /**
   * {@link UUID#fromString} also takes shorter groups, which would not come out as they went in.
   */
  private static UUID uuid(String text) {
    UUID uuid = UUID.fromString(text);
    if (!uuid.toString().equalsIgnoreCase(text)) {
      throw new IllegalArgumentException("shortened");
    }
    return uuid;
  }
}
