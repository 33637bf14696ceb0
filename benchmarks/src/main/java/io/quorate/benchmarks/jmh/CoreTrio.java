package io.quorate.benchmarks.jmh;

import io.quorate.raft.core.CoreConfig;
import io.quorate.raft.core.Effects;
import io.quorate.raft.core.HardState;
import io.quorate.raft.core.Input;
import io.quorate.raft.core.Message;
import io.quorate.raft.core.RaftCore;
import io.quorate.raft.core.Refusal;
import io.quorate.raft.core.Restored;
import io.quorate.raft.core.RoleChange;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Three pure cores on one thread, wired by a queue: no disk, no network, no state machine. A write
 * is durable at the end of the turn that asked for it.
 */
final class CoreTrio {
  private static final int NODES = 3;
  private static final int COMPACT_EVERY = 1_000;

  private record Letter(long from, int to, Message message) {}

  private final Deque<Letter> letters = new ArrayDeque<>();
  private final List<Node> nodes = new ArrayList<>();
  private long now = 1;
  private long rounds;

  CoreTrio() {
    for (long id = 1; id <= NODES; id++) {
      nodes.add(new Node(id));
    }
    nodes.getFirst().step(new Input.Campaign());
    settle();
    if (!nodes.getFirst().core.isLeader()) {
      throw new IllegalStateException("leader: none (expected: node 1)");
    }
  }

  /** Has the three agree on as many commands, as one batch; returns the last entry. */
  long agree(int commands, ByteBuffer bytes) {
    now += 1_000;
    nodes.getFirst().step(new Input.Propose(new Payload.Commands(commands, bytes)));
    settle();
    if (++rounds % COMPACT_EVERY == 0) {
      nodes.forEach(Node::compact);
    }
    return nodes.getLast().applied;
  }

  private void settle() {
    boolean any = true;
    while (any) {
      any = false;
      for (Letter each = letters.poll(); each != null; each = letters.poll()) {
        any = true;
        nodes.get(each.to).step(new Input.Receive(each.from, each.message));
      }
      for (Node node : nodes) {
        any |= node.persist();
        node.step(new Input.EndOfTurn());
      }
      any |= !letters.isEmpty();
    }
  }

  /** A core, and what it wants done, done in memory. */
  private final class Node implements Effects {
    private final long id;
    private final RaftCore core;
    private final List<EntryBatch> log = new ArrayList<>();
    private long written;
    private long persisted;
    private long applied;

    Node(long id) {
      this.id = id;
      core =
          new RaftCore(
              CoreConfig.builder(id).retainBytesMax(0).build(),
              Restored.beginning(SnapshotMark.beginning(Membership.of(1, 2, 3))),
              new SplittableRandom(id),
              now);
    }

    void step(Input input) {
      core.step(input, now, this);
    }

    boolean persist() {
      if (written == persisted) {
        return false;
      }
      persisted = written;
      step(new Input.Persisted(written));
      return true;
    }

    void compact() {
      step(
          new Input.SnapshotTaken(
              new SnapshotMark(applied, core.termAt(applied), core.membershipAt(applied))));
    }

    @Override
    public void hardState(long write, HardState state) {
      written = write;
    }

    @Override
    public void append(long write, EntryBatch batch) {
      written = write;
      log.add(batch);
    }

    @Override
    public void truncate(long write, long firstIndex) {
      throw new IllegalStateException("truncate: " + firstIndex + " (expected: never)");
    }

    @Override
    public void installSnapshot(long write, SnapshotMark mark) {
      throw new IllegalStateException("snapshot: " + mark + " (expected: none)");
    }

    @Override
    public void send(long to, Message message) {
      letters.add(new Letter(id, (int) to - 1, message));
    }

    @Override
    public void sendAppend(
        long to,
        long term,
        long previousIndex,
        long previousTerm,
        long lastIndex,
        long commitIndex,
        long boot) {
      int end = log.size();
      int begin = end;
      while (begin > 0 && log.get(begin - 1).firstIndex() > previousIndex) {
        begin--;
      }
      while (end > begin && log.get(end - 1).lastIndex() > lastIndex) {
        end--;
      }
      send(
          to,
          new Message.Append(
              term, previousIndex, previousTerm, log.subList(begin, end), commitIndex, boot));
    }

    @Override
    public void sendSnapshot(long to, long term, long minimumIndex, long boot) {
      throw new IllegalStateException("snapshot: to " + to + " (expected: none)");
    }

    @Override
    public void apply(long index) {
      applied = index;
    }

    @Override
    public void readReady(long read, long index) {}

    @Override
    public void readRefused(long read, Refusal why) {}

    @Override
    public void refused(Refusal why) {
      throw new IllegalStateException("refused: " + why + " (expected: never)");
    }

    @Override
    public void compact(long index) {
      int gone = 0;
      while (gone < log.size() && log.get(gone).lastIndex() <= index) {
        gone++;
      }
      log.subList(0, gone).clear();
    }

    @Override
    public void doubtOver(long write) {
      written = write;
    }

    @Override
    public void role(RoleChange change) {}
  }
}
