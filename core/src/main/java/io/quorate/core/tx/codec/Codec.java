package io.quorate.core.tx.codec;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.log.LogRecord;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The durable form of one type of value. Immutable and safe for use by many threads.
 *
 * <p>Every codec, one made by {@link #of(String, Encoder, Decoder)} included, holds to this: {@link
 * #encode} and {@link #decode} throw {@link PayloadException} and no other exception, and no
 * payload is longer than {@value #BYTES_MAX} bytes. The built-in ones also promise that {@code
 * decode(encode(v))} equals {@code v} for values whose type has value equality, and that equal
 * values have equal bytes.
 *
 * <p>To store values through a JSON library or a schema compiler, give its two functions a name:
 *
 * <pre>{@code
 * Codec<Order> orders =
 *     Codec.of("jackson:Order", mapper::writeValueAsBytes, b -> mapper.readValue(b, Order.class));
 * }</pre>
 *
 * @param <T> the type of value
 */
public final class Codec<T extends @Nullable Object> {

  /** The longest payload, in bytes: a log record's body less 64 KiB for what a protocol adds. */
  public static final int BYTES_MAX = LogRecord.BODY_BYTES_MAX - (64 << 10);

  private static final Codec<String> STRING =
      new Codec<>("string", Codec::utf8, b -> text(b, "string"));
  private static final Codec<byte[]> BYTES = new Codec<>("bytes", byte[]::clone, byte[]::clone);
  private static final Codec<@Nullable Void> NOTHING =
      new Codec<>("nothing", nothing -> new byte[0], Codec::nothing);
  private static final Codec<Long> LONG = json("long", Long.class);
  private static final Codec<Integer> INTEGER = json("integer", Integer.class);
  private static final Codec<Boolean> BOOLEAN = json("boolean", Boolean.class);

  private final String name;
  private final Encoder<? super T> encoder;
  private final Decoder<? extends T> decoder;

  private Codec(String name, Encoder<? super T> encoder, Decoder<? extends T> decoder) {
    this.name = name;
    this.encoder = encoder;
    this.decoder = decoder;
  }

  /** Text as UTF-8, without quotes. A lone surrogate or malformed UTF-8 is refused. */
  public static Codec<String> string() {
    return STRING;
  }

  /** A whole number as decimal digits. */
  public static Codec<Long> longs() {
    return LONG;
  }

  /** A whole number as decimal digits. */
  public static Codec<Integer> integers() {
    return INTEGER;
  }

  /** {@code true} or {@code false}. */
  public static Codec<Boolean> booleans() {
    return BOOLEAN;
  }

  /** The bytes themselves, copied both ways. */
  public static Codec<byte[]> bytes() {
    return BYTES;
  }

  /** No value: {@code null} and no bytes. Bytes where there should be none are refused. */
  public static Codec<@Nullable Void> nothing() {
    return NOTHING;
  }

  /**
   * The built-in codec of {@code type} where there is one ({@code String}, {@code Long}, {@code
   * Integer}, {@code Boolean}, {@code byte[]}, {@code Void}), else {@link #json}.
   *
   * @throws UnsupportedPayloadException when a part of the type cannot be stored; names it
   */
  @SuppressWarnings("unchecked") // each codec is the one of the class it is chosen for
  public static <T> Codec<T> of(Class<T> type) {
    requireNonNull(type, "type");
    Codec<?> builtIn = null;
    if (type == String.class) {
      builtIn = STRING;
    } else if (type == Long.class || type == long.class) {
      builtIn = LONG;
    } else if (type == Integer.class || type == int.class) {
      builtIn = INTEGER;
    } else if (type == Boolean.class || type == boolean.class) {
      builtIn = BOOLEAN;
    } else if (type == byte[].class) {
      builtIn = BYTES;
    } else if (type == Void.class || type == void.class) {
      builtIn = NOTHING;
    }
    return builtIn == null ? json(type) : (Codec<T>) builtIn;
  }

  /**
   * JSON text for a record, a sealed interface of records, an enum or one of the values a record
   * may hold. The whole type is checked now; see the package description for what is supported and
   * how a type may change. Making a codec costs reflection: make it once and keep it.
   *
   * @throws UnsupportedPayloadException when a part of the type cannot be stored; names it
   */
  public static <T> Codec<T> json(Class<T> type) {
    requireNonNull(type, "type");
    return json("json:" + type.getSimpleName(), type);
  }

  private static <T> Codec<T> json(String name, Class<T> type) {
    JsonForm<T> form = JsonForm.of(type);
    return new Codec<>(name, form::encode, form::decode);
  }

  /**
   * A codec of the caller's own. What its functions throw becomes the cause of a {@link
   * PayloadException}, except an {@link Error}; so does a {@code null} they return.
   *
   * @param name for people to read; nothing durable depends on it; not blank
   */
  public static <T> Codec<T> of(String name, Encoder<T> encoder, Decoder<T> decoder) {
    requireNonNull(name, "name");
    requireNonNull(encoder, "encoder");
    requireNonNull(decoder, "decoder");
    if (name.isBlank()) {
      throw new IllegalArgumentException("name: blank (expected: a name for error messages)");
    }
    return new Codec<>(name, encoder, bytes -> required(name, decoder.decode(bytes)));
  }

  /** The codec's name, for people to read. */
  public String name() {
    return name;
  }

  /**
   * The bytes of a value, the caller's to keep.
   *
   * @throws PayloadException when the value does not fit the codec, or is too long
   */
  public byte[] encode(T value) {
    if (value == null && this != NOTHING) {
      throw new PayloadException(name, "null (expected: a value; Codec.nothing() holds none)");
    }
    byte[] bytes = guarded("encoded", () -> encoder.encode(value));
    if (bytes == null) {
      throw new PayloadException(name, "the encoder gave null (expected: bytes)");
    }
    requireLength(bytes);
    return bytes;
  }

  /**
   * The value that {@code bytes} hold. The bytes are not kept.
   *
   * @throws PayloadException when they hold none of this type
   */
  public T decode(byte[] bytes) {
    requireNonNull(bytes, "bytes");
    requireLength(bytes);
    return guarded("decoded", () -> decoder.decode(bytes));
  }

  private void requireLength(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw new PayloadException(
          name,
          "%d bytes (expected: <= %d; keep what is large elsewhere and store where)"
              .formatted(bytes.length, BYTES_MAX));
    }
  }

  private <R extends @Nullable Object> R guarded(String what, Work<R> work) {
    try {
      return work.run();
    } catch (PayloadException known) {
      throw known;
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new PayloadException(name, "cannot be " + what + ": " + e, e);
    }
  }

  private static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new PayloadException(name, "the decoder gave null (expected: a value)");
    }
    return value;
  }

  private static byte[] utf8(String value) {
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new PayloadException("string", "lone surrogate (expected: Unicode text)", e);
    }
  }

  /** The text that UTF-8 bytes hold; not {@code new String}, which would replace what is wrong. */
  static String text(byte[] bytes, String path) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new PayloadException(path, "malformed UTF-8 (expected: Unicode text)", e);
    }
  }

  private static @Nullable Void nothing(byte[] bytes) {
    if (bytes.length > 0) {
      throw new PayloadException("nothing", bytes.length + " bytes (expected: none)");
    }
    return null;
  }

  @Override
  public String toString() {
    return "Codec[" + name + "]";
  }

  /**
   * Turns a value into bytes.
   *
   * @param <T> the type of value
   */
  @FunctionalInterface
  public interface Encoder<T extends @Nullable Object> {
    /** The bytes of {@code value}; may throw anything. */
    byte[] encode(T value) throws Exception;
  }

  /**
   * Turns bytes into a value.
   *
   * @param <T> the type of value
   */
  @FunctionalInterface
  public interface Decoder<T extends @Nullable Object> {
    /** The value that {@code bytes} hold; may throw anything; must not change the bytes. */
    T decode(byte[] bytes) throws Exception;
  }

  @FunctionalInterface
  private interface Work<R extends @Nullable Object> {
    R run() throws Exception;
  }
}
