package io.quorate.raftsim.invariant;

import io.quorate.raft.core.Message;
import java.util.HashMap;
import java.util.Map;

/**
 * A node votes for one candidate a term, its own restarts included, judged by what it sends.
 * Source: the Raft paper, §5.2.
 */
final class OneVotePerTerm implements Invariant {
  private record Voter(long node, long term) {}

  private final Map<Voter, Long> votes = new HashMap<>();

  @Override
  public String name() {
    return "one-vote-per-term";
  }

  @Override
  public void onSend(GroupView group, NodeView node, long to, Message message) {
    if (message instanceof Message.VoteReply reply && reply.granted()) {
      voted(group, node, reply.term(), to);
    } else if (message instanceof Message.RequestVote ask) {
      voted(group, node, ask.term(), node.id());
    }
  }

  private void voted(GroupView group, NodeView node, long term, long candidate) {
    Long other = votes.putIfAbsent(new Voter(node.id(), term), candidate);
    if (other != null && other != candidate) {
      group.violate(
          name(),
          "node %d votes for %d and for %d in term %d"
              .formatted(node.id(), other, candidate, term));
    }
  }
}
