package io.quorate.raft.trace;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.core.Effects;
import io.quorate.raft.core.HardState;
import io.quorate.raft.core.Input;
import io.quorate.raft.core.Message;
import io.quorate.raft.core.RaftCore;
import io.quorate.raft.core.Refusal;
import io.quorate.raft.core.Role;
import io.quorate.raft.core.RoleChange;
import io.quorate.raft.core.Status;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.raft.quorum.NodeIds;
import io.quorate.raft.trace.TraceEvent.Name;
import org.jspecify.annotations.Nullable;

/**
 * Steps a core and tells what it does. Costs a {@link Status} for each event: for tests and
 * diagnosis, not for every day.
 *
 * <p>The core knows batches; an event is told for each entry of one. It counts a configuration when
 * it is appended; the specification when it is applied, which is when the event is told. Used by
 * one thread.
 */
public final class Tracer {
  private final RaftCore core;
  private final TraceSink sink;

  private Role role = Role.FOLLOWER;
  private long term = -1;
  private long commitIndex;
  private long appliedMembershipAt;

  /** Of the step that is being taken. */
  private @Nullable Effects effects;

  private final Watching watching = new Watching();

  /** Tells that the node starts. */
  public Tracer(RaftCore core, TraceSink sink) {
    this.core = requireNonNull(core, "core");
    this.sink = requireNonNull(sink, "sink");
    Status status = core.status();
    term = status.hardState().term();
    commitIndex = status.commitIndex();
    appliedMembershipAt = status.applyIndex();
    tell(Name.INIT_STATE, null, null);
  }

  /** Has the core take a step; see {@link RaftCore#step}. */
  public void step(Input input, long nowNanos, Effects out) {
    effects = out;
    if (input instanceof Input.Receive receive) {
      TracedMessage traced =
          TracedMessage.of(receive.from(), core.status().self(), receive.message());
      if (traced != null) {
        tell(received(traced), traced, null);
      }
    } else if (input instanceof Input.Persisted) {
      tell(Name.READY, null, null);
    }
    core.step(input, nowNanos, watching);
    tellState();
  }

  private static Name received(TracedMessage message) {
    if (message.isVote()) {
      return message.isRequest()
          ? Name.RECEIVE_REQUEST_VOTE_REQUEST
          : Name.RECEIVE_REQUEST_VOTE_RESPONSE;
    }
    return message.isRequest()
        ? Name.RECEIVE_APPEND_ENTRIES_REQUEST
        : Name.RECEIVE_APPEND_ENTRIES_RESPONSE;
  }

  private static Name sent(TracedMessage message) {
    if (message.isVote()) {
      return message.isRequest() ? Name.SEND_REQUEST_VOTE_REQUEST : Name.SEND_REQUEST_VOTE_RESPONSE;
    }
    return message.isRequest()
        ? Name.SEND_APPEND_ENTRIES_REQUEST
        : Name.SEND_APPEND_ENTRIES_RESPONSE;
  }

  /** Tells of a new role or commit index before what follows from it. */
  private void tellState() {
    Status status = core.status();
    if (status.role() != role || status.hardState().term() != term) {
      role = status.role();
      term = status.hardState().term();
      switch (role) {
        case FOLLOWER -> tell(Name.BECOME_FOLLOWER, null, null);
        case CANDIDATE -> tell(Name.BECOME_CANDIDATE, null, null);
        case LEADER -> tell(Name.BECOME_LEADER, null, null);
        case PRE_CANDIDATE -> {}
      }
    }
    if (status.commitIndex() > commitIndex) {
      commitIndex = status.commitIndex();
      tell(Name.COMMIT, null, null);
    }
  }

  private void tell(Name name, @Nullable TracedMessage message, @Nullable NodeIds change) {
    Status status = core.status();
    sink.event(
        new TraceEvent(
            name,
            status.self(),
            status.hardState(),
            status.commitIndex(),
            status.role(),
            status.lastIndex(),
            status.membership(),
            message,
            change));
  }

  /** Passes effects on, and tells of them. */
  private final class Watching implements Effects {
    private Effects out() {
      return requireNonNull(effects, "effects");
    }

    @Override
    public void hardState(long write, HardState state) {
      out().hardState(write, state);
    }

    @Override
    public void append(long write, EntryBatch batch) {
      tellState();
      if (role == Role.LEADER) {
        if (batch.payload() instanceof Payload.Configuration configuration) {
          tell(Name.CHANGE_CONF, null, configuration.membership().voters());
        } else {
          for (int i = 0; i < batch.payload().count(); i++) {
            tell(Name.REPLICATE, null, null);
          }
        }
      }
      out().append(write, batch);
    }

    @Override
    public void truncate(long write, long firstIndex) {
      out().truncate(write, firstIndex);
    }

    @Override
    public void installSnapshot(long write, SnapshotMark mark) {
      tellState();
      tell(Name.RECEIVE_SNAPSHOT, null, null);
      appliedMembershipAt = mark.index();
      out().installSnapshot(write, mark);
    }

    @Override
    public void send(long to, Message message) {
      tellState();
      TracedMessage traced = TracedMessage.of(core.status().self(), to, message);
      if (traced != null) {
        tell(sent(traced), traced, null);
      }
      out().send(to, message);
    }

    @Override
    public void sendAppend(
        long to,
        long itsTerm,
        long previousIndex,
        long previousTerm,
        long lastIndex,
        long commit,
        long boot) {
      tellState();
      TracedMessage traced =
          TracedMessage.append(
              core.status().self(),
              to,
              itsTerm,
              previousIndex,
              previousTerm,
              Math.max(0, lastIndex - previousIndex),
              commit);
      tell(Name.SEND_APPEND_ENTRIES_REQUEST, traced, null);
      out().sendAppend(to, itsTerm, previousIndex, previousTerm, lastIndex, commit, boot);
    }

    @Override
    public void sendSnapshot(long to, long itsTerm, long minimumIndex, long boot) {
      tellState();
      tell(
          Name.SEND_SNAPSHOT,
          TracedMessage.snapshot(core.status().self(), to, itsTerm, minimumIndex),
          null);
      out().sendSnapshot(to, itsTerm, minimumIndex, boot);
    }

    @Override
    public void apply(long index) {
      tellState();
      Membership before = core.membershipAt(appliedMembershipAt);
      Membership now = core.membershipAt(index);
      appliedMembershipAt = index;
      if (!now.equals(before)) {
        tell(Name.APPLY_CONF_CHANGE, null, now.voters());
      }
      out().apply(index);
    }

    @Override
    public void readReady(long read, long index) {
      out().readReady(read, index);
    }

    @Override
    public void readRefused(long read, Refusal why) {
      out().readRefused(read, why);
    }

    @Override
    public void refused(Refusal why) {
      out().refused(why);
    }

    @Override
    public void compact(long index) {
      out().compact(index);
    }

    @Override
    public void doubtOver(long write) {
      out().doubtOver(write);
    }

    @Override
    public void role(RoleChange change) {
      out().role(change);
    }
  }
}
