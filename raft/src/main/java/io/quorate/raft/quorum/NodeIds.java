package io.quorate.raft.quorum;

import java.util.Arrays;
import java.util.StringJoiner;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A set of node ids in ascending order. An id is any {@code long} but 0, which means no node.
 *
 * <p>A group has a handful of nodes, so a sorted array beats any hash table, and its order makes
 * whoever walks over it deterministic. Immutable.
 */
public final class NodeIds {
  private static final NodeIds NONE = new NodeIds(new long[0]);

  private final long[] sorted;

  private NodeIds(long[] sorted) {
    this.sorted = sorted;
  }

  /** The empty set. */
  public static NodeIds none() {
    return NONE;
  }

  /**
   * The set of {@code ids}, in any order; one that comes twice counts once.
   *
   * @throws IllegalArgumentException an id is 0
   */
  public static NodeIds of(long... ids) {
    long[] distinct = Arrays.stream(ids).sorted().distinct().toArray();
    for (long id : distinct) {
      requireNode(id);
    }
    return distinct.length == 0 ? NONE : new NodeIds(distinct);
  }

  /** Checks that {@code id} can be a node's. */
  public static long requireNode(long id) {
    if (id == 0) {
      throw new IllegalArgumentException("node: 0 (expected: any other number, 0 is no node)");
    }
    return id;
  }

  /** How many there are. */
  public int size() {
    return sorted.length;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return sorted.length == 0;
  }

  /** The id at {@code position}, 0 to {@code size() - 1}, in ascending order. */
  public long at(int position) {
    return sorted[position];
  }

  /** Whether {@code id} is in the set. */
  public boolean contains(long id) {
    for (long each : sorted) {
      if (each == id) {
        return true;
      }
    }
    return false;
  }

  /** This set and {@code id}. */
  public NodeIds with(long id) {
    if (contains(id)) {
      return this;
    }
    long[] more = Arrays.copyOf(sorted, sorted.length + 1);
    more[sorted.length] = requireNode(id);
    Arrays.sort(more);
    return new NodeIds(more);
  }

  /** This set without {@code id}. */
  public NodeIds without(long id) {
    return contains(id) ? filter(each -> each != id) : this;
  }

  /** All of both. */
  public NodeIds union(NodeIds other) {
    NodeIds all = this;
    for (long id : other.sorted) {
      all = all.with(id);
    }
    return all;
  }

  /** Those of this set that {@code wanted} holds for. */
  public NodeIds filter(LongPredicate wanted) {
    long[] kept = Arrays.stream(sorted).filter(wanted).toArray();
    return kept.length == 0 ? NONE : new NodeIds(kept);
  }

  /** A new array, ascending. */
  public long[] toArray() {
    return sorted.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof NodeIds ids && Arrays.equals(sorted, ids.sorted);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sorted);
  }

  /** As {@code (1 2 3)}. */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(" ", "(", ")");
    for (long id : sorted) {
      text.add(Long.toUnsignedString(id));
    }
    return text.toString();
  }
}
