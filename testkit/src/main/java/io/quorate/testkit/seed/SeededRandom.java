package io.quorate.testkit.seed;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * Pseudo-random numbers that depend on the seed alone, on every JDK.
 *
 * <p>SplitMix64 (Steele, Lea, Flood: <i>Fast splittable pseudorandom number generators</i>, OOPSLA
 * 2014): {@code state += γ; return mix(state)} with γ the golden ratio times 2^64. Not for secrets.
 * Not thread-safe.
 */
public final class SeededRandom {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  /**
   * @param seed any number; neighbouring seeds give unrelated numbers
   */
  public SeededRandom(long seed) {
    state = seed;
  }

  /** Any of 2^64 numbers. */
  public long nextLong() {
    state += GAMMA;
    return mix(state);
  }

  /**
   * A number from 0 to {@code bound - 1}, each equally likely.
   *
   * @param bound at least 1
   */
  public int below(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound: " + bound + " (expected: >= 1)");
    }
    // The largest multiple of bound within 31 bits: what lies above it would favour small numbers.
    int fair = Integer.MAX_VALUE - Integer.MAX_VALUE % bound;
    int drawn;
    do {
      drawn = (int) (nextLong() >>> 33);
    } while (drawn >= fair);
    return drawn % bound;
  }

  /** A number from {@code first} to {@code last}, both included. */
  public int between(int first, int last) {
    return first + below(last - first + 1);
  }

  /**
   * True with this probability.
   *
   * @param probability 0 (never) to 1 (always)
   */
  public boolean chance(double probability) {
    return (nextLong() >>> 11) * 0x1.0p-53 < probability;
  }

  /** One of {@code values}, which are not empty. */
  public <T> T pick(List<T> values) {
    return values.get(below(values.size()));
  }

  /** The same values in any order. */
  public <T> List<T> shuffled(Collection<T> values) {
    List<T> shuffled = new ArrayList<>(values);
    for (int i = shuffled.size() - 1; i > 0; i--) {
      Collections.swap(shuffled, i, below(i + 1));
    }
    return shuffled;
  }

  /** Any bytes. */
  public byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) nextLong();
    }
    return bytes;
  }

  /** A generator of its own, unrelated to the numbers this one gives from now on. */
  public SeededRandom split() {
    return new SeededRandom(mix(nextLong() ^ GAMMA));
  }

  /** The finaliser of SplitMix64: a bijection that spreads every bit over all others. */
  public static long mix(long z) {
    long y = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    y = (y ^ (y >>> 27)) * 0x94D049BB133111EBL;
    return y ^ (y >>> 31);
  }
}
