package io.quorate.raft.txlog;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** The parts that commands, replies and the state are written with, and read back strictly. */
final class Bytes {
  static final int TIME = 12;
  private static final int NANOS_MAX = 999_999_999;

  private Bytes() {}

  /** Reads something whole. */
  @FunctionalInterface
  interface Reading<T> {
    T from(ByteBuffer in);
  }

  /**
   * Reads all of a buffer.
   *
   * @throws TableFormatException the bytes end early, make no sense, or go on
   */
  static <T> T whole(ByteBuffer bytes, Reading<T> reading) {
    ByteBuffer in = bytes.slice();
    T read;
    try {
      read = reading.from(in);
    } catch (BufferUnderflowException e) {
      throw new TableFormatException("bytes: %d (expected: more)".formatted(bytes.remaining()), e);
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw new TableFormatException(String.valueOf(e.getMessage()), e);
    }
    if (in.hasRemaining()) {
      throw new TableFormatException(
          "bytes: %d behind the end (expected: none)".formatted(in.remaining()), null);
    }
    return read;
  }

  static void put(ByteBuffer out, Instant time) {
    out.putLong(time.getEpochSecond()).putInt(time.getNano());
  }

  static Instant instant(ByteBuffer in) {
    long seconds = in.getLong();
    return Instant.ofEpochSecond(seconds, nanos(in));
  }

  static void put(ByteBuffer out, Duration duration) {
    out.putLong(duration.getSeconds()).putInt(duration.getNano());
  }

  static Duration duration(ByteBuffer in) {
    long seconds = in.getLong();
    return Duration.ofSeconds(seconds, nanos(in));
  }

  private static int nanos(ByteBuffer in) {
    int nanos = in.getInt();
    if (nanos < 0 || nanos > NANOS_MAX) {
      throw new IllegalArgumentException(
          "nanoseconds: %d (expected: 0..%d)".formatted(nanos, NANOS_MAX));
    }
    return nanos;
  }

  static int size(String name) {
    return 1 + name.length();
  }

  static void put(ByteBuffer out, String name) {
    out.put((byte) name.length()).put(name.getBytes(US_ASCII));
  }

  static String name(ByteBuffer in) {
    byte[] name = new byte[in.get() & 0xFF];
    in.get(name);
    return new String(name, US_ASCII);
  }

  static int lockSize(String lock) {
    return 1 + 2 * lock.length();
  }

  static void putLock(ByteBuffer out, String lock) {
    out.put((byte) lock.length());
    for (int i = 0; i < lock.length(); i++) {
      out.putChar(lock.charAt(i));
    }
  }

  static String lock(ByteBuffer in) {
    char[] lock = new char[in.get() & 0xFF];
    for (int i = 0; i < lock.length; i++) {
      lock[i] = in.getChar();
    }
    return new String(lock);
  }

  static void put(ByteBuffer out, TableLimits limits) {
    out.putLong(limits.liveBytesMax());
    put(out, limits.retention());
    out.putLong(limits.retainedBytesMax());
  }

  static TableLimits limits(ByteBuffer in) {
    return new TableLimits(in.getLong(), duration(in), in.getLong());
  }

  static void requireVersion(int version, int expected) {
    if (version != expected) {
      throw new IllegalArgumentException("version: %d (expected: %d)".formatted(version, expected));
    }
  }
}
