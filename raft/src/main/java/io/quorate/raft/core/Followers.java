package io.quorate.raft.core;

import io.quorate.raft.progress.Progress;
import io.quorate.raft.quorum.NodeIds;
import org.jspecify.annotations.Nullable;

/** The progress of all other members, in the order of their ids, as the membership has them. */
final class Followers {
  private final CoreState state;
  private NodeIds others = NodeIds.none();
  private Progress[] progress = new Progress[0];

  Followers(CoreState state) {
    this.state = state;
    align(state.log.lastIndex() + 1);
  }

  /** Takes in who is new and lets go who has left. */
  void align(long next) {
    NodeIds members = state.log.membership().members().without(state.self);
    if (members.equals(others)) {
      return;
    }
    Progress[] aligned = new Progress[members.size()];
    for (int i = 0; i < aligned.length; i++) {
      Progress known = of(members.at(i));
      aligned[i] =
          known != null
              ? known
              : new Progress(
                  members.at(i),
                  next,
                  state.config.inflightMessagesMax(),
                  state.config.inflightBytesMax(),
                  state.now);
    }
    others = members;
    progress = aligned;
  }

  Progress[] all() {
    return progress;
  }

  @Nullable Progress of(long node) {
    for (Progress each : progress) {
      if (each.node() == node) {
        return each;
      }
    }
    return null;
  }

  /** How far a member's log is durable and agrees; this node's own is as far as its disk is. */
  long match(long node) {
    if (node == state.self) {
      return state.writes.durableIndex();
    }
    Progress of = of(node);
    return of == null ? 0 : of.match();
  }

  /** The last heartbeat that a member has answered; this node needs none. */
  long round(long node) {
    if (node == state.self) {
      return Long.MAX_VALUE;
    }
    Progress of = of(node);
    return of == null ? 0 : of.round();
  }

  boolean isActive(long node) {
    if (node == state.self) {
      return true;
    }
    Progress of = of(node);
    return of != null && state.now - of.lastActiveNanos() < state.electionNanos();
  }

  /** The voter that is furthest, of those that are heard of; null where none is. */
  @Nullable Progress best() {
    NodeIds voters = state.log.membership().voters();
    Progress best = null;
    for (Progress each : progress) {
      if (voters.contains(each.node())
          && isActive(each.node())
          && (best == null
              || each.match() > best.match()
              || (each.match() == best.match() && each.priority() > best.priority()))) {
        best = each;
      }
    }
    return best;
  }
}
