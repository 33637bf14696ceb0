package io.quorate.core.tx.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.core.tx.codec.Payloads.Blob;
import io.quorate.core.tx.log.LogRecord;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CodecTest {

  @Test
  void built_in_codecs_write_what_a_person_can_read() {
    assertThat(Codec.string().encode("漢\n")).isEqualTo("漢\n".getBytes(UTF_8));
    assertThat(Codec.longs().encode(Long.MIN_VALUE)).asString().isEqualTo("-9223372036854775808");
    assertThat(Codec.integers().encode(7)).asString().isEqualTo("7");
    assertThat(Codec.booleans().encode(true)).asString().isEqualTo("true");
    assertThat(Codec.nothing().encode(null)).isEmpty();
    assertThat(Codec.nothing().decode(new byte[0])).isNull();
    assertThat(Codec.longs().decode("-9223372036854775808".getBytes(UTF_8)))
        .isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void a_class_finds_its_built_in_codec() {
    assertThat(Codec.of(String.class)).isSameAs(Codec.string());
    assertThat(Codec.of(Long.class)).isSameAs(Codec.longs()).isSameAs(Codec.of(long.class));
    assertThat(Codec.of(Integer.class)).isSameAs(Codec.integers()).isSameAs(Codec.of(int.class));
    assertThat(Codec.of(Boolean.class))
        .isSameAs(Codec.booleans())
        .isSameAs(Codec.of(boolean.class));
    assertThat(Codec.of(byte[].class)).isSameAs(Codec.bytes());
    assertThat((Object) Codec.of(Void.class)).isSameAs(Codec.nothing());
    assertThat(Codec.of(Payloads.Order.class).name()).isEqualTo("json:Order");
    assertThat(Codec.json(String.class).encode("a")).asString().isEqualTo("\"a\"");
  }

  @Test
  @SuppressWarnings("NullAway") // null is what is refused
  void what_is_not_of_the_type_is_refused() {
    refused(Codec.string(), new byte[] {(byte) 0xFF});
    refused(Codec.longs(), new byte[0]);
    refused(Codec.longs(), "1.0".getBytes(UTF_8));
    refused(Codec.integers(), "2147483648".getBytes(UTF_8));
    refused(Codec.booleans(), "yes".getBytes(UTF_8));
    refused(Codec.nothing(), new byte[1]);
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> Codec.string().encode("\udc00"));
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> Codec.string().encode(null))
        .withMessage("string: null (expected: a value; Codec.nothing() holds none)");
  }

  @Test
  void bytes_are_copied_so_that_what_was_stored_cannot_change() {
    byte[] value = {1, 2};
    byte[] stored = Codec.bytes().encode(value);
    byte[] read = Codec.bytes().decode(stored);
    value[0] = 9;
    assertThat(stored).containsExactly(1, 2);
    stored[0] = 9;
    assertThat(read).containsExactly(1, 2);
  }

  @Test
  void every_codec_keeps_room_for_a_log_record() {
    assertThat(Codec.BYTES_MAX).isEqualTo(LogRecord.BODY_BYTES_MAX - 65_536);
    byte[] longest = new byte[Codec.BYTES_MAX];
    byte[] longer = new byte[Codec.BYTES_MAX + 1];
    assertThat(Codec.bytes().decode(Codec.bytes().encode(longest))).isEqualTo(longest);
    tooLong(() -> Codec.bytes().encode(longer));
    tooLong(() -> Codec.bytes().decode(longer));
    tooLong(() -> Codec.of("own", (byte[] v) -> v, v -> v).encode(longer));
    tooLong(() -> Codec.string().decode(longer));
  }

  @Test
  void json_stops_where_the_limit_is_passed_and_not_after_all_is_in_memory() {
    // Two quotes are what is left.
    String fits = "y".repeat(Codec.BYTES_MAX - 2);
    assertThat(Codec.json(String.class).encode(fits)).hasSize(Codec.BYTES_MAX);
    passes("String", () -> Codec.json(String.class).encode(fits + "y"));
    Blob blob = new Blob(new byte[Codec.BYTES_MAX]);
    passes("Blob.bytes", () -> Codec.of(Blob.class).encode(blob));
    record Bag(Set<String> set) {}
    String half = "x".repeat(Codec.BYTES_MAX / 2);
    Bag bag = new Bag(Set.of("a" + half, "b" + half, "c" + half));
    passes("Bag.set[1]", () -> Codec.of(Bag.class).encode(bag));
  }

  private static void passes(String path, Runnable run) {
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(run::run)
        .withMessageStartingWith("%s: here the payload passes %d bytes", path, Codec.BYTES_MAX);
  }

  private static void tooLong(Runnable run) {
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(run::run)
        .withMessageContaining(String.valueOf(Codec.BYTES_MAX));
  }

  @Test
  @SuppressWarnings("NullAway") // null is what is refused
  void a_codec_of_the_callers_own_throws_only_the_typed_error() {
    IOException cause = new IOException("broken");
    Codec<String> broken =
        Codec.of(
            "own",
            v -> {
              throw cause;
            },
            v -> {
              throw cause;
            });
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> broken.encode("a"))
        .withCause(cause)
        .withMessage("own: cannot be encoded: java.io.IOException: broken");
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> broken.decode(new byte[0]))
        .withCause(cause);
    Codec<String> nulls = Codec.of("nulls", v -> null, v -> null);
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> nulls.encode("a"))
        .withMessage("nulls: the encoder gave null (expected: bytes)");
    assertThatExceptionOfType(PayloadException.class)
        .isThrownBy(() -> nulls.decode(new byte[0]))
        .withMessage("nulls: the decoder gave null (expected: a value)");
    assertThatIllegalArgumentException().isThrownBy(() -> Codec.of(" ", v -> v, (byte[] v) -> v));
  }

  @Test
  void an_interrupt_within_a_codec_is_kept() {
    Codec<String> interrupted =
        Codec.of(
            "own",
            v -> {
              throw new InterruptedException();
            },
            v -> "a");
    try {
      assertThatThrownBy(() -> interrupted.encode("a")).isInstanceOf(PayloadException.class);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
  }

  private static void refused(Codec<?> codec, byte[] bytes) {
    assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> codec.decode(bytes));
  }
}
