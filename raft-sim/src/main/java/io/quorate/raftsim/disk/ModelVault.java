package io.quorate.raftsim.disk;

import io.quorate.raft.StateMachine;
import io.quorate.raft.core.Message;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.replica.SnapshotVault;
import io.quorate.raft.transport.SnapshotBytes;
import io.quorate.raft.transport.SnapshotSink;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Snapshots in memory. A transfer that breaks off is resumed, unless the node crashes meanwhile.
 */
final class ModelVault implements SnapshotVault {
  private record Kept(SnapshotMark mark, byte[] bytes) {}

  private final SplittableRandom random;
  private final Supplier<DiskHabits> habits;
  private final TreeMap<Long, Kept> kept = new TreeMap<>();
  private final TreeMap<Long, ByteArrayOutputStream> partial = new TreeMap<>();

  ModelVault(SplittableRandom random, Supplier<DiskHabits> habits) {
    this.random = random;
    this.habits = habits;
  }

  @Override
  public void save(SnapshotMark mark, StateMachine.View view) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    view.writeTo(bytes);
    if (random.nextDouble() < habits.get().failedSave()) {
      throw new IOException("no room for a snapshot of " + bytes.size() + " bytes");
    }
    kept.put(mark.index(), new Kept(mark, bytes.toByteArray()));
  }

  @Override
  public InputStream open(SnapshotMark mark) throws IOException {
    Kept found = kept.get(mark.index());
    if (found == null) {
      throw new IOException("no snapshot of entry " + mark.index());
    }
    return new ByteArrayInputStream(found.bytes);
  }

  @Override
  public Outgoing outgoing(long minimumIndex) throws IOException {
    Map.Entry<Long, Kept> newest = kept.lastEntry();
    if (newest == null || newest.getKey() < minimumIndex) {
      throw new IOException("no snapshot that reaches to entry " + minimumIndex);
    }
    Kept found = newest.getValue();
    return new Outgoing(found.mark, new Bytes(found.bytes));
  }

  @Override
  public SnapshotSink incoming(Message.InstallSnapshot install) {
    return new Sink(install.mark());
  }

  void forgetBefore(long index) {
    kept.headMap(index).clear();
    partial.headMap(index).clear();
  }

  void crash() {
    partial.clear();
  }

  private record Bytes(byte[] bytes) implements SnapshotBytes {
    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public int read(ByteBuffer target, long offset) {
      int many = (int) Math.min(target.remaining(), bytes.length - offset);
      target.put(bytes, (int) offset, many);
      return many;
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }

  private final class Sink implements SnapshotSink {
    private final SnapshotMark mark;

    Sink(SnapshotMark mark) {
      this.mark = mark;
    }

    @Override
    public long resumeAt() {
      ByteArrayOutputStream here = partial.get(mark.index());
      return here == null ? 0 : here.size();
    }

    @Override
    public void write(ByteBuffer bytes, long offset) throws IOException {
      ByteArrayOutputStream here =
          partial.computeIfAbsent(mark.index(), index -> new ByteArrayOutputStream());
      if (offset != here.size()) {
        throw new IOException("bytes from %d (expected: %d)".formatted(offset, here.size()));
      }
      while (bytes.hasRemaining()) {
        here.write(bytes.get());
      }
    }

    @Override
    public void complete() throws IOException {
      ByteArrayOutputStream here = partial.remove(mark.index());
      kept.putIfAbsent(
          mark.index(), new Kept(mark, here == null ? new byte[0] : here.toByteArray()));
    }

    @Override
    public void abort() {
      // What is here may be resumed from.
    }
  }
}
