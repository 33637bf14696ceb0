package io.quorate.testkit.linearizability;

import io.quorate.testkit.linearizability.Verdict.Limit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Looks for an order of the operations of one partition, depth first, and remembers where it was.
 * Not thread-safe; for one use.
 *
 * <p>Wing and Gong's search with Lowe's memory of configurations: what is placed, and the state
 * behind it. It differs in how it treats the operations that make the search explode.
 *
 * <ol>
 *   <li>A read that fits is placed at once, and nothing else is tried in its place: in any order
 *       that places it later it can be moved here, where it changes nothing either.
 *   <li>Unknown operations are tried last, and of those that do the same the one called first: in
 *       an order that uses the later one alone, or before the earlier one, they can be swapped.
 *   <li>An unknown operation is placed only if it changes the state, and only in front of one that
 *       may depend on it: else it can be left out.
 *   <li>A configuration is given up if one was seen with the same known operations and state that
 *       used no other unknown operations: that one can do all that this one can.
 * </ol>
 *
 * <p>Nothing is lost by this. Suppose that the search ends without an order although one exists.
 * Then some configurations it was at, the first for example, can be completed; take one that takes
 * the fewest further operations. By 1 to 3 its completion can be chosen so that its first operation
 * is one that was tried, here or, for an operation that does not depend on the unknown one placed
 * last, at the configuration before that one, which needs no more operations than this. What it led
 * to was looked at, or given up for one looked at that by 4 needs no more. Either needs fewer
 * operations, against the choice.
 */
final class Search<S> {
  /** How many of the longest orders are kept. */
  private static final int LONGEST_MAX = 3;

  private final Model<S> model;
  private final Timeline timeline;
  private final int configurationsMax;
  private final long stepsMax;
  private final Placement<S> placement;
  private final Configurations visited = new Configurations();
  private final Deque<Node> nodes = new ArrayDeque<>();
  private final List<Prefix> longest = new ArrayList<>();
  private int longestKnown = -1;
  private long asked;

  /** A configuration on the way to the present one. */
  private static final class Node {
    /** How many operations are placed. */
    final int depth;

    /** What was called after this cannot be next. */
    final long deadline;

    /** The unknown operation on which the next one must depend; -1 if on none. */
    final int restrictedBy;

    /** The next operation to try: a known one, or behind all of them an unknown one. */
    int cursor;

    Node(int depth, long deadline, int restrictedBy, int cursor) {
      this.depth = depth;
      this.deadline = deadline;
      this.restrictedBy = restrictedBy;
      this.cursor = cursor;
    }
  }

  /** What a search found. */
  sealed interface Found {
    /** An order of all known operations. */
    record Order(List<Operation> operations) implements Found {}

    /** That there is none. */
    record NoOrder(List<Prefix> longest) implements Found {}

    /** Nothing, before a limit. */
    record Nothing(Limit limit, List<Prefix> longest) implements Found {}
  }

  Search(Model<S> model, Timeline timeline, int configurationsMax, long stepsMax) {
    this.model = model;
    this.timeline = timeline;
    this.configurationsMax = configurationsMax;
    this.stepsMax = stepsMax;
    this.placement = new Placement<>(timeline, model.initial());
  }

  /** The work done so far. */
  long steps() {
    return asked + visited.comparisons();
  }

  Found run() {
    placeReads();
    enter();
    while (!placement.isComplete()) {
      if (steps() > stepsMax) {
        return new Found.Nothing(Limit.STEPS, longest);
      }
      if (visited.size() > configurationsMax) {
        return new Found.Nothing(Limit.CONFIGURATIONS, longest);
      }
      Node node = nodes.peek();
      if (node == null) {
        return new Found.NoOrder(longest);
      }
      if (!placeNext(node)) {
        remember(node);
        nodes.pop();
        placement.undoTo(nodes.isEmpty() ? 0 : nodes.element().depth);
      } else {
        placeReads();
        if (!placement.isComplete() && !enter()) {
          placement.undoTo(node.depth);
        }
      }
    }
    return new Found.Order(placement.operations());
  }

  /** Places every read that fits, with those that fit once the first ones are placed. */
  private void placeReads() {
    boolean placed = true;
    while (placed) {
      placed = false;
      long deadline = placement.deadline();
      int i = placement.base();
      while (i < timeline.known.length && timeline.knownStart[i] <= deadline) {
        if (timeline.isReadOnly[i]) {
          Optional<S> next = step(timeline.known[i]);
          if (next.isPresent()) {
            placement.placeKnown(i, next.get());
            placed = true;
          }
        }
        i = placement.nextKnown(i + 1);
      }
    }
  }

  /** Makes the present configuration a node, unless there is nothing to be found behind it. */
  private boolean enter() {
    Node node =
        new Node(
            placement.depth(), placement.deadline(), placement.lastUnknown(), placement.base());
    if (node.restrictedBy >= 0) {
      if (!placeNext(node)) {
        return false;
      }
      placement.undoTo(node.depth);
      node.cursor--;
    }
    if (!visited.add(placement.key(), placement.used())) {
      return false;
    }
    nodes.push(node);
    return true;
  }

  /** Places the next operation there is to try at a node; false if none is left. */
  private boolean placeNext(Node node) {
    int known = timeline.known.length;
    while (node.cursor < known) {
      int i = placement.nextKnown(node.cursor);
      if (i == known || timeline.knownStart[i] > node.deadline) {
        node.cursor = known;
      } else {
        node.cursor = i + 1;
        // Reads that fit are placed already.
        if (!timeline.isReadOnly[i] && isAllowed(node, timeline.known[i])) {
          Optional<S> next = step(timeline.known[i]);
          if (next.isPresent()) {
            placement.placeKnown(i, next.get());
            return true;
          }
        }
      }
    }
    while (node.cursor < known + timeline.unknown.length) {
      int q = node.cursor - known;
      node.cursor++;
      if (timeline.unknownStart[q] > node.deadline) {
        node.cursor = known + timeline.unknown.length;
      } else if (isWorthTrying(q) && isAllowed(node, timeline.unknown[q])) {
        Optional<S> next = step(timeline.unknown[q]);
        if (next.isPresent() && !next.get().equals(placement.state())) {
          placement.placeUnknown(q, next.get());
          return true;
        }
      }
    }
    return false;
  }

  private boolean isAllowed(Node node, Operation next) {
    return node.restrictedBy < 0 || model.mayDependOn(next, timeline.unknown[node.restrictedBy]);
  }

  private boolean isWorthTrying(int unknown) {
    int twin = timeline.twin[unknown];
    return !placement.isUsed(unknown)
        && placement.base() <= timeline.neededUntil[unknown]
        && (twin < 0 || placement.isUsed(twin));
  }

  private Optional<S> step(Operation operation) {
    asked++;
    return model.step(placement.state(), operation);
  }

  /** Keeps the order that ends here if none is longer. */
  private void remember(Node node) {
    placement.undoTo(node.depth);
    int known = placement.knownPlaced();
    if (known < longestKnown || (known == longestKnown && longest.size() == LONGEST_MAX)) {
      return;
    }
    List<Operation> refused = new ArrayList<>();
    int i = placement.base();
    while (i < timeline.known.length && timeline.knownStart[i] <= node.deadline) {
      if (model.step(placement.state(), timeline.known[i]).isEmpty()) {
        refused.add(timeline.known[i]);
      }
      i = placement.nextKnown(i + 1);
    }
    if (known > longestKnown) {
      longest.clear();
      longestKnown = known;
    }
    longest.add(new Prefix(placement.operations(), placement.state().toString(), refused));
  }
}
