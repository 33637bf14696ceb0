package io.quorate.core.tx.codec;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a reader or writer is within a value. Every object and array is one segment, so its length
 * is the depth of nesting, and is bounded.
 *
 * <p>An error leaves the path as it is: whoever catches it still sees where it happened.
 */
final class JsonPath {

  /** How deep objects and arrays may nest; keeps recursion far from any stack's end. */
  static final int DEPTH_MAX = 100;

  private static final int MEMBER = -1;
  private static final int KEY = -2;

  private final String root;
  private String[] names = new String[8];

  /** An element's index, {@link #MEMBER} or {@link #KEY}. */
  private int[] indexes = new int[8];

  private int depth;

  JsonPath(String root) {
    this.root = root;
  }

  /** Enters an object or array; {@link #member}, {@link #key} and {@link #index} then say where. */
  void enter() {
    if (depth == DEPTH_MAX) {
      throw error("nested too deep (expected: <= " + DEPTH_MAX + " objects and arrays)");
    }
    if (depth == indexes.length) {
      names = Arrays.copyOf(names, depth * 2);
      indexes = Arrays.copyOf(indexes, depth * 2);
    }
    indexes[depth] = MEMBER;
    names[depth] = "";
    depth++;
  }

  void leave() {
    depth--;
  }

  /** Moves to a part of the innermost object, written as it will be shown: {@code .price}. */
  void member(String shown) {
    names[depth - 1] = shown;
    indexes[depth - 1] = MEMBER;
  }

  /** Moves to a key of the innermost map. */
  void key(String key) {
    names[depth - 1] = key;
    indexes[depth - 1] = KEY;
  }

  /** Moves to an element of the innermost array. */
  void index(int index) {
    indexes[depth - 1] = index;
  }

  PayloadException error(String problem) {
    return error(problem, null);
  }

  PayloadException error(String problem, @Nullable Throwable cause) {
    return new PayloadException(toString(), problem, cause);
  }

  @Override
  public String toString() {
    StringBuilder shown = new StringBuilder(root);
    for (int i = 0; i < depth; i++) {
      switch (indexes[i]) {
        case MEMBER -> shown.append(names[i]);
        case KEY -> shown.append("[\"").append(abbreviated(names[i])).append("\"]");
        default -> shown.append('[').append(indexes[i]).append(']');
      }
    }
    return shown.toString();
  }

  /** Text short enough for an error message. */
  static String abbreviated(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
