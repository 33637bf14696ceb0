package io.quorate.raft.storage;

import static java.util.Objects.requireNonNullElse;

import io.quorate.core.wal.WriteAheadLog;
import io.quorate.raft.core.Restored;
import io.quorate.raft.log.LogIndex;
import io.quorate.raft.log.SnapshotMark;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps from what the disk holds of a group to a group that may answer. */
final class GroupOpening {
  private static final Logger LOG = LoggerFactory.getLogger(GroupOpening.class);

  private final RaftStore store;
  private final WriteAheadLog wal;
  private final int group;
  private final SnapshotMark beginning;
  private final SnapshotStore snapshots;
  private final Runnable changed;

  GroupOpening(
      RaftStore store,
      int group,
      SnapshotMark beginning,
      SnapshotStore snapshots,
      Runnable changed) {
    this.store = store;
    this.wal = store.wal();
    this.group = group;
    this.beginning = beginning;
    this.snapshots = snapshots;
    this.changed = changed;
  }

  GroupStore open(GroupEvents log) {
    HardStateSlots slots = new HardStateSlots(store.disk(), group);
    try {
      slots.read();
    } catch (IOException e) {
      throw store.fail(e);
    }
    boolean isShort = isShort(log, slots);
    if (isShort) {
      log.loseAnything(wal.recovery().nextPosition(), wal.recovery().nextPosition());
    }
    GroupState before = StateVerdict.of(log, slots, isShort);
    SnapshotMark snapshot = snapshot(log);
    LogFold.Left left = new LogFold(log.events()).on(snapshot);
    if (left.unrepaired().size() > Checkpoint.STRETCHES_MAX) {
      left = new LogFold.Left(snapshot.index(), snapshot.term(), List.of(), true, List.of());
    }
    GroupState state =
        before.boot(before.boot() + 1).logInDoubt(before.logInDoubt() || left.inDoubt());
    if (state.term() < left.lastTerm()) {
      state =
          new GroupState(left.lastTerm(), 0, state.boot(), state.logInDoubt(), state.voteInDoubt());
    }
    report(state, left, snapshot);
    GroupStore opened = groupStore(slots, state, left, snapshot);
    opened.begin(left.unrepaired());
    return opened;
  }

  /** Whether the log ends before where it was known to be durable, or is not there at all. */
  private boolean isShort(GroupEvents log, HardStateSlots slots) {
    HardStateSlots.@Nullable Slot newest = slots.newest();
    if (newest == null) {
      return false;
    }
    return !log.isKnown() || newest.proven() > wal.recovery().nextPosition();
  }

  /**
   * The newest that can be read; else the beginning, of which all that counts is the membership.
   */
  private SnapshotMark snapshot(GroupEvents log) {
    SnapshotMark newest = snapshots.latest().orElse(null);
    if (newest != null) {
      return newest;
    }
    SnapshotMark known = requireNonNullElse(log.snapshot(), beginning);
    return SnapshotMark.beginning(known.membership());
  }

  private GroupStore groupStore(
      HardStateSlots slots, GroupState state, LogFold.Left left, SnapshotMark snapshot) {
    LogIndex index = new LogIndex(left.baseIndex(), left.baseTerm(), snapshot);
    LogPositions positions =
        new LogPositions(left.baseIndex(), left.baseTerm(), store.config().cacheBytesMax());
    for (LogEvent.Batch each : left.batches()) {
      index.append(each.batch());
      positions.restore(
          each.batch().firstIndex(), each.batch().term(), each.start(), each.batch().lastIndex());
    }
    Restored restored =
        new Restored(state.hardState(), index, snapshot, state.boot(), state.logInDoubt());
    return new GroupStore(store, group, restored, state, positions, snapshots, slots, changed);
  }

  private void report(GroupState state, LogFold.Left left, SnapshotMark snapshot) {
    if (state.logInDoubt() || state.voteInDoubt()) {
      LOG.warn(
          "raft.group.in-doubt group={} vote={} snapshot={} base={} last={} boot={}",
          group,
          state.voteInDoubt(),
          snapshot.index(),
          left.baseIndex(),
          left.lastIndex(),
          state.boot());
    }
  }
}
