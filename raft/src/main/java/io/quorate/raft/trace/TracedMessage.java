package io.quorate.raft.trace;

import static java.util.Objects.requireNonNull;

import io.quorate.raft.core.Message;
import org.jspecify.annotations.Nullable;

/**
 * A message in the specification's terms, in which an entry is a message's unit and a heartbeat has
 * an index.
 *
 * @param type {@code MsgApp}, {@code MsgAppResp}, {@code MsgHeartbeat}, {@code MsgHeartbeatResp},
 *     {@code MsgVote}, {@code MsgVoteResp} or {@code MsgSnap}
 * @param term the sender's term
 * @param from who sent it
 * @param to whom
 * @param entries how many entries; of a snapshot, the last entry in it
 * @param logTerm the term of the entry at {@code index}
 * @param index the entry before those sent, or the last that is acknowledged
 * @param commit the sender's commit index, where it says
 * @param reject whether it refuses
 * @param rejectHint where to try next
 */
public record TracedMessage(
    String type,
    long term,
    long from,
    long to,
    long entries,
    long logTerm,
    long index,
    long commit,
    boolean reject,
    long rejectHint) {
  public TracedMessage {
    requireNonNull(type, "type");
  }

  /** Null for those the specification knows nothing of: pre-votes, reads, hand-overs. */
  static @Nullable TracedMessage of(long from, long to, Message message) {
    return switch (message) {
      case Message.RequestVote ask ->
          plain("MsgVote", from, to, ask.term()).at(ask.lastTerm(), ask.lastIndex());
      case Message.VoteReply reply ->
          plain("MsgVoteResp", from, to, reply.term()).rejects(!reply.granted(), 0);
      case Message.Append append -> {
        long entries = append.batches().stream().mapToLong(batch -> batch.payload().count()).sum();
        yield append(
            from,
            to,
            append.term(),
            append.previousIndex(),
            append.previousTerm(),
            entries,
            append.commitIndex());
      }
      case Message.AppendAck ack ->
          plain("MsgAppResp", from, to, ack.term()).at(0, ack.matchIndex());
      case Message.AppendReject reject ->
          plain("MsgAppResp", from, to, reject.term())
              .at(reject.hintTerm(), reject.previousIndex())
              .rejects(true, reject.hintIndex());
      case Message.TermIsOver over -> plain("MsgAppResp", from, to, over.term());
      case Message.Heartbeat heartbeat -> plain("MsgHeartbeat", from, to, heartbeat.term());
      case Message.HeartbeatAck ack -> plain("MsgHeartbeatResp", from, to, ack.term());
      case Message.InstallSnapshot install ->
          snapshot(from, to, install.term(), install.mark().index());
      case Message.PreVote ask -> null;
      case Message.PreVoteReply reply -> null;
      case Message.TimeoutNow now -> null;
      case Message.ReadIndex ask -> null;
      case Message.ReadIndexReply reply -> null;
    };
  }

  static TracedMessage append(
      long from, long to, long term, long index, long logTerm, long entries, long commit) {
    return new TracedMessage("MsgApp", term, from, to, entries, logTerm, index, commit, false, 0);
  }

  static TracedMessage snapshot(long from, long to, long term, long lastIndex) {
    return new TracedMessage("MsgSnap", term, from, to, lastIndex, 0, 0, 0, false, 0);
  }

  private static TracedMessage plain(String type, long from, long to, long term) {
    return new TracedMessage(type, term, from, to, 0, 0, 0, 0, false, 0);
  }

  private TracedMessage at(long itsTerm, long itsIndex) {
    return new TracedMessage(
        type, term, from, to, entries, itsTerm, itsIndex, commit, reject, rejectHint);
  }

  private TracedMessage rejects(boolean rejects, long hint) {
    return new TracedMessage(type, term, from, to, entries, logTerm, index, commit, rejects, hint);
  }

  /** Whether it is one of the specification's requests, not an answer. */
  boolean isRequest() {
    return !type.endsWith("Resp");
  }

  boolean isVote() {
    return type.startsWith("MsgVote");
  }

  String toJson() {
    return ("{\"type\":\"%s\",\"term\":%d,\"from\":\"%d\",\"to\":\"%d\",\"entries\":%d,\"logTerm\":%d,"
                + "\"index\":%d,\"commit\":%d,\"vote\":\"0\",\"reject\":%b,\"rejectHint\":%d}")
        .formatted(type, term, from, to, entries, logTerm, index, commit, reject, rejectHint);
  }
}
