package io.quorate.raft.core;

import io.quorate.raft.progress.Progress;
import org.jspecify.annotations.Nullable;

/**
 * Handing leadership to another voter (thesis §3.10): it is brought up to date while nothing new is
 * taken in, then told to campaign at once. Begun by whoever asks, by a disk that hangs, or because
 * a voter of higher priority has caught up.
 */
final class Handover {
  private final CoreState state;
  private final Followers followers;
  private final Lease lease;

  /** To whom; 0 while none is under way. */
  private long to;

  private boolean told;
  private long deadline;

  /**
   * Not before then to a voter of higher priority: an attempt that failed is not repeated at once.
   */
  private long nextAttempt;

  Handover(CoreState state, Followers followers, Lease lease) {
    this.state = state;
    this.followers = followers;
    this.lease = lease;
    nextAttempt = state.now + state.electionNanos();
  }

  boolean isUnderWay() {
    return to != 0;
  }

  void begin(long wanted) {
    Progress target = wanted == 0 ? followers.best() : followers.of(wanted);
    if (target == null || !state.log.membership().voters().contains(target.node())) {
      state.out.refused(Refusal.BAD_TRANSFEREE);
      return;
    }
    if (to != target.node()) {
      start(target);
    }
  }

  private void start(Progress target) {
    to = target.node();
    told = false;
    deadline = state.now + state.electionNanos();
    caughtUp(target);
  }

  /** Tells the voter to take over, if it is the one and has all there is. */
  void caughtUp(@Nullable Progress progress) {
    if (progress != null && progress.node() == to && progress.match() == state.log.lastIndex()) {
      tell();
    }
  }

  private void tell() {
    if (!told) {
      told = true;
      lease.giveUp();
      state.send(to, new Message.TimeoutNow(state.term));
    }
  }

  /** This node cannot lead on: whoever is furthest should not have to wait for its silence. */
  void leave() {
    Progress best = followers.best();
    if (to == 0 && best != null) {
      start(best);
      tell();
    }
  }

  /** Ends an attempt that took too long; returns whether this node may go on to lead. */
  boolean tick() {
    if (to != 0 && state.now - deadline >= 0) {
      to = 0;
      nextAttempt = state.now + 4 * state.electionNanos();
      state.out.refused(Refusal.TRANSFER_TIMED_OUT);
    }
    if (!state.isStalled()) {
      return true;
    }
    long waited = state.now - state.writes.oldestSince(state.now);
    if (waited > 2 * state.config.diskStallLimit().toNanos()) {
      return false;
    }
    // What is not durable here may well be on the others: whoever is furthest has it.
    leave();
    return true;
  }

  void toHigherPriority() {
    Progress best = followers.best();
    if (to == 0
        && best != null
        && state.now - nextAttempt >= 0
        && best.priority() > state.config.priority()
        && best.match() == state.log.lastIndex()) {
      start(best);
    }
  }
}
