package io.quorate.raft.vectors;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import io.quorate.raft.log.LogIndex;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A node of a script: a core, its log, and what it has to say that its script has not let out yet.
 */
final class ScriptNode implements Effects {

  private interface Change {
    void on(List<EntryBatch> log);
  }

  /** A message, and who gets it. */
  record Outgoing(long to, Message message) {}

  final long id;
  final RaftCore core;

  /** What is durable, and applied, in the words of the scripts. */
  final List<EntryBatch> stable = new ArrayList<>();

  final List<String> applied = new ArrayList<>();
  private final List<EntryBatch> log = new ArrayList<>();
  private final Deque<Change> pending = new ArrayDeque<>();
  final List<Outgoing> outbox = new ArrayList<>();

  /** Async: of each turn that was let out, its last write. */
  final Deque<Long> turns = new ArrayDeque<>();

  private SnapshotMark snapshot;
  private long written;
  private long handedOver;
  private long persisted;

  /** Whether a change came before the leader had committed anything of its term. */
  boolean notYet;

  private long lastApplied;
  private long now;

  ScriptNode(CoreConfig config, SnapshotMark start) {
    id = config.self();
    snapshot = start;
    Restored restored =
        new Restored(
            new HardState(1, 0), new LogIndex(start.index(), start.term(), start), start, 1, false);
    // Two ticks more than the least: nobody campaigns by itself where a script does not tell it to.
    core = new RaftCore(config, restored, () -> 4 * config.heartbeatInterval().toNanos(), 0);
  }

  /** An input, and the end of a turn: the scripts expect a message for each proposal. */
  void step(Input input) {
    core.step(input, now, this);
    core.step(new Input.EndOfTurn(), now, this);
  }

  /** An input whose turn goes on. */
  void stepOnly(Input input) {
    core.step(input, now, this);
  }

  void pass(long nanos) {
    now += nanos;
  }

  void tick(long nanos) {
    pass(nanos);
    step(new Input.Tick());
  }

  boolean hasReady() {
    return written > handedOver || !outbox.isEmpty();
  }

  /** Lets out what there is; where {@code durably}, what was written is durable by then. */
  List<Outgoing> ready(boolean durably) {
    if (durably) {
      handedOver = written;
      turns.clear();
      persistTo(written);
    } else if (written > handedOver) {
      handedOver = written;
      turns.add(written);
    }
    List<Outgoing> out = List.copyOf(outbox);
    outbox.clear();
    return out;
  }

  private void persistTo(long write) {
    if (write > persisted) {
      for (long i = persisted; i < write; i++) {
        pending.remove().on(stable);
      }
      persisted = write;
      core.step(new Input.Persisted(write), now, this);
    }
  }

  /** Async: the writes of the oldest turn become durable. */
  boolean appendThread() {
    if (turns.isEmpty()) {
      return false;
    }
    persistTo(turns.remove());
    core.step(new Input.EndOfTurn(), now, this);
    return true;
  }

  void takeSnapshot(long index) {
    step(new Input.SnapshotTaken(mark(index)));
  }

  SnapshotMark mark(long index) {
    return index == snapshot.index()
        ? snapshot
        : new SnapshotMark(index, core.termAt(index), core.membershipAt(index));
  }

  static Payload.Commands commands(String text) {
    return new Payload.Commands(1, ByteBuffer.wrap(text.getBytes(UTF_8)));
  }

  private void write(long write, Change change) {
    written = write;
    change.on(log);
    pending.add(change);
  }

  @Override
  public void hardState(long write, HardState state) {
    write(write, on -> {});
  }

  @Override
  public void append(long write, EntryBatch batch) {
    write(write, on -> on.add(batch));
  }

  @Override
  public void truncate(long write, long firstIndex) {
    write(write, on -> on.removeIf(batch -> batch.firstIndex() >= firstIndex));
  }

  @Override
  public void installSnapshot(long write, SnapshotMark mark) {
    snapshot = mark;
    write(write, List::clear);
  }

  @Override
  public void send(long to, Message message) {
    outbox.add(new Outgoing(to, message));
  }

  @Override
  public void sendAppend(
      long to, long term, long previous, long previousTerm, long last, long commit, long boot) {
    List<EntryBatch> batches =
        log.stream()
            .filter(batch -> batch.firstIndex() > previous && batch.lastIndex() <= last)
            .toList();
    send(to, new Message.Append(term, previous, previousTerm, batches, commit, boot));
  }

  @Override
  public void sendSnapshot(long to, long term, long minimumIndex, long boot) {
    send(to, new Message.InstallSnapshot(term, mark(minimumIndex), boot));
  }

  @Override
  public void apply(long index) {
    log.stream()
        .filter(batch -> batch.firstIndex() > lastApplied && batch.lastIndex() <= index)
        .map(Script::text)
        .forEach(applied::add);
    lastApplied = index;
  }

  @Override
  public void readReady(long read, long index) {}

  @Override
  public void readRefused(long read, Refusal why) {}

  @Override
  public void refused(Refusal why) {
    notYet |= why == Refusal.NOT_READY;
  }

  @Override
  public void compact(long index) {
    log.removeIf(batch -> batch.lastIndex() <= index);
    stable.removeIf(batch -> batch.lastIndex() <= index);
    snapshot = core.status().snapshot();
  }

  @Override
  public void doubtOver(long write) {
    write(write, on -> {});
  }

  @Override
  public void role(RoleChange change) {}
}
