package io.quorate.raftsim.node;

import io.quorate.raft.StateMachine;
import io.quorate.raft.core.Message;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.replica.SnapshotVault;
import io.quorate.raft.transport.SnapshotSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** A vault whose snapshots are looked at. */
final class WatchedVault implements SnapshotVault {
  /** Told of a snapshot. */
  interface Saved {
    /** It was taken. */
    void saved(SnapshotMark mark, long hash);
  }

  private final SnapshotVault vault;
  private final Saved saved;

  WatchedVault(SnapshotVault vault, Saved saved) {
    this.vault = vault;
    this.saved = saved;
  }

  @Override
  public void save(SnapshotMark mark, StateMachine.View view) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    view.writeTo(bytes);
    saved.saved(mark, Arrays.hashCode(bytes.toByteArray()));
    vault.save(mark, view);
  }

  @Override
  public InputStream open(SnapshotMark mark) throws IOException {
    return vault.open(mark);
  }

  @Override
  public Outgoing outgoing(long minimumIndex) throws IOException {
    return vault.outgoing(minimumIndex);
  }

  @Override
  public SnapshotSink incoming(Message.InstallSnapshot install) {
    return vault.incoming(install);
  }
}
