package io.quorate.raft.core;

import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.membership.MembershipChange;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A group of pure cores with logs in memory and a network made of a list: nothing happens unless
 * the test makes it happen, or asks for {@link #settle}. Time is a number.
 *
 * <p>Watches on the way that no term has two leaders and that all apply the same.
 */
final class CoreCluster {
  /** More than any test's messages between two quiet moments. */
  private static final int STEPS_MAX = 200_000;

  /** A message under way. */
  record Envelope(long from, long to, Message message) {
    @Override
    public String toString() {
      String text =
          message instanceof Message.Append append
              ? "Append[term=%d, previous=%d/%d, %s, commit=%d]"
                  .formatted(
                      append.term(),
                      append.previousTerm(),
                      append.previousIndex(),
                      append.batches().stream().map(RecordingEffects::text).toList(),
                      append.commitIndex())
              : message.toString();
      return from + "->" + to + " " + text;
    }
  }

  final Map<Long, CoreNode> nodes = new LinkedHashMap<>();
  final List<Envelope> network = new ArrayList<>();
  private final UnaryOperator<CoreConfig.Builder> options;
  private final Map<Long, Long> leaders = new TreeMap<>();
  private final Map<Long, String> applied = new TreeMap<>();
  private Predicate<Envelope> cut = envelope -> false;
  long now;

  CoreCluster(Membership membership, UnaryOperator<CoreConfig.Builder> options) {
    this.options = options;
    for (long id : membership.members().toArray()) {
      add(id, SnapshotMark.beginning(membership));
    }
  }

  /** Nodes 1 to {@code voters}, all new, with the defaults. */
  static CoreCluster of(int voters) {
    return of(voters, config -> config);
  }

  static CoreCluster of(int voters, UnaryOperator<CoreConfig.Builder> options) {
    long[] ids = new long[voters];
    for (int i = 0; i < voters; i++) {
      ids[i] = i + 1L;
    }
    return new CoreCluster(Membership.of(ids), options);
  }

  /** A node that starts from a snapshot; of one that knows nobody, {@link Membership#NONE}. */
  CoreNode add(long id, SnapshotMark start) {
    CoreNode node = new CoreNode(this, options.apply(CoreConfig.builder(id)).build(), start);
    nodes.put(id, node);
    node.start(false);
    return node;
  }

  CoreNode node(long id) {
    CoreNode node = nodes.get(id);
    if (node == null) {
      throw new IllegalArgumentException("id: " + id + " (expected: one of " + nodes.keySet());
    }
    return node;
  }

  /** The node that leads the highest term; null where none does. */
  @Nullable CoreNode leader() {
    return nodes.values().stream()
        .filter(node -> node.isUp() && node.core().isLeader())
        .max((a, b) -> Long.compare(a.term(), b.term()))
        .orElse(null);
  }

  /** The node that leads, of a group where one must. */
  CoreNode leading() {
    CoreNode leader = leader();
    if (leader == null) {
      throw new AssertionError("nobody leads (expected: somebody)");
    }
    return leader;
  }

  void sent(long from, long to, Message message) {
    network.add(new Envelope(from, to, message));
  }

  /** A node says who leads: no term may have two. */
  void leads(long term, long node) {
    Long other = leaders.putIfAbsent(term, node);
    if (other != null && other != node) {
      throw new AssertionError("term %d has leaders %d and %d".formatted(term, other, node));
    }
  }

  /** A node applies a batch: all have to apply the same. */
  void applies(long node, long index, String batch) {
    String other = applied.putIfAbsent(index, batch);
    if (other != null && !other.equals(batch)) {
      throw new AssertionError("node %d applies %s, others %s".formatted(node, batch, other));
    }
  }

  /** From now on, messages that this holds for are lost. */
  void cut(Predicate<Envelope> lost) {
    cut = lost;
  }

  /** Nothing reaches a node and nothing comes from it. */
  void isolate(long node) {
    cut(envelope -> envelope.from() == node || envelope.to() == node);
  }

  void heal() {
    cut = envelope -> false;
  }

  /** Loses what is under way and this holds for; returns how many messages that were. */
  int drop(Predicate<Envelope> lost) {
    int before = network.size();
    network.removeIf(lost);
    return before - network.size();
  }

  /** Delivers what is under way now and this holds for, in order. */
  void deliver(Predicate<Envelope> wanted) {
    List<Envelope> due = network.stream().filter(wanted).toList();
    network.removeAll(due);
    due.forEach(this::deliver);
  }

  /** Delivers one message, whether or not it is under way: again, late, or in another order. */
  void deliver(Envelope envelope) {
    CoreNode to = nodes.get(envelope.to());
    if (to != null && to.isUp() && !cut.test(envelope)) {
      to.receive(envelope.from(), envelope.message());
    }
  }

  /** Makes durable, ends turns and delivers until nothing is left to do. */
  CoreCluster settle() {
    for (int i = 0; i < STEPS_MAX; i++) {
      boolean quiet = network.isEmpty();
      deliver(envelope -> true);
      for (CoreNode node : nodes.values()) {
        if (node.isUp()) {
          quiet &= !node.hasPending();
          node.persistAll();
          node.step(new Input.EndOfTurn());
        }
      }
      if (quiet && network.isEmpty()) {
        return this;
      }
    }
    throw new AssertionError("never quiet: " + network);
  }

  /** Time passes in steps of half a heartbeat, and all that comes of it happens. */
  CoreCluster advance(Duration time) {
    long step = Duration.ofMillis(50).toNanos();
    for (long end = now + time.toNanos(); now < end; ) {
      now = Math.min(end, now + step);
      for (CoreNode node : nodes.values()) {
        if (node.isUp()) {
          node.step(new Input.Tick());
        }
      }
      settle();
    }
    return this;
  }

  /** A node campaigns and, if the others let it, leads. */
  CoreCluster elect(long node) {
    node(node).step(new Input.Campaign());
    return settle();
  }

  CoreCluster propose(long node, int count) {
    node(node).propose(count);
    return this;
  }

  CoreCluster change(long node, MembershipChange... changes) {
    node(node).step(new Input.ChangeMembership(List.of(changes)));
    return this;
  }

  /** {@code count} commands of ten bytes each. */
  static Payload.Commands commands(int count) {
    return new Payload.Commands(count, ByteBuffer.allocate(10 * count));
  }
}
