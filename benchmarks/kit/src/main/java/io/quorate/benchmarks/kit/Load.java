package io.quorate.benchmarks.kit;

import java.util.concurrent.ThreadFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is put on a subject: a closed loop, in which a unit of work that ends lets one begin. */
public sealed interface Load {

  /** The most units of work at a time. */
  int IN_FLIGHT_MAX = 4096;

  /** How many units of work there are at a time. */
  int inFlight();

  /**
   * Callers that wait, each for its own unit of work, before they begin the next.
   *
   * @param threads how many callers; 1 to {@value Load#IN_FLIGHT_MAX}
   * @param virtual whether they are virtual threads
   */
  record Callers(int threads, boolean virtual) implements Load {
    public Callers {
      requireInRange("threads", threads, IN_FLIGHT_MAX);
    }

    @Override
    public int inFlight() {
      return threads;
    }

    ThreadFactory threadFactory() {
      return virtual
          ? Thread.ofVirtual().name("load-", 0).factory()
          : Thread.ofPlatform().daemon().name("load-", 0).factory();
    }

    /** {@code 16} for platform threads, {@code 256v} for virtual ones. */
    @Override
    public String toString() {
      return threads + (virtual ? "v" : "");
    }
  }

  /**
   * One thread that keeps so many proposals under way to a {@link RaftSubject}.
   *
   * @param inFlight how many; 1 to {@value Load#IN_FLIGHT_MAX}
   * @param payloadBytes the size of each; {@value #PAYLOAD_BYTES_MIN} to {@value
   *     #PAYLOAD_BYTES_MAX}
   */
  record Window(int inFlight, int payloadBytes) implements Load {
    /** Room for the proposal's number. */
    public static final int PAYLOAD_BYTES_MIN = Long.BYTES;

    /** What every subject takes without being told. */
    public static final int PAYLOAD_BYTES_MAX = 64 << 10;

    static final Pattern TEXT = Pattern.compile("(\\d{1,9})x(\\d{1,9})B");

    public Window {
      requireInRange("inFlight", inFlight, IN_FLIGHT_MAX);
      if (payloadBytes < PAYLOAD_BYTES_MIN || payloadBytes > PAYLOAD_BYTES_MAX) {
        throw new IllegalArgumentException(
            "payloadBytes: %d (expected: %d..%d)"
                .formatted(payloadBytes, PAYLOAD_BYTES_MIN, PAYLOAD_BYTES_MAX));
      }
    }

    /** {@code 64x1024B} for 64 proposals of 1,024 bytes in flight. */
    @Override
    public String toString() {
      return inFlight + "x" + payloadBytes + "B";
    }
  }

  /** Callers on platform threads. */
  static Load platform(int threads) {
    return new Callers(threads, false);
  }

  /** Callers on virtual threads. */
  static Load virtual(int threads) {
    return new Callers(threads, true);
  }

  /** Proposals in flight. */
  static Load window(int inFlight, int payloadBytes) {
    return new Window(inFlight, payloadBytes);
  }

  /** The opposite of {@code toString}. */
  static Load parse(String text) {
    Matcher window = Window.TEXT.matcher(text);
    if (window.matches()) {
      return new Window(Integer.parseInt(window.group(1)), Integer.parseInt(window.group(2)));
    }
    boolean virtual = text.endsWith("v");
    String digits = virtual ? text.substring(0, text.length() - 1) : text;
    try {
      return new Callers(Integer.parseInt(digits), virtual);
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException(
          "load: \""
              + text
              + "\" (expected: a number of threads, then v if they are virtual,"
              + " or proposals x bytes B)",
          notANumber);
    }
  }

  private static void requireInRange(String field, int value, int max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException("%s: %d (expected: 1..%d)".formatted(field, value, max));
    }
  }
}
