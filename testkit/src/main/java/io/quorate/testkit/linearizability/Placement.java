package io.quorate.testkit.linearizability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which operations of a timeline are placed, and in which order; the last is taken back first. Not
 * thread-safe.
 *
 * <p>An operation is known by its index, an unknown one by {@code -1 - index}. What is placed of
 * the known ones is everything before {@link #base}, and some of those between there and {@link
 * #top}: few, because they overlap the one at {@code base}.
 *
 * @param <S> the state of the model
 */
final class Placement<S> {
  private static final int WORD_SHIFT = 6;

  private final Timeline timeline;
  private final long[] placed;
  private final long[] used;
  private final int[] order;
  private final int[] bases;
  private final int[] tops;
  private final List<S> states;
  private int depth;
  private int knownPlaced;

  /** The first known operation that is not placed. */
  private int base;

  /** The last known operation that is placed; -1 if none. */
  private int top = -1;

  private S state;

  Placement(Timeline timeline, S initial) {
    this.timeline = timeline;
    int known = timeline.known.length;
    int unknown = timeline.unknown.length;
    placed = new long[(known >> WORD_SHIFT) + 1];
    used = new long[(unknown + Long.SIZE - 1) >> WORD_SHIFT];
    order = new int[known + unknown];
    bases = new int[known + unknown];
    tops = new int[known + unknown];
    states = new ArrayList<>();
    state = initial;
  }

  S state() {
    return state;
  }

  int depth() {
    return depth;
  }

  int knownPlaced() {
    return knownPlaced;
  }

  boolean isComplete() {
    return knownPlaced == timeline.known.length;
  }

  int base() {
    return base;
  }

  /** The first known operation from {@code from} on that is not placed; their number if none. */
  int nextKnown(int from) {
    int word = from >> WORD_SHIFT;
    long free = ~placed[word] & (-1L << from);
    while (free == 0) {
      free = ~placed[++word];
    }
    // The bit behind the last operation is never set, so that the loop ends.
    return Math.min((word << WORD_SHIFT) + Long.numberOfTrailingZeros(free), timeline.known.length);
  }

  /** Nothing that was called after this can be next: one that is not placed had returned. */
  long deadline() {
    long earliest = Long.MAX_VALUE;
    int i = base;
    while (i < timeline.known.length && timeline.knownStart[i] <= earliest) {
      earliest = Math.min(earliest, timeline.knownEnd[i]);
      i = nextKnown(i + 1);
    }
    return earliest;
  }

  boolean isUsed(int unknown) {
    return (used[unknown >> WORD_SHIFT] & (1L << unknown)) != 0;
  }

  /** The unknown operation that was placed last of all; -1 if the last one placed is known. */
  int lastUnknown() {
    return depth == 0 || order[depth - 1] >= 0 ? -1 : -1 - order[depth - 1];
  }

  void placeKnown(int known, S next) {
    push(known, next);
    placed[known >> WORD_SHIFT] |= 1L << known;
    knownPlaced++;
    top = Math.max(top, known);
    if (known == base) {
      base = nextKnown(known + 1);
    }
  }

  void placeUnknown(int unknown, S next) {
    push(-1 - unknown, next);
    used[unknown >> WORD_SHIFT] |= 1L << unknown;
  }

  private void push(int operation, S next) {
    order[depth] = operation;
    bases[depth] = base;
    tops[depth] = top;
    states.add(state);
    depth++;
    state = next;
  }

  /** Takes back what was placed last, until this many are left. */
  void undoTo(int left) {
    while (depth > left) {
      depth--;
      int operation = order[depth];
      if (operation >= 0) {
        placed[operation >> WORD_SHIFT] &= ~(1L << operation);
        knownPlaced--;
      } else {
        int unknown = -1 - operation;
        used[unknown >> WORD_SHIFT] &= ~(1L << unknown);
      }
      base = bases[depth];
      top = tops[depth];
      state = states.removeLast();
    }
  }

  /** What is placed, in order. */
  List<Operation> operations() {
    List<Operation> operations = new ArrayList<>(depth);
    for (int i = 0; i < depth; i++) {
      operations.add(order[i] >= 0 ? timeline.known[order[i]] : timeline.unknown[-1 - order[i]]);
    }
    return operations;
  }

  /** Which known operations are placed, and the state. */
  Configurations.Key key() {
    long[] window =
        top < base
            ? Configurations.NONE
            : Arrays.copyOfRange(placed, base >> WORD_SHIFT, (top >> WORD_SHIFT) + 1);
    return new Configurations.Key(base, window, state);
  }

  /** Which unknown operations are placed. */
  long[] used() {
    return used.length == 0 ? Configurations.NONE : used.clone();
  }
}
