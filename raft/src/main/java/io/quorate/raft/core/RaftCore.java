package io.quorate.raft.core;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.log.LogIndex;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.progress.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One node of a group, as a pure machine.
 *
 * <pre>{@code
 * RaftCore core = new RaftCore(config, store.restored(), random, ticker.nanos());
 * for (;;) {
 *   for (Input input : inputsOfThisTurn()) {
 *     core.step(input, ticker.nanos(), effects);
 *   }
 *   core.step(new Input.EndOfTurn(), ticker.nanos(), effects);
 * }
 * }</pre>
 *
 * <p><b>Determinism.</b> The same inputs, times and random numbers give the same effects.
 *
 * <p><b>Time</b> is any monotonic count of nanoseconds; only differences matter. One that falls is
 * taken as standing still.
 *
 * <p><b>Threads.</b> For one thread at a time.
 *
 * <p><b>Errors.</b> Whatever other nodes send, no exception is thrown for it, except {@link
 * InvariantViolatedException}: the node must stop then.
 */
public final class RaftCore {
  private final CoreState state;
  private final Elections elections;
  private final Following following;
  private final Reads reads;
  private @Nullable Leading leading;

  /**
   * A node that starts.
   *
   * @param restored what its disk holds
   * @param random spreads elections; its numbers need not be secret
   * @param nowNanos the time
   */
  public RaftCore(CoreConfig config, Restored restored, RandomGenerator random, long nowNanos) {
    requireNonNull(config, "config");
    requireNonNull(restored, "restored");
    requireNonNull(random, "random");
    state = new CoreState(config, restored, random, nowNanos);
    elections = new Elections(state);
    following = new Following(state);
    reads = new Reads(state);
  }

  /**
   * Takes an input.
   *
   * @param nowNanos when
   * @param out called with all that is to be done, before this returns
   * @throws InvariantViolatedException the node must not be used any more
   */
  public void step(Input input, long nowNanos, Effects out) {
    state.out = out;
    if (nowNanos - state.now > 0) {
      state.now = nowNanos;
    }
    if (state.failed) {
      refuse(input);
      return;
    }
    switch (input) {
      case Input.Tick tick -> tick();
      case Input.EndOfTurn end -> endOfTurn();
      case Input.Propose propose -> {
        if (leading != null) {
          leading.propose(propose.commands());
        } else {
          out.refused(Refusal.NOT_LEADER);
        }
      }
      case Input.Receive receive -> receive(receive.from(), receive.message());
      case Input.Persisted persisted -> persisted(persisted.write());
      case Input.StorageFailed failure -> fail();
      case Input.Read read -> reads.read(read.read());
      case Input.Transfer transfer -> {
        if (leading != null) {
          leading.transfer(transfer.to());
        } else {
          out.refused(Refusal.NOT_LEADER);
        }
      }
      case Input.ChangeMembership change -> {
        if (leading != null) {
          leading.change(change);
        } else {
          out.refused(Refusal.NOT_LEADER);
        }
      }
      case Input.SnapshotTaken taken -> snapshotTaken(taken.mark());
      case Input.SnapshotSent sent -> {
        if (leading != null) {
          leading.onSnapshotSent(sent.to(), sent.delivered());
        }
      }
      case Input.Unreachable unreachable -> {
        if (leading != null) {
          leading.onUnreachable(unreachable.node());
        }
      }
      case Input.Campaign campaign -> {
        if (leading == null) {
          elections.preCampaign();
        }
      }
    }
    following.endDoubt();
    state.advanceApply();
    state.tellRole();
  }

  private void refuse(Input input) {
    switch (input) {
      case Input.Propose propose -> state.out.refused(Refusal.STORAGE_FAILED);
      case Input.Transfer transfer -> state.out.refused(Refusal.STORAGE_FAILED);
      case Input.ChangeMembership change -> state.out.refused(Refusal.STORAGE_FAILED);
      case Input.Read read -> state.out.readRefused(read.read(), Refusal.STORAGE_FAILED);
      default -> {}
    }
  }

  private void tick() {
    if (leading != null) {
      if (!leading.tick()) {
        follow(state.term, 0);
      }
    } else if (state.now - state.electionDeadline >= 0) {
      elections.preCampaign();
    }
  }

  private void endOfTurn() {
    if (leading == null) {
      reads.ask();
    } else if (!leading.endOfTurn()) {
      follow(state.term, 0);
    }
  }

  private void persisted(long write) {
    state.writes.persisted(write, state.out);
    if (elections.isOwnVoteDue() && elections.onReply(state.self, true)) {
      lead();
    }
    if (leading != null) {
      leading.advanceCommit();
    }
  }

  private void fail() {
    state.failed = true;
    follow(state.term, 0);
    reads.refuseAll(Refusal.STORAGE_FAILED);
    state.tellRole();
  }

  private void follow(long term, long leader) {
    boolean changes = leading != null || term != state.term || leader != state.leader;
    leading = null;
    state.become(Role.FOLLOWER, term, term > state.term ? 0 : state.vote, leader);
    if (changes) {
      reads.startOver();
    }
  }

  private void lead() {
    state.become(Role.LEADER, state.term, state.vote, state.self);
    state.heardNanos = state.now;
    reads.startOver();
    leading = new Leading(state, reads);
  }

  private void receive(long from, Message message) {
    if (message.term() > state.term) {
      if (!meet(from, message)) {
        return;
      }
    } else if (message.term() < state.term) {
      answerThePast(from, message);
      return;
    }
    switch (message) {
      case Message.PreVote ask -> elections.onPreVote(from, ask);
      case Message.RequestVote ask -> elections.onRequestVote(from, ask);
      case Message.PreVoteReply reply -> {
        // A grant of the term of now answers an earlier question.
        if (state.role == Role.PRE_CANDIDATE
            && (!reply.granted() || reply.term() == state.term + 1)) {
          elections.onReply(from, reply.granted());
        }
      }
      case Message.VoteReply reply -> {
        if (state.role == Role.CANDIDATE && elections.onReply(from, reply.granted())) {
          lead();
        }
      }
      case Message.Append append -> {
        hear(from);
        following.onAppend(from, append);
      }
      case Message.InstallSnapshot install -> {
        hear(from);
        following.onInstallSnapshot(from, install);
      }
      case Message.Heartbeat heartbeat -> {
        state.leadersPriority = heartbeat.priority();
        hear(from);
        state.send(
            from, new Message.HeartbeatAck(state.term, heartbeat.round(), state.config.priority()));
        following.tellOfStart(from);
      }
      case Message.TimeoutNow now -> {
        if (from == state.leader && leading == null) {
          elections.campaign(true);
        }
      }
      case Message.ReadIndexReply reply -> {
        if (leading == null) {
          reads.onReply(reply);
        }
      }
      case Message.TermIsOver over -> {}
      case Message.AppendAck ack -> forLeader(from, ack);
      case Message.AppendReject reject -> forLeader(from, reject);
      case Message.HeartbeatAck ack -> forLeader(from, ack);
      case Message.ReadIndex ask -> forLeader(from, ask);
    }
  }

  /** What only a leader has a use for. */
  private void forLeader(long from, Message message) {
    if (leading == null) {
      return;
    }
    switch (message) {
      case Message.AppendAck ack -> leading.onAck(from, ack);
      case Message.AppendReject reject -> leading.onReject(from, reject);
      case Message.HeartbeatAck ack -> leading.onHeartbeatAck(from, ack);
      case Message.ReadIndex ask -> reads.asked(from, ask.request());
      default -> throw new IllegalArgumentException("message: " + message);
    }
  }

  /** A message of this term's leader. */
  private void hear(long from) {
    Invariant.require(leading == null, "two leaders in one term", from, state.self);
    if (state.role != Role.FOLLOWER || state.leader != from) {
      Invariant.require(
          state.leader == 0 || state.leader == from, "two leaders in one term", from, state.leader);
      follow(state.term, from);
    }
    state.heard();
  }

  /** A message of a higher term; returns whether it is to be looked at any further. */
  private boolean meet(long from, Message message) {
    switch (message) {
      case Message.PreVote ask -> {
        return true;
      }
      case Message.PreVoteReply reply -> {
        if (!reply.granted()) {
          follow(reply.term(), 0);
        }
        return reply.granted() && reply.term() == state.term + 1;
      }
      case Message.RequestVote ask -> {
        if (!ask.transfer() && state.isLeaderProtected()) {
          return false;
        }
        follow(ask.term(), 0);
        return true;
      }
      case Message.Append append -> follow(append.term(), from);
      case Message.Heartbeat heartbeat -> follow(heartbeat.term(), from);
      case Message.InstallSnapshot install -> follow(install.term(), from);
      default -> follow(message.term(), 0);
    }
    return true;
  }

  /** Who lives in a term that is over is told so, if it leads it or asks for votes. */
  private void answerThePast(long from, Message message) {
    switch (message) {
      case Message.PreVote ask -> state.send(from, new Message.PreVoteReply(state.term, false));
      case Message.RequestVote ask -> state.send(from, new Message.VoteReply(state.term, false));
      case Message.Append append -> state.send(from, new Message.TermIsOver(state.term));
      case Message.Heartbeat heartbeat -> state.send(from, new Message.TermIsOver(state.term));
      case Message.InstallSnapshot install -> state.send(from, new Message.TermIsOver(state.term));
      default -> {}
    }
  }

  /** Keeps a tail of what the snapshot has, and more of it for a follower that still wants it. */
  private void snapshotTaken(SnapshotMark mark) {
    if (mark.index() <= state.snapshot.index() || mark.index() > state.applyIndex) {
      return;
    }
    state.snapshot = mark;
    LogIndex log = state.log;
    long retain = state.config.retainBytesMax();
    long tail = log.firstOfTail(retain / 8) - 1;
    long wanted = leading == null ? tail : Math.min(tail, leading.wantedFrom());
    long gone = Math.min(mark.index(), Math.max(wanted, log.firstOfTail(retain) - 1));
    long before = log.baseIndex();
    if (log.compactTo(gone) > before) {
      state.out.compact(log.baseIndex());
    }
  }

  /** Who belonged to the group at an applied entry: what a snapshot of it must say. */
  public Membership membershipAt(long index) {
    return state.log.membershipAt(index);
  }

  /** The term of an entry that is in the log, or was the last to leave it. */
  public long termAt(long index) {
    return state.log.term(index);
  }

  /**
   * The last entry of as many whole batches as fit, the first one in any case, but none beyond
   * {@code limit}.
   *
   * @param first the first index of a batch
   * @param limit the last index of a batch, not before {@code first}
   * @param bytesMax how many bytes they may be accounted for together
   */
  public long lastWithin(long first, long limit, long bytesMax) {
    return Math.min(limit, state.log.lastWithin(first, bytesMax));
  }

  /**
   * What the batches from one that begins at {@code first} to one that ends at {@code last} take.
   */
  public long bytes(long first, long last) {
    return state.log.bytes(first, last);
  }

  /** The latest term this node has heard of. */
  public long term() {
    return state.term;
  }

  /** Who leads this term; 0 where that is not known. */
  public long leader() {
    return state.leader;
  }

  /** Whether this node leads, as far as it knows. */
  public boolean isLeader() {
    return leading != null;
  }

  /** Where this node is. */
  public Status status() {
    List<Status.Follower> followers = new ArrayList<>();
    if (leading != null) {
      for (Progress each : leading.followers.all()) {
        followers.add(
            new Status.Follower(
                each.node(),
                each.state(),
                each.match(),
                each.next(),
                each.inflightBytes(),
                each.isPaused(),
                leading.followers.isActive(each.node())));
      }
    }
    return new Status(
        state.self,
        state.role,
        new HardState(state.term, state.vote),
        state.leader,
        state.log.lastIndex(),
        state.writes.durableIndex(),
        state.commitIndex,
        state.applyIndex,
        state.log.baseIndex(),
        state.snapshot,
        state.log.membership(),
        state.inDoubt,
        followers);
  }
}
