package io.quorate.raft.core;

import static io.quorate.raft.core.Refusal.CHANGE_IN_PROGRESS;
import static io.quorate.raft.core.Refusal.NOT_READY;
import static io.quorate.raft.core.Refusal.TOO_MUCH_UNCOMMITTED;
import static io.quorate.raft.core.Refusal.TRANSFERRING;

import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.progress.Progress;
import io.quorate.raft.quorum.Ballots.Ballot;
import io.quorate.raft.quorum.NodeIds;
import io.quorate.raft.quorum.VoteResult;

/** What a leader does in its term. Made when an election is won, dropped when the term ends. */
final class Leading {
  private final CoreState state;
  private final Reads reads;
  private final Lease lease;
  final Followers followers;
  private final Reconfiguration reconfiguration;
  private final Handover handover;

  /** The first entry of this term: nothing is read or reconfigured before it is committed. */
  private final long firstOfTerm;

  private long round;
  private long nextHeartbeat;

  /** When entries, or news of a commit, went out last. */
  private long noticedAt;

  Leading(CoreState state, Reads reads) {
    this.state = state;
    this.reads = reads;
    followers = new Followers(state);
    lease = new Lease(state);
    handover = new Handover(state, followers, lease);
    reconfiguration = new Reconfiguration(state, followers);
    firstOfTerm = state.log.lastIndex() + 1;
    state.append(new Payload.NewTerm());
    heartbeat();
  }

  /** Whether something of this term is committed. */
  private boolean isReady() {
    return state.commitIndex >= firstOfTerm;
  }

  void propose(Payload.Commands commands) {
    long waiting = state.log.bytes(state.commitIndex + 1, state.log.lastIndex());
    if (handover.isUnderWay()) {
      state.out.refused(TRANSFERRING);
    } else if (!state.log.membership().members().contains(state.self)) {
      state.out.refused(Refusal.NOT_LEADER);
    } else if (waiting > 0
        && waiting + commands.sizeBytes() + EntryBatch.OVERHEAD_BYTES
            > state.config.uncommittedBytesMax()) {
      state.out.refused(TOO_MUCH_UNCOMMITTED);
    } else {
      state.append(commands);
    }
  }

  void change(Input.ChangeMembership change) {
    if (handover.isUnderWay()) {
      state.out.refused(TRANSFERRING);
    } else if (!isReady()) {
      state.out.refused(NOT_READY);
    } else if (reconfiguration.isUnderWay()) {
      state.out.refused(CHANGE_IN_PROGRESS);
    } else {
      reconfiguration.begin(change.changes());
    }
  }

  void transfer(long to) {
    handover.begin(to);
  }

  void onAck(long from, Message.AppendAck ack) {
    Progress progress = followers.of(from);
    if (progress == null || !progress.speaksOf(ack.boot())) {
      return;
    }
    progress.active(state.now);
    if (ack.matchIndex() > state.log.lastIndex()) {
      Invariant.require(
          false, "acknowledged beyond the log", ack.matchIndex(), state.log.lastIndex());
    }
    progress.acknowledged(ack.matchIndex(), ack.commitIndex());
    if (progress.state() == Progress.State.SNAPSHOT && progress.match() >= state.log.baseIndex()) {
      progress.probeFrom(progress.match() + 1);
      progress.acknowledged(ack.matchIndex(), ack.commitIndex());
    }
    handover.caughtUp(progress);
    advanceCommit();
    if (isReady() && !handover.isUnderWay()) {
      reconfiguration.promote(progress);
    }
  }

  void onReject(long from, Message.AppendReject reject) {
    Progress progress = followers.of(from);
    if (progress == null || !progress.speaksOf(reject.boot())) {
      return;
    }
    progress.active(state.now);
    // A log that ends before what is left here cannot agree with it anywhere.
    long common =
        reject.hintIndex() < state.log.baseIndex()
            ? reject.hintIndex()
            : state.log.lastNotAbove(reject.hintIndex(), reject.hintTerm());
    long next = common + 1;
    // Where the follower has part of one of our batches, it has another batch there: step back.
    if (next <= state.log.lastIndex() && next > state.log.baseIndex()) {
      next = state.log.batchFirst(next);
    }
    progress.rejected(reject.previousIndex(), next);
    if (reject.previousIndex() == 0) {
      progress.nudge();
    }
  }

  void onHeartbeatAck(long from, Message.HeartbeatAck ack) {
    Progress progress = followers.of(from);
    if (progress == null) {
      return;
    }
    progress.active(state.now);
    progress.heartbeatAnswered(
        ack.round(), ack.priority(), state.log.lastIndex(), state.commitIndex);
    confirmRounds();
  }

  private void confirmRounds() {
    long confirmed = state.log.membership().quorum().committed(followers::round);
    lease.confirmed(Math.min(confirmed, round));
    reads.confirmed(confirmed);
  }

  void onSnapshotSent(long to, boolean delivered) {
    Progress progress = followers.of(to);
    if (progress != null) {
      progress.snapshotSent(delivered);
    }
  }

  void onUnreachable(long node) {
    Progress progress = followers.of(node);
    if (progress != null && progress.state() == Progress.State.REPLICATE) {
      progress.probeFrom(progress.match() + 1);
    }
  }

  /** Moves the commit index to what a quorum has of this term; §5.4.2 of the paper. */
  void advanceCommit() {
    long agreed = state.log.membership().quorum().committed(followers::match);
    if (agreed > state.commitIndex && state.log.term(agreed) == state.term) {
      state.commitTo(agreed);
      reconfiguration.committed();
    }
  }

  /** Does what is due; returns whether this node may go on to lead. */
  boolean tick() {
    if (state.now - nextHeartbeat >= 0) {
      heartbeat();
    }
    // Not only when a heartbeat is due: rounds for reads put that off for as long as reads come.
    if (!hearsQuorum()) {
      return false;
    }
    state.heardNanos = state.now;
    handover.toHigherPriority();
    return handover.tick();
  }

  private boolean hearsQuorum() {
    return state
            .log
            .membership()
            .quorum()
            .vote(node -> followers.isActive(node) ? Ballot.YES : Ballot.NO)
        == VoteResult.WON;
  }

  private void heartbeat() {
    round++;
    nextHeartbeat = state.now + state.config.heartbeatInterval().toNanos();
    lease.sent(round);
    NodeIds voters = state.log.membership().voters();
    int priority = state.config.priority();
    for (Progress each : followers.all()) {
      if (voters.contains(each.node())) {
        priority = Math.max(priority, each.priority());
      }
    }
    for (Progress each : followers.all()) {
      each.heartbeatSent(round);
      state.send(each.node(), new Message.Heartbeat(state.term, round, priority));
    }
  }

  /** Sends what has gathered; returns whether this node may go on to lead. */
  boolean endOfTurn() {
    if (reads.needsRound() && isReady()) {
      if (lease.isHeld()) {
        reads.answerAll();
      } else {
        heartbeat();
        reads.begin(round);
      }
    }
    if (reads.hasRounds()) {
      confirmRounds();
    }
    boolean tell = state.now - noticedAt >= state.config.commitNoticeDelay().toNanos();
    for (Progress each : followers.all()) {
      replicate(each, tell);
    }
    if (tell) {
      noticedAt = state.now;
    }
    if (reconfiguration.isOut()) {
      handover.leave();
      return false;
    }
    return true;
  }

  /** Sends a follower all there is room for. */
  private void replicate(Progress to, boolean tell) {
    if (to.needsNudge()) {
      send(to, to.next() - 1);
    }
    while (!to.isPaused()) {
      if (to.next() <= state.log.baseIndex()) {
        sendSnapshot(to);
        return;
      }
      if (to.next() > state.log.lastIndex()) {
        boolean news = to.sentCommit() < state.commitIndex && tell;
        if (to.state() == Progress.State.PROBE || news) {
          send(to, to.next() - 1);
        }
        return;
      }
      send(to, state.log.lastWithin(to.next(), state.config.messageBytesMax()));
    }
  }

  private void send(Progress to, long last) {
    long previous = to.next() - 1;
    if (previous < state.log.baseIndex()) {
      sendSnapshot(to);
      return;
    }
    state.out.sendAppend(
        to.node(),
        state.term,
        previous,
        state.log.term(previous),
        last,
        state.commitIndex,
        to.boot());
    to.sent(last, state.log.bytes(previous + 1, last), state.commitIndex);
  }

  /** To a follower that is away, it would be work for nothing. */
  private void sendSnapshot(Progress to) {
    if (followers.isActive(to.node())) {
      SnapshotMark mark = state.snapshot;
      to.snapshot(mark.index());
      state.out.sendSnapshot(to.node(), state.term, mark.index(), to.boot());
    }
  }

  /** How much of the log, which a snapshot covers, followers that are heard of still want. */
  long wantedFrom() {
    long wanted = state.log.lastIndex();
    for (Progress each : followers.all()) {
      if (followers.isActive(each.node())) {
        wanted = Math.min(wanted, each.match());
      }
    }
    return wanted;
  }
}
