package io.quorate.raft.storage;

import io.quorate.core.wal.Disk;
import io.quorate.core.wal.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The second place of a group's state: two small files, written in turn, so that a write that goes
 * wrong leaves the other. 64 bytes each, in one sector:
 *
 * <pre>
 *   magic 4 | version 1 | flags 1 | group 2 | sequence 8 | term 8 | vote 8 | boot 8 | proven 8 | CRC32C 4
 * </pre>
 *
 * <p>{@code proven} is how far the log was durable when the slot was written: a log that ends
 * before has lost its end. Used by one thread at a time.
 */
final class HardStateSlots {
  private static final int MAGIC = 0x71686173;
  private static final int VERSION = 1;
  private static final int BYTES = 64;
  private static final int CRC_AT = 48;

  /**
   * What a slot says.
   *
   * @param sequence grows with each write of the pair
   */
  record Slot(long sequence, GroupState state, long proven) {}

  private final Disk disk;
  private final int group;
  private final List<String> names;
  private final @Nullable Slot[] slots = new Slot[2];

  /** Which files are there; their names are durable, for opening the log syncs the directory. */
  private final boolean[] made = new boolean[2];

  private long sequence;

  HardStateSlots(Disk disk, int group) {
    this.disk = disk;
    this.group = group;
    names = List.of("hard-state-%05d-a".formatted(group), "hard-state-%05d-b".formatted(group));
  }

  /**
   * Reads both.
   *
   * @throws StoreFormatException a newer release wrote one
   */
  void read() throws IOException {
    for (int i = 0; i < 2; i++) {
      slots[i] = read(i);
      Slot slot = slots[i];
      if (slot != null) {
        sequence = Math.max(sequence, slot.sequence);
      }
    }
  }

  private @Nullable Slot read(int at) throws IOException {
    String name = names.get(at);
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    try (DiskFile file = disk.openForReading(name)) {
      file.read(bytes, 0);
    } catch (NoSuchFileException none) {
      return null;
    }
    made[at] = true;
    bytes.flip();
    if (bytes.remaining() < CRC_AT + Integer.BYTES || bytes.getInt() != MAGIC) {
      return null;
    }
    if (crc(bytes) != bytes.getInt(CRC_AT)) {
      return null;
    }
    int version = bytes.get();
    if (version != VERSION) {
      throw new StoreFormatException(
          disk.describe(), name + ": version", version, "" + VERSION + " or an older one");
    }
    int flags = bytes.get();
    if ((bytes.getShort() & 0xFFFF) != group) {
      return null;
    }
    long found = bytes.getLong();
    GroupState state = GroupState.of(bytes.getLong(), bytes.getLong(), bytes.getLong(), flags);
    return new Slot(found, state, bytes.getLong());
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(0, CRC_AT));
    return (int) crc.getValue();
  }

  /** Whether neither file is there. */
  boolean isAbsent() {
    return !made[0] && !made[1];
  }

  /** Whether both say something, so that the newest is known. */
  boolean isComplete() {
    return slots[0] != null && slots[1] != null;
  }

  /** The newest that can be read. */
  @Nullable Slot newest() {
    return slots[newestAt()];
  }

  private int newestAt() {
    Slot a = slots[0];
    Slot b = slots[1];
    return b != null && (a == null || b.sequence > a.sequence) ? 1 : 0;
  }

  /** The sequence of the last write. */
  long sequence() {
    return sequence;
  }

  /**
   * Writes a state over the older slot, or the one that cannot be read; durable on return.
   *
   * @param next its sequence; above all before
   */
  void write(long next, GroupState state, long proven) throws IOException {
    int at = slots[newestAt()] == null ? 0 : 1 - newestAt();
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putInt(MAGIC).put((byte) VERSION).put((byte) state.flags()).putShort((short) group);
    bytes.putLong(next).putLong(state.term()).putLong(state.vote()).putLong(state.boot());
    bytes.putLong(proven).putInt(CRC_AT, crc(bytes)).rewind();
    try (DiskFile file = made[at] ? disk.open(names.get(at)) : disk.create(names.get(at))) {
      file.write(bytes, 0);
      file.force();
    }
    if (!made[at]) {
      disk.syncDirectory();
      made[at] = true;
    }
    slots[at] = new Slot(next, state, proven);
    sequence = next;
  }
}
