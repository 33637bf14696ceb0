package io.quorate.raftsim.disk;

import io.quorate.raft.core.HardState;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;
import java.util.TreeMap;

/** What a node's disk holds. */
public final class DiskState {
  private HardState hardState = HardState.NONE;
  private StoredLog log = new StoredLog();
  private SnapshotMark snapshot;
  private boolean inDoubt;

  /** What a damaged disk had promised and lost; known to those who judge, not to the node. */
  private StoredLog lost = new StoredLog();

  /** For whom the node has voted, by term, as far as that was durable. */
  private final TreeMap<Long, Long> votes = new TreeMap<>();

  /** That of a node whose group begins with this snapshot. */
  public DiskState(SnapshotMark beginning) {
    snapshot = beginning;
    log.resetTo(beginning.index(), beginning.term());
  }

  private DiskState(DiskState other) {
    hardState = other.hardState;
    log = other.log.copy();
    snapshot = other.snapshot;
    inDoubt = other.inDoubt;
    lost = other.lost;
    votes.putAll(other.votes);
  }

  /** Term and vote. */
  public HardState hardState() {
    return hardState;
  }

  /** The entries. */
  public StoredLog log() {
    return log;
  }

  /** Where a restart begins from. */
  public SnapshotMark snapshot() {
    return snapshot;
  }

  /** Whether promised entries may be missing. */
  public boolean inDoubt() {
    return inDoubt;
  }

  /** Whom the node voted for in a term; 0 for nobody. */
  public long voteIn(long term) {
    return votes.getOrDefault(term, 0L);
  }

  /** Whether an entry is here, or was promised and lost while that is not healed. */
  public boolean holds(long index, long term) {
    return index <= log.baseIndex()
        || log.term(index) == term
        || (inDoubt && (index <= lost.baseIndex() || lost.term(index) == term));
  }

  void hardState(HardState state) {
    hardState = state;
    if (state.vote() != 0) {
      votes.put(state.term(), state.vote());
    }
  }

  void append(EntryBatch batch) {
    log.append(batch);
  }

  void truncateFrom(long firstIndex) {
    log.truncateFrom(firstIndex);
  }

  void installSnapshot(SnapshotMark mark) {
    log.resetTo(mark.index(), mark.term());
    snapshot = mark;
  }

  void compactTo(long index) {
    log.compactTo(index);
  }

  void snapshotTaken(SnapshotMark mark) {
    snapshot = mark;
  }

  void doubtOver() {
    inDoubt = false;
    lost = new StoredLog();
  }

  /** Damage: all from an entry on is unreadable. */
  void rotFrom(long firstIndex) {
    if (!inDoubt) {
      lost = log.copy();
    }
    inDoubt = true;
    log.truncateFrom(firstIndex);
  }

  /** A start has found this, after what was not promised is gone or not. */
  public void reopened(HardState state, StoredLog found, SnapshotMark mark, boolean doubt) {
    if (doubt && !inDoubt) {
      lost = log.copy();
    }
    inDoubt = doubt;
    hardState(state);
    log = found;
    snapshot = mark;
  }

  DiskState copy() {
    return new DiskState(this);
  }
}
