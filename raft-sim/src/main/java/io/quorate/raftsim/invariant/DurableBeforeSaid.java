package io.quorate.raftsim.invariant;

import io.quorate.raft.core.Message;
import io.quorate.raft.core.Role;
import io.quorate.raft.core.Status;
import io.quorate.raftsim.disk.DiskState;

/**
 * What a message promises is on the sender's disk when it leaves: the term it is of, the vote it
 * gives or asks with, the entries it acknowledges. A node leads only once its own vote is there.
 * Source: the Raft paper, figure 2, "before responding to RPCs".
 */
final class DurableBeforeSaid implements Invariant {
  @Override
  public String name() {
    return "durable-before-said";
  }

  @Override
  public void onSend(GroupView group, NodeView node, long to, Message message) {
    DiskState disk = node.promised();
    boolean durable =
        switch (message) {
          case Message.PreVote ask -> true;
          case Message.PreVoteReply reply ->
              reply.granted() || disk.hardState().term() >= reply.term();
          case Message.VoteReply reply when reply.granted() -> disk.voteIn(reply.term()) == to;
          case Message.RequestVote ask -> disk.voteIn(ask.term()) == node.id();
          case Message.AppendAck ack -> isStored(group, node, to, ack);
          default -> disk.hardState().term() >= message.term();
        };
    if (!durable) {
      group.violate(
          name(),
          "node %d says %s to %d, its disk has %s and entries to %d"
              .formatted(node.id(), message, to, disk.hardState(), disk.log().lastIndex()));
    }
  }

  /** One that its sender has outlived says what was once, which is not looked at. */
  private static boolean isStored(GroupView group, NodeView node, long to, Message.AppendAck ack) {
    DiskState disk = node.promised();
    if (disk.hardState().term() != ack.term()) {
      return disk.hardState().term() > ack.term();
    }
    long index = ack.matchIndex();
    if (index > disk.log().lastIndex()) {
      return false;
    }
    for (NodeView leader : group.nodes()) {
      if (leader.id() == to
          && leader.isUp()
          && leader.status().role() == Role.LEADER
          && leader.status().hardState().term() == ack.term()
          && index > leader.written().baseIndex()
          && index > disk.log().baseIndex()) {
        return leader.written().term(index) == disk.log().term(index);
      }
    }
    return true;
  }

  @Override
  public void onStep(GroupView group, NodeView node, Status before, Status after) {
    if (after.role() == Role.LEADER
        && before.role() != Role.LEADER
        && node.promised().voteIn(after.hardState().term()) != node.id()) {
      group.violate(
          name(),
          "node %d leads term %d before its own vote is on disk"
              .formatted(node.id(), after.hardState().term()));
    }
  }
}
