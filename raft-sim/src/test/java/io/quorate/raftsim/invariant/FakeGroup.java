package io.quorate.raftsim.invariant;

import io.quorate.raft.core.HardState;
import io.quorate.raft.core.Role;
import io.quorate.raft.core.Status;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raftsim.disk.DiskState;
import io.quorate.raftsim.disk.StoredLog;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Nodes that are whatever a test says. */
final class FakeGroup implements GroupView {
  static final Membership MEMBERS = Membership.of(1, 2, 3);

  final List<NodeView> nodes = new ArrayList<>();
  final StoredLog agreed = new StoredLog();
  final List<String> violated = new ArrayList<>();

  /** A node that is whatever a test says. */
  static final class Node implements NodeView {
    final long id;
    Status status = status(Role.FOLLOWER, 1, 0, 0);
    final StoredLog written = new StoredLog();
    DiskState promised = new DiskState(SnapshotMark.beginning(MEMBERS));

    Node(long id) {
      this.id = id;
    }

    Status status(Role role, long term, long last, long commit) {
      return new Status(
          id,
          role,
          new HardState(term, 0),
          0,
          last,
          last,
          commit,
          commit,
          0,
          SnapshotMark.beginning(MEMBERS),
          MEMBERS,
          false,
          List.of());
    }

    /** What the disk holds: a term, a vote and entries, all of one term. */
    Node disk(long term, long vote, EntryBatch... batches) {
      StoredLog log = new StoredLog();
      for (EntryBatch batch : batches) {
        log.append(batch);
      }
      promised = new DiskState(SnapshotMark.beginning(MEMBERS));
      promised.reopened(new HardState(term, vote), log, SnapshotMark.beginning(MEMBERS), false);
      return this;
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public boolean isUp() {
      return true;
    }

    @Override
    public Status status() {
      return status;
    }

    @Override
    public Status now() {
      return status;
    }

    @Override
    public StoredLog written() {
      return written;
    }

    @Override
    public DiskState promised() {
      return promised;
    }
  }

  Node node(long id) {
    Node node = new Node(id);
    nodes.add(node);
    return node;
  }

  static EntryBatch batch(long term, long index) {
    return new EntryBatch(term, index, new Payload.Commands(1, ByteBuffer.allocate(1)));
  }

  static EntryBatch configuration(long term, long index, Membership membership) {
    return new EntryBatch(term, index, new Payload.Configuration(membership));
  }

  @Override
  public List<NodeView> nodes() {
    return nodes;
  }

  @Override
  public StoredLog agreed() {
    return agreed;
  }

  @Override
  public void violate(String invariant, String what) {
    violated.add(invariant);
  }
}
