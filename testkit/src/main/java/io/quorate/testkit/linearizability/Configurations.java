package io.quorate.testkit.linearizability;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The configurations a search has been to. Of two that differ in the unknown operations they used,
 * the one that used fewer can do all that the other can, so only such are kept as no other one
 * dominates. Not thread-safe.
 */
final class Configurations {
  /** No bits. */
  static final long[] NONE = {};

  private final Map<Key, long[][]> visited = new HashMap<>();
  private long size;
  private long comparisons;

  /** Which known operations are placed, and the state of the model behind them. */
  static final class Key {
    private final int base;
    private final long[] window;
    private final Object state;
    private final int hash;

    Key(int base, long[] window, Object state) {
      this.base = base;
      this.window = window;
      this.state = state;
      this.hash = (31 * Arrays.hashCode(window) + state.hashCode()) * 31 + base;
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key
          && hash == key.hash
          && base == key.base
          && Arrays.equals(window, key.window)
          && state.equals(key.state);
    }
  }

  /** How many are kept. */
  long size() {
    return size;
  }

  /** How many sets of unknown operations were compared. */
  long comparisons() {
    return comparisons;
  }

  /**
   * Keeps a configuration.
   *
   * @param used the unknown operations it used; kept, so not to be changed
   * @return false if it, or one that can do more, was kept before
   */
  boolean add(Key key, long[] used) {
    long[][] before = visited.get(key);
    if (before == null) {
      visited.put(key, new long[][] {used});
      size++;
      return true;
    }
    int left = 0;
    long[][] kept = new long[before.length + 1][];
    for (long[] each : before) {
      comparisons++;
      if (isSubset(each, used)) {
        return false;
      }
      if (!isSubset(used, each)) {
        kept[left++] = each;
      }
    }
    kept[left++] = used;
    visited.put(key, Arrays.copyOf(kept, left));
    size += left - before.length;
    return true;
  }

  private static boolean isSubset(long[] some, long[] all) {
    for (int i = 0; i < some.length; i++) {
      if ((some[i] & ~all[i]) != 0) {
        return false;
      }
    }
    return true;
  }
}
