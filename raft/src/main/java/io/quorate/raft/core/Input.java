package io.quorate.raft.core;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.log.Payload;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.MembershipChange;
import io.quorate.raft.quorum.NodeIds;
import java.util.List;

/** What can happen to a node. */
public sealed interface Input {

  /** Time has passed: what is due by now is done. To be given several times a heartbeat. */
  record Tick() implements Input {}

  /**
   * The inputs of a turn are over: what they amount to goes out, in one message for each follower
   * that has room. To be given after every turn; giving it more often costs messages only.
   */
  record EndOfTurn() implements Input {}

  /**
   * Commands to be agreed on.
   *
   * @param commands appended as one batch, or refused with {@link Effects#refused}
   */
  record Propose(Payload.Commands commands) implements Input {
    public Propose {
      requireNonNull(commands, "commands");
    }
  }

  /**
   * A message came. It may come late, twice, out of order, or from a node that is no member.
   *
   * @param from who sent it; the transport vouches for that
   */
  record Receive(long from, Message message) implements Input {
    public Receive {
      NodeIds.requireNode(from);
      requireNonNull(message, "message");
    }
  }

  /**
   * Every write up to this number, inclusive, is durable.
   *
   * @param write as counted by {@link Effects}
   */
  record Persisted(long write) implements Input {}

  /** A write failed, and what is on the disk is not known. The node takes no part any more. */
  record StorageFailed() implements Input {}

  /**
   * Somebody wants to read what is agreed on.
   *
   * @param read the caller's number for it; answered once, by {@link Effects#readReady} or {@link
   *     Effects#readRefused}
   */
  record Read(long read) implements Input {}

  /**
   * Leadership should go to another voter.
   *
   * @param to who; 0 for whoever is furthest
   */
  record Transfer(long to) implements Input {}

  /**
   * The group should change. Answered by the configuration's {@link Effects#append}, or by {@link
   * Effects#refused}.
   *
   * @param changes granted all at once
   */
  record ChangeMembership(List<MembershipChange> changes) implements Input {
    public ChangeMembership {
      changes = List.copyOf(changes);
    }
  }

  /**
   * A snapshot of what is applied is durable.
   *
   * @param mark what it stands for; its entry was applied
   */
  record SnapshotTaken(SnapshotMark mark) implements Input {
    public SnapshotTaken {
      requireNonNull(mark, "mark");
    }
  }

  /**
   * A transfer of a snapshot, asked for by {@link Effects#sendSnapshot}, is over.
   *
   * @param to whom it was for
   * @param delivered whether all of it arrived
   */
  record SnapshotSent(long to, boolean delivered) implements Input {
    public SnapshotSent {
      NodeIds.requireNode(to);
    }
  }

  /**
   * Messages to a node are lost, for all that is known.
   *
   * @param node who
   */
  record Unreachable(long node) implements Input {
    public Unreachable {
      NodeIds.requireNode(node);
    }
  }

  /** Start an election now, as if the time for it had come. */
  record Campaign() implements Input {}
}
