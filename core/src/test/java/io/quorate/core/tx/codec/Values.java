package io.quorate.core.tx.codec;

import io.quorate.core.tx.codec.Payloads.Blob;
import io.quorate.core.tx.codec.Payloads.Card;
import io.quorate.core.tx.codec.Payloads.Holders;
import io.quorate.core.tx.codec.Payloads.Invoice;
import io.quorate.core.tx.codec.Payloads.Payment;
import io.quorate.core.tx.codec.Payloads.Prepaid;
import io.quorate.core.tx.codec.Payloads.Scalars;
import io.quorate.core.tx.codec.Payloads.Times;
import io.quorate.core.tx.codec.Payloads.Tree;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Draws values, with a liking for the ends of their ranges. The same seed draws the same values.
 */
final class Values {
  private static final long[] LONGS = {
    0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53, -(1L << 53) - 1, Integer.MAX_VALUE
  };
  private static final double[] DOUBLES = {
    0.0, -0.0, Double.MIN_VALUE, Double.MAX_VALUE, -Double.MAX_VALUE, 0.1, 1e21, 1e-7, 123456789.0
  };
  private static final String[] TEXTS = {
    "", "a", "\"\\/\b\f\n\r\t", "\u0000\u001f\u007f", "é漢", "😀", "\u2028\ufeff", "null", "\ufffd"
  };

  private final Random random;

  Values(long seed) {
    random = new Random(seed);
  }

  Holders holders() {
    return new Holders(
        set(this::text),
        map(() -> list(() -> optional(this::large))),
        listWithNulls(this::payment),
        optional(this::scalars),
        random.nextBoolean() ? null : times(),
        list(() -> tree(3)));
  }

  Scalars scalars() {
    return new Scalars(
        random.nextBoolean(),
        (byte) large(),
        (short) large(),
        (int) large(),
        large(),
        single(),
        twice(),
        letter(),
        (int) large(),
        whole(),
        new BigDecimal(whole(), (int) (random.nextInt(4) == 0 ? large() : random.nextInt(40) - 20)),
        text());
  }

  Times times() {
    return new Times(
        instant(),
        Duration.ofSeconds(random.nextInt(3) == 0 ? large() : random.nextInt(100_000), nanos()),
        date(),
        LocalTime.ofNanoOfDay(Math.floorMod(large(), 86_400_000_000_000L)),
        LocalDateTime.of(
            date(), LocalTime.ofNanoOfDay(Math.floorMod(large(), 86_400_000_000_000L))),
        OffsetDateTime.of(
            LocalDate.ofEpochDay(random.nextInt(40_000)).atTime(1, 2, 3, nanos()),
            ZoneOffset.ofTotalSeconds(random.nextInt(36 * 3600 + 1) - 18 * 3600)),
        new UUID(large(), large()));
  }

  Tree tree(int depth) {
    return new Tree(text(), depth == 0 ? List.of() : list(() -> tree(depth - 1)));
  }

  Payment payment() {
    return switch (random.nextInt(4)) {
      case 0 -> new Card(text());
      case 1 -> new Invoice(Duration.ofMillis(random.nextInt()));
      case 2 -> Prepaid.VOUCHER;
      default -> Prepaid.CREDIT;
    };
  }

  Blob blob() {
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    return new Blob(bytes);
  }

  long large() {
    return random.nextBoolean() ? LONGS[random.nextInt(LONGS.length)] : random.nextLong();
  }

  String text() {
    if (random.nextInt(3) > 0) {
      return TEXTS[random.nextInt(TEXTS.length)];
    }
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      int c = random.nextInt(Character.MAX_CODE_POINT + 1);
      text.appendCodePoint(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 'x' : c);
    }
    return text.toString();
  }

  private char letter() {
    char c = (char) random.nextInt(1 << 16);
    return Character.isSurrogate(c) ? 'ß' : c;
  }

  private float single() {
    float drawn = Float.intBitsToFloat(random.nextInt());
    return Float.isFinite(drawn) ? drawn : -0.0f;
  }

  private double twice() {
    double drawn = Double.longBitsToDouble(random.nextLong());
    return random.nextBoolean() && Double.isFinite(drawn)
        ? drawn
        : DOUBLES[random.nextInt(DOUBLES.length)];
  }

  private BigInteger whole() {
    BigInteger drawn = new BigInteger(random.nextInt(200), random);
    return random.nextBoolean() ? drawn : drawn.negate();
  }

  private Instant instant() {
    return switch (random.nextInt(4)) {
      case 0 -> Instant.MAX;
      case 1 -> Instant.MIN;
      default -> Instant.ofEpochSecond(random.nextInt(), nanos());
    };
  }

  private int nanos() {
    return random.nextInt(3) == 0 ? 0 : random.nextInt(1_000_000_000);
  }

  private LocalDate date() {
    return switch (random.nextInt(4)) {
      case 0 -> LocalDate.MAX;
      case 1 -> LocalDate.MIN;
      default -> LocalDate.ofEpochDay(random.nextInt(100_000) - 50_000);
    };
  }

  private <T> Optional<T> optional(Supplier<T> value) {
    return random.nextBoolean() ? Optional.empty() : Optional.of(value.get());
  }

  private <T extends @Nullable Object> List<T> list(Supplier<? extends T> element) {
    List<T> list = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(element.get());
    }
    return list;
  }

  private <T> List<@Nullable T> listWithNulls(Supplier<T> element) {
    return this.<@Nullable T>list(() -> random.nextInt(4) == 0 ? null : element.get());
  }

  private <T> Set<T> set(Supplier<T> element) {
    return new HashSet<>(list(element));
  }

  private <T> Map<String, T> map(Supplier<T> element) {
    Map<String, T> map = new HashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      map.put(text(), element.get());
    }
    return map;
  }
}
