package io.quorate.raft.storage;

import io.quorate.core.wal.Room;
import io.quorate.raft.StateMachine;
import io.quorate.raft.core.HardState;
import io.quorate.raft.core.Message;
import io.quorate.raft.core.Restored;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.replica.ReplicaStore;
import io.quorate.raft.replica.SnapshotVault;
import io.quorate.raft.transport.SnapshotBytes;
import io.quorate.raft.transport.SnapshotSink;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A group's log in a {@link RaftStore} and its snapshots in a {@link SnapshotStore}, as a replica
 * wants them. Threads, durability and errors are theirs.
 */
public final class StoredReplica implements ReplicaStore, SnapshotVault {
  private final GroupStore log;
  private final SnapshotStore snapshots;
  private final RaftStore store;

  /** Whoever is to be told; nobody until the replica is there. */
  private volatile @Nullable Runnable listener;

  private StoredReplica(
      RaftStore store, int group, SnapshotMark beginning, SnapshotStore snapshots) {
    this.store = store;
    this.snapshots = snapshots;
    log = store.open(group, beginning, snapshots, this::changed);
    if (log.hardStateInDoubt()) {
      throw new VoteLostException(group);
    }
  }

  /**
   * Opens a group, with its snapshots in a directory of the file system.
   *
   * @param beginning what a new group's log begins with
   * @throws VoteLostException the group's vote may be lost
   * @throws StorageException the disk does not work, is full, or holds what a newer release wrote
   */
  public static StoredReplica open(
      RaftStore store, int group, SnapshotMark beginning, Path directory) {
    return open(store, group, beginning, SnapshotStore.open(directory));
  }

  /** The same with snapshots kept anywhere. */
  public static StoredReplica open(
      RaftStore store, int group, SnapshotMark beginning, SnapshotStore snapshots) {
    return new StoredReplica(store, group, beginning, snapshots);
  }

  /** What the group starts from. */
  public Restored restored() {
    return log.restored();
  }

  private void changed() {
    Runnable told = listener;
    if (told != null) {
      told.run();
    }
  }

  @Override
  public void listen(Runnable changed) {
    listener = changed;
    changed.run();
  }

  @Override
  public long persistedUpTo() {
    return log.persistedUpTo();
  }

  @Override
  public boolean hasFailed() {
    return log.failure().isPresent();
  }

  @Override
  public void hardState(long write, HardState state) {
    log.hardState(write, state);
  }

  /** What the core has taken in may use the reserve: it cannot be given back. */
  @Override
  public void append(long write, EntryBatch batch) {
    log.append(write, batch, Room.RESERVE);
  }

  @Override
  public void truncate(long write, long firstIndex) {
    log.truncate(write, firstIndex);
  }

  @Override
  public void installSnapshot(long write, SnapshotMark mark) {
    log.installSnapshot(write, mark);
  }

  @Override
  public void compact(long index) {
    log.compact(index);
  }

  @Override
  public void snapshotTaken(SnapshotMark mark) {
    // The snapshots know what they hold.
  }

  @Override
  public void doubtOver(long write) {
    log.doubtOver(write);
  }

  @Override
  public void flush() {
    log.flush();
  }

  @Override
  public Entries range(long firstIndex, long lastIndex) {
    EntryRange range = log.range(firstIndex, lastIndex);
    return new Entries() {
      @Override
      public boolean isAtHand() {
        return range.isCached();
      }

      @Override
      public List<EntryBatch> read() throws IOException {
        try {
          return range.read();
        } catch (StorageException e) {
          throw new IOException(e);
        }
      }
    };
  }

  @Override
  public boolean hasRoom() {
    return store.hasRoom();
  }

  @Override
  public void save(SnapshotMark mark, StateMachine.View view) throws IOException {
    try (SnapshotWriter writer = snapshots.write(mark)) {
      view.writeTo(new Chunks(writer));
      writer.finish();
    } catch (StorageException e) {
      throw new IOException(e);
    }
  }

  @Override
  public InputStream open(SnapshotMark mark) throws IOException {
    try {
      return new Contents(snapshots.read(mark));
    } catch (StorageException | IllegalArgumentException e) {
      throw new IOException(e);
    }
  }

  @Override
  public Outgoing outgoing(long minimumIndex) throws IOException {
    SnapshotMark latest = snapshots.latest().orElse(null);
    if (latest == null || latest.index() < minimumIndex) {
      throw new IOException(
          "no snapshot up to entry %d (there is %s)".formatted(minimumIndex, latest));
    }
    try {
      SnapshotReader reader = snapshots.read(latest);
      return new Outgoing(latest, new FileBytes(reader, reader.fileBytes()));
    } catch (StorageException | IllegalArgumentException e) {
      throw new IOException(e);
    }
  }

  @Override
  public SnapshotSink incoming(Message.InstallSnapshot install) {
    return new Incoming(snapshots, install.mark());
  }

  /** What a view writes, as a snapshot's contents. */
  private static final class Chunks extends OutputStream {
    private final SnapshotWriter writer;

    Chunks(SnapshotWriter writer) {
      this.writer = writer;
    }

    @Override
    public void write(int one) {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      writer.write(ByteBuffer.wrap(bytes, offset, length));
    }
  }

  /** A snapshot's contents, checked piece by piece, and as a whole before the end is told. */
  private static final class Contents extends InputStream {
    private final SnapshotReader reader;
    private @Nullable ByteBuffer chunk = ByteBuffer.allocate(0);

    Contents(SnapshotReader reader) {
      this.reader = reader;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        while (chunk != null && !chunk.hasRemaining()) {
          chunk = reader.nextChunk();
        }
      } catch (StorageException e) {
        throw new IOException(e);
      }
      if (chunk == null) {
        return -1;
      }
      int taken = Math.min(length, chunk.remaining());
      chunk.get(target, offset, taken);
      return taken;
    }

    @Override
    public void close() {
      reader.close();
    }
  }

  /** A snapshot's file, to be sent. */
  private record FileBytes(SnapshotReader reader, long size) implements SnapshotBytes {
    @Override
    public int read(ByteBuffer target, long offset) throws IOException {
      try {
        return reader.readFile(target, offset);
      } catch (StorageException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void close() {
      reader.close();
    }
  }

  /** A snapshot's file, as it comes; opened when the first is asked of it. */
  private static final class Incoming implements SnapshotSink {
    private final SnapshotStore snapshots;
    private final SnapshotMark mark;
    private @Nullable SnapshotReceiver receiver;

    Incoming(SnapshotStore snapshots, SnapshotMark mark) {
      this.snapshots = snapshots;
      this.mark = mark;
    }

    private SnapshotReceiver receiver() {
      if (receiver == null) {
        receiver = snapshots.receive(mark);
      }
      return receiver;
    }

    @Override
    public long resumeAt() throws IOException {
      try {
        return receiver().wanted();
      } catch (StorageException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void write(ByteBuffer bytes, long offset) throws IOException {
      try {
        receiver().accept(offset, bytes);
      } catch (StorageException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void complete() throws IOException {
      try {
        receiver().finish();
      } catch (StorageException e) {
        throw new IOException(e);
      }
    }

    @Override
    public void abort() {
      if (receiver != null) {
        receiver.close();
      }
    }
  }
}
