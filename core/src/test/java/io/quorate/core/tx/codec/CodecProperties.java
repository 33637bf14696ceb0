package io.quorate.core.tx.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.tx.codec.Payloads.Blob;
import io.quorate.core.tx.codec.Payloads.Holders;
import io.quorate.core.tx.codec.Payloads.Order;
import io.quorate.core.tx.codec.Payloads.Scalars;
import io.quorate.core.tx.codec.Payloads.Times;
import io.quorate.core.tx.codec.Payloads.Tree;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What holds for all values and for all bytes. A failure names the seed that repeats it. */
class CodecProperties {
  private static final int SEEDS = 3_000;

  @Test
  void every_value_comes_back_equal() {
    Codec<Holders> holders = Codec.of(Holders.class);
    Codec<Scalars> scalars = Codec.of(Scalars.class);
    Codec<Times> times = Codec.of(Times.class);
    Codec<Tree> trees = Codec.of(Tree.class);
    Codec<Blob> blobs = Codec.of(Blob.class);
    Codec<String> strings = Codec.string();
    for (long seed = 0; seed < SEEDS; seed++) {
      Values values = new Values(seed);
      comesBack(seed, holders, values.holders());
      comesBack(seed, scalars, values.scalars());
      comesBack(seed, times, values.times());
      comesBack(seed, trees, values.tree(5));
      comesBack(seed, blobs, values.blob());
      comesBack(seed, strings, values.text());
    }
  }

  private static <T> void comesBack(long seed, Codec<T> codec, T value) {
    byte[] bytes = codec.encode(value);
    T read = codec.decode(bytes);
    assertThat(read).as("seed %d, %s", seed, new String(bytes, UTF_8)).isEqualTo(value);
    assertThat(codec.encode(read)).as("seed %d: equal values, equal bytes", seed).isEqualTo(bytes);
  }

  @Test
  void random_bytes_are_read_or_refused_by_the_typed_error() {
    List<Codec<?>> codecs = codecs();
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      for (Codec<?> codec : codecs) {
        readOrRefused(seed, codec, bytes);
      }
    }
  }

  @Test
  void texts_of_json_pieces_are_read_or_refused_by_the_typed_error() {
    String[] pieces = {
      "{", "}", "[", "]", ",", ":", "\"", "\"name\"", "\"Card\"", "\"children\"", "null", "true",
      "1", "-", "1e9", "1E-2147483649", ".5", "\\u", "d800", "\\ud800", "\\\"", " ", "\u0000", "é"
    };
    List<Codec<?>> codecs = codecs();
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      for (Codec<?> codec : codecs) {
        readOrRefused(seed, codec, text.toString().getBytes(UTF_8));
      }
    }
  }

  @Test
  void damaged_bytes_are_read_or_refused_by_the_typed_error() {
    Map<Codec<?>, Function<Values, Object>> drawn =
        Map.of(
            Codec.of(Holders.class), Values::holders,
            Codec.of(Scalars.class), Values::scalars,
            Codec.of(Times.class), Values::times);
    drawn.forEach(
        (codec, draw) -> {
          for (long seed = 0; seed < SEEDS; seed++) {
            byte[] bytes = encoded(codec, draw.apply(new Values(seed)));
            Random random = new Random(seed);
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            readOrRefused(seed, codec, bytes);
            readOrRefused(
                seed, codec, java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)));
          }
        });
  }

  @SuppressWarnings("unchecked") // each codec is paired with values of its type
  private static <T> byte[] encoded(Codec<T> codec, Object value) {
    return codec.encode((T) value);
  }

  private static List<Codec<?>> codecs() {
    return List.of(
        Codec.of(Holders.class),
        Codec.of(Order.class),
        Codec.of(Scalars.class),
        Codec.of(Tree.class),
        Codec.of(Payloads.Payment.class),
        Codec.longs(),
        Codec.integers(),
        Codec.booleans(),
        Codec.string(),
        Codec.nothing());
  }

  private static void readOrRefused(long seed, Codec<?> codec, byte[] bytes) {
    try {
      codec.decode(bytes);
    } catch (PayloadException refused) {
      assertThat(refused).hasMessageContaining("expected").hasMessageStartingWith(refused.path());
    } catch (RuntimeException escaped) {
      throw new AssertionError("seed " + seed + ", " + codec, escaped);
    }
  }
}
