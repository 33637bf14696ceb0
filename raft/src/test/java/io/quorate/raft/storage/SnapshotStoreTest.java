package io.quorate.raft.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.quorum.NodeIds;
import io.quorate.testkit.disk.Choices;
import io.quorate.testkit.disk.Fault;
import io.quorate.testkit.disk.FaultPlan;
import io.quorate.testkit.disk.SimDisk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotStoreTest {
  private static final int CHUNK = 64;
  private static final Membership MEMBERS = Membership.of(NodeIds.of(1, 2, 3), NodeIds.of(9));
  private static final SnapshotMark OLD = new SnapshotMark(10, 1, MEMBERS);
  private static final SnapshotMark NEW = new SnapshotMark(20, 2, MEMBERS);

  private static SnapshotStore open(SimDisk disk) {
    return SnapshotStore.open(disk, CHUNK);
  }

  private static byte[] read(SnapshotStore store, SnapshotMark mark) {
    try (SnapshotReader reader = store.read(mark)) {
      assertThat(reader.mark()).isEqualTo(mark);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (ByteBuffer piece = reader.nextChunk(); piece != null; piece = reader.nextChunk()) {
        assertThat(piece.remaining()).isBetween(1, CHUNK);
        while (piece.hasRemaining()) {
          all.write(piece.get());
        }
      }
      return all.toByteArray();
    }
  }

  @Test
  void contents_come_back_whatever_their_size() {
    for (int bytes : new int[] {0, 1, 63, 64, 65, 128, 1000}) {
      SimDisk disk = new SimDisk();
      StoreWorld.writeSnapshot(open(disk), NEW, bytes);
      SnapshotStore again = open(disk.afterPowerLoss(Choices.oldest()));
      assertThat(again.latest()).contains(NEW);
      assertThat(read(again, NEW)).isEqualTo(StoreWorld.contents(NEW, bytes));
    }
  }

  @Test
  void the_newest_two_are_kept_and_one_that_is_being_read_stays_readable() {
    SnapshotStore store = open(new SimDisk());
    StoreWorld.writeSnapshot(store, OLD, 100);
    try (SnapshotReader reader = store.read(OLD)) {
      StoreWorld.writeSnapshot(store, NEW, 100);
      SnapshotMark newest = new SnapshotMark(30, 2, MEMBERS);
      StoreWorld.writeSnapshot(store, newest, 100);
      assertThat(store.marks()).containsExactly(NEW, newest);
      reader.verify();
    }
    assertThatThrownBy(() -> store.read(OLD)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void one_that_is_given_up_leaves_nothing() throws IOException {
    SimDisk disk = new SimDisk();
    SnapshotStore store = open(disk);
    try (SnapshotWriter writer = store.write(NEW)) {
      writer.write(ByteBuffer.allocate(1000));
    }
    assertThat(disk.list()).isEmpty();
    assertThat(store.latest()).isEmpty();
  }

  @Test
  void the_power_goes_at_every_operation_and_what_is_there_is_whole() {
    SimDisk whole = new SimDisk();
    write(whole);
    for (int crash = 0; crash < whole.changes(); crash++) {
      SimDisk disk = new SimDisk();
      disk.plan(FaultPlan.at(crash, new Fault.PowerLoss(crash * 7 % 60)));
      int at = crash;
      int[] written = {0};
      assertThat(StoreWorld.survives(() -> written[0] = write(disk))).as("%d", at).isFalse();
      for (long seed = 0; seed < 20; seed++) {
        SimDisk left =
            disk.copy()
                .afterPowerLoss(
                    seed == 0 ? Choices.newest() : Choices.seeded(1000L * crash + seed));
        SnapshotStore store = open(left);
        for (SnapshotMark mark : store.marks()) {
          assertThat(read(store, mark)).isEqualTo(StoreWorld.contents(mark, 150));
        }
        try {
          assertThat(left.list()).as("nothing unfinished").hasSize(store.marks().size());
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
      SnapshotStore oldest = open(disk.afterPowerLoss(Choices.oldest()));
      if (oldest.latest().isEmpty()) {
        assertThat(crash).as("the first one was finished").isLessThan(whole.changes() / 2 + 2);
      }
    }
  }

  /** Returns how many were finished. */
  private static int write(SimDisk disk) {
    SnapshotStore store = open(disk);
    StoreWorld.writeSnapshot(store, OLD, 150);
    StoreWorld.writeSnapshot(store, NEW, 150);
    return 2;
  }

  @Test
  void a_flip_of_any_byte_is_found_and_the_older_one_taken() {
    SimDisk disk = new SimDisk();
    write(disk);
    String name = SnapshotFile.name(NEW);
    int length = disk.contents(name).length;
    for (int at = 0; at < length; at++) {
      SimDisk rotten = disk.copy();
      rotten.flip(name, at, at % 8);
      assertThat(open(rotten).latest()).as("byte %d", at).contains(OLD);
    }
    System.out.println(length + " bytes flipped");
  }

  @Test
  void one_of_a_newer_release_is_refused_and_not_deleted() throws IOException {
    SimDisk disk = new SimDisk();
    write(disk);
    for (int at = 4; at < 8; at++) {
      disk.flip(SnapshotFile.name(NEW), at, 1);
    }
    assertThat(catchThrowableOfType(StoreFormatException.class, () -> open(disk)))
        .hasMessageContaining("version: 3");
    assertThat(disk.list()).contains(SnapshotFile.name(NEW));
  }

  @Test
  void one_that_rots_while_the_store_is_open_is_not_handed_out_to_its_end() {
    SimDisk disk = new SimDisk();
    SnapshotStore store = open(disk);
    StoreWorld.writeSnapshot(store, NEW, 300);
    disk.flip(SnapshotFile.name(NEW), 250, 2);
    SnapshotDamagedException damaged =
        catchThrowableOfType(SnapshotDamagedException.class, () -> read(store, NEW));
    assertThat(damaged).hasMessageContaining("checksum of the chunk");
  }

  private static ByteBuffer file(SnapshotStore from, SnapshotMark mark, long offset, int bytes) {
    try (SnapshotReader reader = from.read(mark)) {
      ByteBuffer piece = ByteBuffer.allocate(bytes);
      int read = reader.readFile(piece, offset);
      assertThat(read).isEqualTo(piece.position());
      return piece.flip();
    }
  }

  private static void receive(SnapshotStore from, SnapshotReceiver to, long until) {
    while (to.wanted() < until) {
      ByteBuffer piece = file(from, NEW, to.wanted(), (int) Math.min(50, until - to.wanted()));
      if (!piece.hasRemaining()) {
        return;
      }
      long before = to.wanted();
      assertThat(to.accept(before + 1, piece.duplicate())).as("a gap").isEqualTo(before);
      assertThat(to.accept(before, piece)).isGreaterThan(before);
      assertThat(to.accept(before, ByteBuffer.allocate(9))).as("again").isEqualTo(to.wanted());
    }
  }

  private static SnapshotStore sender() {
    SnapshotStore from = open(new SimDisk());
    StoreWorld.writeSnapshot(from, NEW, 500);
    return from;
  }

  @Test
  void receiving_goes_on_after_a_restart_where_whole_chunks_end() {
    SnapshotStore from = sender();
    SimDisk disk = new SimDisk();
    try (SnapshotReceiver first = open(disk).receive(NEW)) {
      assertThat(first.wanted()).isZero();
      receive(from, first, 300);
    }
    SnapshotStore to = open(disk.afterProcessDeath());
    assertThat(to.latest()).isEmpty();
    try (SnapshotReceiver second = to.receive(NEW)) {
      assertThat(second.wanted()).isBetween(200L, 300L);
      receive(from, second, Long.MAX_VALUE);
      second.finish();
    }
    assertThat(read(to, NEW)).isEqualTo(StoreWorld.contents(NEW, 500));
  }

  @Test
  void receiving_after_the_power_went_takes_nothing_that_is_not_whole() {
    SnapshotStore from = sender();
    for (long seed = 0; seed < 50; seed++) {
      SimDisk disk = new SimDisk();
      SnapshotReceiver first = open(disk).receive(NEW);
      receive(from, first, 400);
      SimDisk left = disk.afterPowerLoss(Choices.seeded(seed));
      SnapshotStore to = open(left);
      try (SnapshotReceiver second = to.receive(NEW)) {
        receive(from, second, Long.MAX_VALUE);
        second.finish();
      }
      SnapshotStore again = open(left.afterPowerLoss(Choices.oldest()));
      assertThat(read(again, NEW)).isEqualTo(StoreWorld.contents(NEW, 500));
    }
  }

  @Test
  void what_was_received_wrong_is_refused_and_dropped() throws IOException {
    SnapshotStore from = sender();
    SimDisk disk = new SimDisk();
    SnapshotStore to = open(disk);
    SnapshotReceiver short_ = to.receive(NEW);
    receive(from, short_, 300);
    assertThat(catchThrowableOfType(SnapshotDamagedException.class, short_::finish)).isNotNull();
    assertThat(disk.list()).isEmpty();
    SnapshotReceiver other = to.receive(new SnapshotMark(21, 2, MEMBERS));
    ByteBuffer all = file(from, NEW, 0, 10_000);
    other.accept(0, all);
    assertThat(catchThrowableOfType(SnapshotDamagedException.class, other::finish))
        .hasMessageContaining("mark");
    assertThat(to.latest()).isEmpty();
    assertThat(disk.list()).isEmpty();
  }

  @Test
  void a_part_that_is_older_than_what_is_there_is_dropped_at_the_next_start() throws IOException {
    SimDisk disk = new SimDisk();
    SnapshotStore store = open(disk);
    store.receive(OLD).close();
    StoreWorld.writeSnapshot(store, NEW, 10);
    assertThat(disk.list()).hasSize(2);
    open(disk);
    assertThat(disk.list()).isEqualTo(List.of(SnapshotFile.name(NEW)));
  }
}
