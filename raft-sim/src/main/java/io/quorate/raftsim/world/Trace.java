package io.quorate.raftsim.world;

import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What has happened: a hash of it always, its words where somebody reads them. Two runs with the
 * same hash, for all that matters, were the same run.
 *
 * <pre>
 *   h' = mix(h ⊕ event) × φ
 * </pre>
 */
public final class Trace {
  private final @Nullable Consumer<String> reader;
  private long hash = 0xCBF29CE484222325L;

  Trace(@Nullable Consumer<String> reader) {
    this.reader = reader;
  }

  void add(long atNanos, String kind, long a, long b, long c) {
    mix(atNanos);
    mix(kind.hashCode());
    mix(a);
    mix(b);
    mix(c);
    if (reader != null) {
      say(atNanos, "%s %d %d %d".formatted(kind, a, b, c));
    }
  }

  private void mix(long value) {
    long mixed = (hash ^ value) * 0x9E3779B97F4A7C15L;
    hash = mixed ^ (mixed >>> 32);
  }

  /** Whether words are wanted. */
  public boolean isRead() {
    return reader != null;
  }

  /** Words that the hash does not depend on. */
  public void say(long atNanos, String words) {
    if (reader != null) {
      reader.accept(String.format(Locale.ROOT, "%12.6f  %s", atNanos / 1e9, words));
    }
  }

  /** The same, made only where somebody reads them. */
  public void say(long atNanos, Supplier<String> words) {
    if (reader != null) {
      say(atNanos, words.get());
    }
  }

  /** The hash of all events so far. */
  public long hash() {
    return hash;
  }
}
