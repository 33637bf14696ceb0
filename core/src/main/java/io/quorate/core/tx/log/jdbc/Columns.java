package io.quorate.core.tx.log.jdbc;

import io.quorate.core.tx.log.LogRecord.Kind;
import io.quorate.core.tx.log.TxHead.Status;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How values stand in columns. These codes are durable: they never change their meaning. */
final class Columns {
  private static final int NANO_DIGITS = 9;
  private static final BigInteger NANOS = BigInteger.TEN.pow(NANO_DIGITS);

  private Columns() {}

  /** Exact over the whole range of {@link Instant}, which no timestamp type is. */
  static BigDecimal seconds(Instant time) {
    return BigDecimal.valueOf(time.getEpochSecond())
        .add(BigDecimal.valueOf(time.getNano(), NANO_DIGITS));
  }

  static Instant instant(BigDecimal seconds) {
    BigInteger[] parts = seconds.setScale(NANO_DIGITS).unscaledValue().divideAndRemainder(NANOS);
    return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValueExact());
  }

  static BigDecimal seconds(Duration duration) {
    return BigDecimal.valueOf(duration.getSeconds())
        .add(BigDecimal.valueOf(duration.getNano(), NANO_DIGITS));
  }

  static Duration duration(BigDecimal seconds) {
    Instant sinceEpoch = instant(seconds);
    return Duration.ofSeconds(sinceEpoch.getEpochSecond(), sinceEpoch.getNano());
  }

  static int code(Kind kind) {
    return switch (kind) {
      case BEGIN -> 0;
      case STEP -> 1;
      case DECIDE -> 2;
      case PARK -> 3;
      case RESOLVE -> 4;
      case END -> 5;
    };
  }

  static Kind kind(int code) {
    return switch (code) {
      case 0 -> Kind.BEGIN;
      case 1 -> Kind.STEP;
      case 2 -> Kind.DECIDE;
      case 3 -> Kind.PARK;
      case 4 -> Kind.RESOLVE;
      case 5 -> Kind.END;
      default -> throw new IllegalStateException("kind: " + code + " (expected: 0..5)");
    };
  }

  static int code(Status status) {
    return switch (status) {
      case OPEN -> 0;
      case PARKED -> 1;
      case ENDED -> 2;
    };
  }

  static Status status(int code) {
    return switch (code) {
      case 0 -> Status.OPEN;
      case 1 -> Status.PARKED;
      case 2 -> Status.ENDED;
      default -> throw new IllegalStateException("status: " + code + " (expected: 0..2)");
    };
  }

  /** Names one a line, in order; {@code null} for none. */
  static @Nullable String locks(Collection<String> names) {
    return names.isEmpty()
        ? null
        : String.join("\n", names.stream().map(Columns::escaped).sorted().toList());
  }

  static Set<String> locks(@Nullable String lines) {
    if (lines == null) {
      return Set.of();
    }
    Set<String> names = new LinkedHashSet<>();
    List.of(lines.split("\n", -1)).forEach(line -> names.add(unescaped(line)));
    return names;
  }

  /**
   * A lock's name as text that every database stores and tells apart: what a database may refuse or
   * change (NUL, line ends and other controls, halves of surrogate pairs) and the backslash itself
   * become <code>&#92;uXXXX</code>.
   */
  static String escaped(String name) {
    StringBuilder text = new StringBuilder(name.length() + 16);
    for (int i = 0; i < name.length(); ) {
      int c = name.codePointAt(i);
      boolean halfPair = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
      if (c < ' ' || c == '\\' || halfPair) {
        text.append(String.format("\\u%04X", c));
      } else {
        text.appendCodePoint(c);
      }
      i += Character.charCount(c);
    }
    return text.toString();
  }

  static String unescaped(String text) {
    StringBuilder name = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      if (text.charAt(i) == '\\') {
        name.append((char) Integer.parseInt(text, i + 2, i + 6, 16));
        i += 6;
      } else {
        name.append(text.charAt(i));
        i++;
      }
    }
    return name.toString();
  }
}
