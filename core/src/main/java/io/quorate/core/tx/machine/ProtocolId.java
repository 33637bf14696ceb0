package io.quorate.core.tx.machine;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.log.LogRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Which protocol a transaction follows, as the first bytes of its {@code BEGIN} body say: one byte
 * length and name of the family, one byte length and name of the definition, four bytes version
 * (big endian).
 *
 * @param family {@code saga}, {@code tcc} or {@code twopc}
 * @param name the definition's name, unique within the family
 * @param version the definition's version, at least 1
 */
public record ProtocolId(String family, String name, int version) {

  /** The longest family or definition name, in bytes of UTF-8. */
  public static final int NAME_BYTES_MAX = 100;

  public ProtocolId {
    requireName("family", family);
    requireName("name", name);
    if (version < 1) {
      throw new IllegalArgumentException("version: " + version + " (expected: >= 1)");
    }
  }

  private static void requireName(String field, String value) {
    requireNonNull(value, field);
    int bytes = value.getBytes(StandardCharsets.UTF_8).length;
    if (value.isBlank() || bytes > NAME_BYTES_MAX) {
      throw new IllegalArgumentException(
          "%s: \"%s\" (%d bytes; expected: 1..%d, not blank)"
              .formatted(field, value, bytes, NAME_BYTES_MAX));
    }
  }

  /** The bytes a {@code BEGIN} body starts with. */
  public byte[] encode() {
    byte[] f = family.getBytes(StandardCharsets.UTF_8);
    byte[] n = name.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(f.length + n.length + 6)
        .put((byte) f.length)
        .put(f)
        .put((byte) n.length)
        .put(n)
        .putInt(version)
        .array();
  }

  /** Reads the id from the start of {@code body} and leaves its position behind it. */
  public static ProtocolId decode(ByteBuffer body) {
    String family = shortString(body);
    String name = shortString(body);
    return new ProtocolId(family, name, body.getInt());
  }

  private static String shortString(ByteBuffer body) {
    byte[] bytes = new byte[body.get()];
    body.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /**
   * The protocol of a {@code BEGIN} record.
   *
   * @throws IllegalArgumentException for a record of another kind
   */
  public static ProtocolId of(LogRecord begin) {
    if (begin.kind() != LogRecord.Kind.BEGIN) {
      throw new IllegalArgumentException("kind: " + begin.kind() + " (expected: BEGIN)");
    }
    return decode(ByteBuffer.wrap(begin.body()));
  }

  @Override
  public String toString() {
    return family + ":" + name + " v" + version;
  }
}
