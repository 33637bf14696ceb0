package io.quorate.raft.core;

import io.quorate.raft.quorum.Ballots.Ballot;
import io.quorate.raft.quorum.NodeIds;
import io.quorate.raft.quorum.VoteResult;

/**
 * Asking for votes and giving them. A candidate first asks whether it would win (pre-vote, thesis
 * §9.6), so that a node which cannot never raises the others' term; and nobody listens to
 * candidates while it hears from a leader (thesis §4.2.3).
 */
final class Elections {
  private final CoreState state;

  /** Who has granted the election that is under way, and who has not. */
  private NodeIds granted = NodeIds.none();

  private NodeIds denied = NodeIds.none();

  /** The write that makes this candidate's vote for itself durable. */
  private long ownVote;

  Elections(CoreState state) {
    this.state = state;
  }

  /** Asks whether it would win. */
  void preCampaign() {
    if (!state.mayLead()) {
      state.restartElectionClock();
      return;
    }
    begin();
    state.become(Role.PRE_CANDIDATE, state.term, state.vote, 0);
    granted = granted.with(state.self);
    if (result() == VoteResult.WON) {
      campaign(false);
      return;
    }
    askAll(new Message.PreVote(state.term + 1, state.log.lastIndex(), state.log.lastTerm()), false);
  }

  /**
   * Asks for votes in the next term. Its own counts, and the others are asked, once it is durable.
   *
   * @param transfer whether the leader of this term has asked for it
   */
  void campaign(boolean transfer) {
    if (!state.mayLead()) {
      return;
    }
    begin();
    state.become(Role.CANDIDATE, state.term + 1, state.self, 0);
    ownVote = state.writes.issued();
    askAll(
        new Message.RequestVote(state.term, state.log.lastIndex(), state.log.lastTerm(), transfer),
        true);
  }

  /** Whether this node's vote for itself has just become durable, and so counts. */
  boolean isOwnVoteDue() {
    return state.role == Role.CANDIDATE
        && !granted.contains(state.self)
        && state.writes.persisted() >= ownVote;
  }

  private void begin() {
    granted = NodeIds.none();
    denied = NodeIds.none();
  }

  private void askAll(Message question, boolean durably) {
    NodeIds voters = state.log.membership().quorum().voters();
    for (int i = 0; i < voters.size(); i++) {
      long voter = voters.at(i);
      if (voter != state.self) {
        if (durably) {
          state.sendDurably(voter, question);
        } else {
          state.send(voter, question);
        }
      }
    }
  }

  void onPreVote(long from, Message.PreVote ask) {
    if (ask.term() > state.term && state.isLeaderProtected()) {
      return;
    }
    boolean grant =
        ask.term() > state.term
            && !state.inDoubt
            && state.isUpToDate(ask.lastIndex(), ask.lastTerm());
    state.send(from, new Message.PreVoteReply(grant ? ask.term() : state.term, grant));
  }

  void onRequestVote(long from, Message.RequestVote ask) {
    boolean free = state.vote == from || (state.vote == 0 && state.leader == 0);
    if (free && !state.inDoubt && state.isUpToDate(ask.lastIndex(), ask.lastTerm())) {
      state.become(Role.FOLLOWER, state.term, from, state.leader);
      state.sendDurably(from, new Message.VoteReply(state.term, true));
    } else {
      state.send(from, new Message.VoteReply(state.term, false));
    }
  }

  /** Counts a vote of either kind; returns whether this node leads from now on. */
  boolean onReply(long from, boolean grant) {
    if (grant) {
      granted = granted.with(from);
    } else {
      denied = denied.with(from);
    }
    switch (result()) {
      case WON -> {
        if (state.role == Role.CANDIDATE) {
          return true;
        }
        campaign(false);
      }
      case LOST -> state.become(Role.FOLLOWER, state.term, state.vote, 0);
      case PENDING -> {}
    }
    return false;
  }

  private VoteResult result() {
    return state
        .log
        .membership()
        .quorum()
        .vote(
            node ->
                granted.contains(node)
                    ? Ballot.YES
                    : denied.contains(node) ? Ballot.NO : Ballot.MISSING);
  }
}
