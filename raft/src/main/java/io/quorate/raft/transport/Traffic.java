package io.quorate.raft.transport;

import io.quorate.raft.core.Message;

/** What may wait behind what: neither kind of message waits for the other. */
public enum Traffic {
  /** Heartbeats, votes, reads and their answers: small, and elections depend on them. */
  CONTROL,
  /** Entries and their answers. */
  ENTRIES;

  /** Which of the two a message is. */
  public static Traffic of(Message message) {
    return switch (message) {
      case Message.Append m -> ENTRIES;
      case Message.AppendAck m -> ENTRIES;
      case Message.AppendReject m -> ENTRIES;
      case Message.InstallSnapshot m -> ENTRIES;
      case Message.PreVote m -> CONTROL;
      case Message.PreVoteReply m -> CONTROL;
      case Message.RequestVote m -> CONTROL;
      case Message.VoteReply m -> CONTROL;
      case Message.Heartbeat m -> CONTROL;
      case Message.HeartbeatAck m -> CONTROL;
      case Message.TermIsOver m -> CONTROL;
      case Message.TimeoutNow m -> CONTROL;
      case Message.ReadIndex m -> CONTROL;
      case Message.ReadIndexReply m -> CONTROL;
    };
  }
}
