package io.quorate.core.tx.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The types that the codec tests store. None is public, as in most programs. */
final class Payloads {
  private Payloads() {}

  record Line(String sku, int quantity, BigDecimal price) {}

  record Order(
      String id,
      List<Line> lines,
      Optional<String> note,
      @Nullable String coupon,
      Payment payment) {}

  sealed interface Payment {}

  record Card(String number) implements Payment {}

  sealed interface Deferred extends Payment {}

  record Invoice(Duration due) implements Deferred {}

  enum Prepaid implements Deferred {
    VOUCHER,
    CREDIT {
      @Override
      public String toString() {
        return "a constant with a class of its own";
      }
    }
  }

  /** A record and a variant that contain themselves. */
  record Tree(String name, List<Tree> children) {}

  record Scalars(
      boolean bool,
      byte tiny,
      short small,
      int medium,
      long large,
      float single,
      double twice,
      char letter,
      Integer boxed,
      BigInteger whole,
      BigDecimal decimal,
      String text) {}

  record Times(
      Instant instant,
      Duration duration,
      LocalDate date,
      LocalTime time,
      LocalDateTime dateTime,
      OffsetDateTime offset,
      UUID uuid) {}

  record Holders(
      Set<String> set,
      Map<String, List<Optional<Long>>> map,
      List<@Nullable Payment> payments,
      Optional<Scalars> scalars,
      @Nullable Times times,
      List<? extends Tree> trees) {}

  /** Bytes have no value equality of their own. */
  record Blob(byte[] bytes) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Blob that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  record Positive(int value) {
    Positive {
      if (value <= 0) {
        throw new IllegalArgumentException("value: " + value + " (expected: > 0)");
      }
    }
  }

  record Empty() {}
}
