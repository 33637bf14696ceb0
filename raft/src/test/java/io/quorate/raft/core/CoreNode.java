package io.quorate.raft.core;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.LogIndex;
import io.quorate.raft.log.SnapshotMark;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node of a {@link CoreCluster}: a core, its disk, and what it was asked to write and has not
 * made durable. Writes stay pending until the test persists them; a crash loses them.
 */
final class CoreNode implements Effects {

  /** What the disk holds, or would hold once all writes are durable. */
  private record Disk(
      HardState hardState, List<EntryBatch> log, SnapshotMark base, SnapshotMark snapshot) {
    Disk copy() {
      return new Disk(hardState, new ArrayList<>(log), base, snapshot);
    }

    Disk with(SnapshotMark taken) {
      return new Disk(hardState, log, base, taken);
    }

    Disk with(HardState other) {
      return new Disk(other, log, base, snapshot);
    }
  }

  private interface Change {
    Disk on(Disk disk);
  }

  private final CoreCluster cluster;
  private final CoreConfig config;
  private @Nullable RaftCore core;

  /** What is durable. */
  private Disk disk;

  /** What the core believes the log to be; the bytes of messages come from here. */
  private Disk memory;

  private final Deque<Change> pending = new ArrayDeque<>();
  private long written;
  private long persisted;
  private long boot;
  private long applied;

  /** Of the runtime's own doing, in order. */
  final List<String> told = new ArrayList<>();

  /** Of each batch applied, its text. */
  final List<String> appliedBatches = new ArrayList<>();

  CoreNode(CoreCluster cluster, CoreConfig config, SnapshotMark start) {
    this.cluster = cluster;
    this.config = config;
    disk = new Disk(new HardState(start.term(), 0), new ArrayList<>(), start, start);
    memory = disk.copy();
  }

  long id() {
    return config.self();
  }

  boolean isUp() {
    return core != null;
  }

  RaftCore core() {
    return requireNonNull(core, "the node is down");
  }

  Status status() {
    return core().status();
  }

  long term() {
    return status().hardState().term();
  }

  /** Starts with what is durable. */
  void start(boolean inDoubt) {
    LogIndex log = new LogIndex(disk.base.index(), disk.base.term(), disk.snapshot);
    disk.log.forEach(log::append);
    memory = disk.copy();
    pending.clear();
    written = 0;
    persisted = 0;
    boot++;
    applied = disk.snapshot.index();
    Restored restored = new Restored(disk.hardState, log, disk.snapshot, boot, inDoubt);
    core = new RaftCore(config, restored, () -> 2 * id() * 100_000_000L, cluster.now);
  }

  /** Loses what is not durable, and what was to be told. */
  void crash() {
    core = null;
    pending.clear();
  }

  /** As a crash, and the last durable batches are gone too. */
  void crashLosing(int batches) {
    crash();
    for (int i = 0; i < batches; i++) {
      disk.log.removeLast();
    }
  }

  void restart() {
    crash();
    start(false);
  }

  void step(Input input) {
    core().step(input, cluster.now, this);
  }

  void receive(long from, Message message) {
    step(new Input.Receive(from, message));
  }

  void propose(int count) {
    step(new Input.Propose(CoreCluster.commands(count)));
  }

  boolean hasPending() {
    return !pending.isEmpty();
  }

  int pendingWrites() {
    return pending.size();
  }

  /** Makes the oldest {@code writes} durable and says so once. */
  void persist(int writes) {
    for (int i = 0; i < writes; i++) {
      disk = pending.remove().on(disk);
      persisted++;
    }
    step(new Input.Persisted(persisted));
  }

  void persistAll() {
    if (!pending.isEmpty()) {
      persist(pending.size());
    }
  }

  /** A snapshot of all that is applied becomes durable. */
  void takeSnapshot() {
    long index = status().applyIndex();
    SnapshotMark snapshot =
        new SnapshotMark(index, core().termAt(index), core().membershipAt(index));
    disk = disk.with(snapshot);
    memory = memory.with(snapshot);
    step(new Input.SnapshotTaken(snapshot));
  }

  /** The batches of the log as the core has it, as text. */
  List<String> log() {
    return memory.log.stream().map(RecordingEffects::text).toList();
  }

  /** The batches of the log as the core has it. */
  List<EntryBatch> batches() {
    return List.copyOf(memory.log);
  }

  private void write(long write, Change change) {
    if (write != ++written) {
      throw new AssertionError("write %d follows %d".formatted(write, written - 1));
    }
    pending.add(change);
    memory = change.on(memory);
  }

  @Override
  public void hardState(long write, HardState state) {
    write(write, on -> on.with(state));
  }

  @Override
  public void append(long write, EntryBatch batch) {
    write(
        write,
        on -> {
          on.log.add(batch);
          return on;
        });
  }

  @Override
  public void truncate(long write, long firstIndex) {
    write(
        write,
        on -> {
          on.log.removeIf(batch -> batch.firstIndex() >= firstIndex);
          return on;
        });
  }

  @Override
  public void installSnapshot(long write, SnapshotMark mark) {
    applied = mark.index();
    write(write, on -> new Disk(on.hardState, new ArrayList<>(), mark, mark));
  }

  @Override
  public void send(long to, Message message) {
    cluster.sent(id(), to, message);
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
    List<EntryBatch> batches =
        memory.log.stream()
            .filter(each -> each.firstIndex() > previousIndex && each.lastIndex() <= lastIndex)
            .toList();
    Message.Append append =
        new Message.Append(term, previousIndex, previousTerm, batches, commitIndex, boot);
    if (append.lastIndex() != lastIndex) {
      throw new AssertionError("%s (expected: up to %d)".formatted(append, lastIndex));
    }
    cluster.sent(id(), to, append);
  }

  @Override
  public void sendSnapshot(long to, long term, long minimumIndex, long boot) {
    if (memory.snapshot.index() < minimumIndex) {
      throw new AssertionError("%s (expected: >= %d)".formatted(memory.snapshot, minimumIndex));
    }
    cluster.sent(id(), to, new Message.InstallSnapshot(term, memory.snapshot, boot));
  }

  @Override
  public void apply(long index) {
    if (index <= applied) {
      throw new AssertionError("apply %d follows %d".formatted(index, applied));
    }
    for (EntryBatch batch : memory.log) {
      if (batch.firstIndex() > applied && batch.lastIndex() <= index) {
        String text = RecordingEffects.text(batch);
        appliedBatches.add(text);
        cluster.applies(id(), batch.firstIndex(), text);
      }
    }
    applied = index;
  }

  @Override
  public void readReady(long read, long index) {
    told.add("read %d at %d".formatted(read, index));
  }

  @Override
  public void readRefused(long read, Refusal why) {
    told.add("read %d refused %s".formatted(read, why));
  }

  @Override
  public void refused(Refusal why) {
    told.add("refused " + why);
  }

  @Override
  public void compact(long index) {
    // Whatever is gone from memory is gone from the disk as well: only snapshots can stand in.
    disk = compacted(disk, index);
    memory = compacted(memory, index);
  }

  private Disk compacted(Disk on, long index) {
    List<EntryBatch> kept = new ArrayList<>(on.log);
    kept.removeIf(batch -> batch.lastIndex() <= index);
    return new Disk(
        on.hardState,
        kept,
        new SnapshotMark(index, core().termAt(index), core().membershipAt(index)),
        on.snapshot);
  }

  @Override
  public void doubtOver(long write) {
    write(write, on -> on);
    told.add("doubt over");
  }

  @Override
  public void role(RoleChange change) {
    if (change.role() == Role.LEADER) {
      cluster.leads(change.term(), id());
    }
  }
}
