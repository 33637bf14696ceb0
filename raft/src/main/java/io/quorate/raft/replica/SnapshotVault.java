package io.quorate.raft.replica;

import io.quorate.raft.StateMachine;
import io.quorate.raft.core.Message;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.transport.SnapshotBytes;
import io.quorate.raft.transport.SnapshotSink;
import java.io.IOException;
import java.io.InputStream;

/** Keeps the snapshots of one replica. All methods may block, and may be called by any thread. */
public interface SnapshotVault {

  /**
   * Writes a snapshot; it is durable when this returns.
   *
   * @throws IOException it could not be written; what was there before is still there
   */
  void save(SnapshotMark mark, StateMachine.View view) throws IOException;

  /**
   * The state that a snapshot holds.
   *
   * @throws IOException there is none of that mark, or it is damaged
   */
  InputStream open(SnapshotMark mark) throws IOException;

  /**
   * The bytes to send of the newest snapshot that reaches at least to {@code minimumIndex}.
   *
   * @throws IOException there is none
   */
  Outgoing outgoing(long minimumIndex) throws IOException;

  /** Where the bytes of a snapshot that another node sends go. */
  SnapshotSink incoming(Message.InstallSnapshot install);

  /**
   * A snapshot to send.
   *
   * @param mark what it stands for
   * @param bytes the whole of it, as the other side's {@link #incoming} takes it
   */
  record Outgoing(SnapshotMark mark, SnapshotBytes bytes) {}
}
