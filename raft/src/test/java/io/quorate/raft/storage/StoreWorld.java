package io.quorate.raft.storage;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.core.wal.WalConfig;
import io.quorate.core.wal.WalException;
import io.quorate.core.wal.WalRuntime;
import io.quorate.raft.core.HardState;
import io.quorate.raft.core.Restored;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.testkit.disk.Choices;
import io.quorate.testkit.disk.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A store on simulated disks, next to a record of what was asked of it. Each group has its own
 * history; {@link #reopen} checks that what is found is a state the group was in, not older than
 * what was told to be durable.
 */
final class StoreWorld {
  static final Membership MEMBERS = Membership.of(1, 2, 3);
  static final SnapshotMark BEGINNING = SnapshotMark.beginning(MEMBERS);
  static final RaftStoreConfig SMALL =
      new RaftStoreConfig(
          WalConfig.defaults()
              .segmentBytes(16 << 10)
              .queueBytesMax(8 << 10)
              .recordBytesMax(3 << 10)
              .freeBytesMin(0),
          2 << 10);

  /** What a group looked like after a write. */
  record Past(long write, HardState hardState, List<EntryBatch> log, SnapshotMark snapshot) {}

  /** A group as the test knows it. */
  static final class Group {
    final int number;
    SimDisk snapshotDisk = new SimDisk();
    @Nullable GroupStore store;
    @Nullable SnapshotStore snapshots;
    long write;
    HardState hardState = HardState.NONE;
    List<EntryBatch> log = new ArrayList<>();
    SnapshotMark snapshot = BEGINNING;

    /** States since the last opening, the first is what it found. */
    List<Past> past = new ArrayList<>();

    /** How many of {@link #past} are older than what was told to be durable. */
    int durable;

    long boot;
    int told;

    Group(int number) {
      this.number = number;
      remember();
    }

    GroupStore store() {
      return requireNonNull(store, "store");
    }

    SnapshotStore snapshots() {
      return requireNonNull(snapshots, "snapshots");
    }

    long lastIndex() {
      return log.isEmpty() ? snapshot.index() : log.getLast().lastIndex();
    }

    void remember() {
      past.add(new Past(write, hardState, List.copyOf(log), snapshot));
    }
  }

  final RaftStoreConfig config;
  SimDisk disk = new SimDisk();
  @Nullable RaftStore store;
  final TreeMap<Integer, Group> groups = new TreeMap<>();
  long nanos;
  long seed = 1;

  StoreWorld(RaftStoreConfig config, int... numbers) {
    this.config = config;
    for (int number : numbers) {
      groups.put(number, new Group(number));
    }
  }

  static StoreWorld opened(int... numbers) {
    StoreWorld world = new StoreWorld(SMALL, numbers);
    world.open();
    return world;
  }

  RaftStore store() {
    return requireNonNull(store, "store");
  }

  Group group(int number) {
    return requireNonNull(groups.get(number), "group");
  }

  void openStore() {
    store = RaftStore.open(disk, config, WalRuntime.inline(() -> nanos, seed++));
  }

  void openGroup(Group group) {
    group.snapshots = SnapshotStore.open(group.snapshotDisk, 64);
    group.store = store().open(group.number, BEGINNING, group.snapshots, () -> group.told++);
  }

  /** What is found is what is known, and durable. */
  private static void start(Group group) {
    group.boot = group.store().restored().boot();
    group.write = 0;
    group.past.clear();
    group.remember();
    group.durable = 0;
  }

  /** Opens all that is new, or was closed in good order. */
  void open() {
    openStore();
    for (Group group : groups.values()) {
      openGroup(group);
      start(group);
    }
  }

  void hardState(int number, long term, long vote) {
    Group group = group(number);
    group.hardState = new HardState(term, vote);
    group.write++;
    group.remember();
    group.store().hardState(group.write, group.hardState);
  }

  static EntryBatch batch(long term, long first, int count, int bytes) {
    byte[] contents = new byte[bytes];
    Arrays.fill(contents, (byte) (term * 31 + first));
    return new EntryBatch(term, first, new Payload.Commands(count, ByteBuffer.wrap(contents)));
  }

  /** Appends a batch of the current term. */
  void append(int number, int count, int bytes) {
    Group group = group(number);
    append(number, batch(group.hardState.term(), group.lastIndex() + 1, count, bytes));
  }

  void append(int number, EntryBatch batch) {
    Group group = group(number);
    group.log.add(batch);
    group.write++;
    group.remember();
    group.store().append(group.write, batch);
  }

  void truncate(int number, long firstIndex) {
    Group group = group(number);
    group.log.removeIf(each -> each.firstIndex() >= firstIndex);
    group.write++;
    group.remember();
    group.store().truncate(group.write, firstIndex);
  }

  void compact(int number, long index) {
    Group group = group(number);
    group.store().compact(index);
  }

  /** Writes a snapshot of the last entry at or before {@code index}. */
  SnapshotMark takeSnapshot(int number, long index, int bytes) {
    Group group = group(number);
    EntryBatch last =
        group.log.stream()
            .filter(each -> each.lastIndex() <= index)
            .reduce((a, b) -> b)
            .orElseThrow();
    SnapshotMark mark = new SnapshotMark(last.lastIndex(), last.term(), MEMBERS);
    writeSnapshot(group.snapshots(), mark, bytes);
    group.snapshot = mark;
    return mark;
  }

  static void writeSnapshot(SnapshotStore snapshots, SnapshotMark mark, int bytes) {
    try (SnapshotWriter writer = snapshots.write(mark)) {
      writer.write(ByteBuffer.wrap(contents(mark, bytes)));
      writer.finish();
    }
  }

  static byte[] contents(SnapshotMark mark, int bytes) {
    byte[] contents = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      contents[i] = (byte) (mark.index() * 7 + i);
    }
    return contents;
  }

  void install(int number, SnapshotMark mark) {
    Group group = group(number);
    group.log.clear();
    group.snapshot = mark;
    group.write++;
    group.remember(); // From here on: a snapshot that is there counts at the next start.
    writeSnapshot(group.snapshots(), mark, 100);
    group.store().installSnapshot(group.write, mark);
  }

  /** Makes all that was written durable. */
  void sync() {
    groups.values().forEach(group -> group.store().flush());
    store().pump();
    store().pump();
    groups.values().forEach(StoreWorld::hear);
    store()
        .failure()
        .ifPresent(
            failed -> {
              throw failed;
            });
    for (Group group : groups.values()) {
      assertThat(group.store().persistedUpTo()).isEqualTo(group.write);
    }
  }

  /** Learns what is durable. */
  static void hear(Group group) {
    long write = group.store().persistedUpTo();
    while (group.durable + 1 < group.past.size()
        && group.past.get(group.durable + 1).write() <= write) {
      group.durable++;
    }
  }

  /** A copy of what is known, on other disks, with nothing open. */
  StoreWorld fork(SimDisk disk, UnaryOperator<SimDisk> snapshotDisk) {
    StoreWorld fork = new StoreWorld(config);
    fork.disk = disk;
    fork.seed = seed + 100;
    groups.forEach(
        (number, group) -> {
          Group twin = new Group(number);
          twin.snapshotDisk = snapshotDisk.apply(group.snapshotDisk);
          twin.hardState = group.hardState;
          twin.log = new ArrayList<>(group.log);
          twin.snapshot = group.snapshot;
          twin.past = new ArrayList<>(group.past);
          twin.durable = group.durable;
          twin.boot = group.boot;
          fork.groups.put(number, twin);
        });
    return fork;
  }

  void close() {
    store().close();
    store = null;
  }

  /** Closes in good order, and opens again. */
  void restart() {
    sync();
    close();
    disk = disk.afterPowerLoss(Choices.oldest());
    for (Group group : groups.values()) {
      group.snapshotDisk = group.snapshotDisk.afterPowerLoss(Choices.oldest());
    }
    reopen();
  }

  /** Opens after a crash; checks what is found, which becomes what is known. */
  void reopen() {
    openStore();
    for (Group group : groups.values()) {
      List<Past> possible = List.copyOf(group.past.subList(group.durable, group.past.size()));
      openGroup(group);
      check(group, possible);
    }
  }

  private static void check(Group group, List<Past> possible) {
    Restored found = group.store().restored();
    assertThat(found.boot()).as("boot of %d", group.number).isGreaterThan(group.boot);
    assertThat(found.inDoubt()).as("%d in doubt", group.number).isFalse();
    assertThat(group.store().hardStateInDoubt()).isFalse();
    List<EntryBatch> log = logOf(group);
    int at = 0;
    while (at < possible.size() && !isLog(found, log, possible.get(at))) {
      at++;
    }
    assertThat(at)
        .as("%d is in none of %s: %s %s", group.number, possible, found.snapshot(), log)
        .isLessThan(possible.size());
    // The slot may be ahead of the log, which may be ahead of what was told.
    assertThat(possible.subList(at, possible.size()))
        .as("%d: hard states it may have", group.number)
        .anyMatch(
            past ->
                past.hardState.equals(found.hardState())
                    || (past.hardState.term() < found.snapshot().term()
                        && new HardState(found.snapshot().term(), 0).equals(found.hardState())));
    group.hardState = found.hardState();
    group.log = new ArrayList<>(log);
    group.snapshot = found.snapshot();
    start(group);
  }

  private static boolean isLog(Restored found, List<EntryBatch> log, Past past) {
    return log.equals(from(found, past.log)) && reaches(found, past);
  }

  /** Compaction may or may not have happened: what is left is compared. */
  private static List<EntryBatch> from(Restored found, List<EntryBatch> log) {
    return log.stream().filter(each -> each.firstIndex() > found.log().baseIndex()).toList();
  }

  private static boolean reaches(Restored found, Past past) {
    long last = past.log.isEmpty() ? past.snapshot.index() : past.log.getLast().lastIndex();
    return found.log().lastIndex() == Math.max(last, found.snapshot().index());
  }

  /** What a group's store gives, read from the disk, and compared with what it restored. */
  static List<EntryBatch> logOf(Group group) {
    GroupStore store = group.store();
    List<EntryBatch> read = store.read(store.baseIndex() + 1, store.lastIndex());
    var index = store.restored().log();
    assertThat(read).hasSize(index.batches());
    for (EntryBatch each : read) {
      assertThat(index.term(each.firstIndex())).isEqualTo(each.term());
      assertThat(index.batchLast(each.firstIndex())).isEqualTo(each.lastIndex());
      assertThat(index.bytes(each.firstIndex(), each.lastIndex())).isEqualTo(each.sizeBytes());
    }
    return read;
  }

  List<String> segments() {
    try {
      return disk.list().stream().filter(name -> name.endsWith(".wal")).sorted().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Runs a step; returns false when the disk or the store said no. */
  static boolean survives(Runnable step) {
    try {
      step.run();
      return true;
    } catch (StorageException | WalException failed) {
      return false;
    }
  }
}
