package io.quorate.raft.codec;

import io.quorate.raft.core.Message;
import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The fields of messages, in the format of {@link MessageCodec}. */
final class MessageFields {
  /** An {@link Message.Append} without batches. */
  static final int APPEND_BYTES = MessageCodec.BYTES_MIN + 4 * Long.BYTES + Integer.BYTES;

  private static final byte PRE_VOTE = 1;
  private static final byte PRE_VOTE_REPLY = 2;
  private static final byte REQUEST_VOTE = 3;
  private static final byte VOTE_REPLY = 4;
  private static final byte APPEND = 5;
  private static final byte APPEND_ACK = 6;
  private static final byte APPEND_REJECT = 7;
  private static final byte HEARTBEAT = 8;
  private static final byte HEARTBEAT_ACK = 9;
  private static final byte TERM_IS_OVER = 10;
  private static final byte INSTALL_SNAPSHOT = 11;
  private static final byte TIMEOUT_NOW = 12;
  private static final byte READ_INDEX = 13;
  private static final byte READ_INDEX_REPLY = 14;

  private MessageFields() {}

  /** All of a message but the batches of an {@link Message.Append}. */
  static void put(Message message, ByteBuffer target) {
    switch (message) {
      case Message.PreVote m ->
          head(target, PRE_VOTE, false, m.term()).putLong(m.lastIndex()).putLong(m.lastTerm());
      case Message.PreVoteReply m -> head(target, PRE_VOTE_REPLY, m.granted(), m.term());
      case Message.RequestVote m ->
          head(target, REQUEST_VOTE, m.transfer(), m.term())
              .putLong(m.lastIndex())
              .putLong(m.lastTerm());
      case Message.VoteReply m -> head(target, VOTE_REPLY, m.granted(), m.term());
      case Message.Append m ->
          head(target, APPEND, false, m.term())
              .putLong(m.previousIndex())
              .putLong(m.previousTerm())
              .putLong(m.commitIndex())
              .putLong(m.boot())
              .putInt(m.batches().size());
      case Message.AppendAck m ->
          head(target, APPEND_ACK, false, m.term())
              .putLong(m.matchIndex())
              .putLong(m.commitIndex())
              .putLong(m.boot());
      case Message.AppendReject m ->
          head(target, APPEND_REJECT, false, m.term())
              .putLong(m.previousIndex())
              .putLong(m.hintIndex())
              .putLong(m.hintTerm())
              .putLong(m.boot());
      case Message.Heartbeat m ->
          head(target, HEARTBEAT, false, m.term()).putLong(m.round()).putInt(m.priority());
      case Message.HeartbeatAck m ->
          head(target, HEARTBEAT_ACK, false, m.term()).putLong(m.round()).putInt(m.priority());
      case Message.TermIsOver m -> head(target, TERM_IS_OVER, false, m.term());
      case Message.InstallSnapshot m -> {
        head(target, INSTALL_SNAPSHOT, false, m.term())
            .putLong(m.mark().index())
            .putLong(m.mark().term())
            .putLong(m.boot());
        MembershipCodec.encode(m.mark().membership(), target);
      }
      case Message.TimeoutNow m -> head(target, TIMEOUT_NOW, false, m.term());
      case Message.ReadIndex m -> head(target, READ_INDEX, false, m.term()).putLong(m.request());
      case Message.ReadIndexReply m ->
          head(target, READ_INDEX_REPLY, false, m.term()).putLong(m.request()).putLong(m.index());
    }
  }

  private static ByteBuffer head(ByteBuffer target, byte kind, boolean flag, long term) {
    return target
        .put((byte) MessageCodec.VERSION)
        .put(kind)
        .put((byte) (flag ? 1 : 0))
        .put((byte) 0)
        .putLong(term);
  }

  /**
   * A message, batches and all; moves the position behind it.
   *
   * @throws CodecException there is none
   */
  static Message read(ByteBuffer source) {
    if (source.remaining() < MessageCodec.BYTES_MIN) {
      throw new CodecException(
          "message", source.remaining() + " bytes", ">= " + MessageCodec.BYTES_MIN);
    }
    int version = source.get() & 0xFF;
    if (version != MessageCodec.VERSION) {
      throw new CodecException("version", version, "" + MessageCodec.VERSION);
    }
    byte kind = source.get();
    boolean flag = flag(kind, source.get());
    byte zero = source.get();
    if (zero != 0) {
      throw new CodecException("zero", zero, "0");
    }
    long term = natural("term", source);
    return switch (kind) {
      case PRE_VOTE ->
          new Message.PreVote(term, natural("lastIndex", source), natural("lastTerm", source));
      case PRE_VOTE_REPLY -> new Message.PreVoteReply(term, flag);
      case REQUEST_VOTE ->
          new Message.RequestVote(
              term, natural("lastIndex", source), natural("lastTerm", source), flag);
      case VOTE_REPLY -> new Message.VoteReply(term, flag);
      case APPEND -> append(term, source);
      case APPEND_ACK ->
          new Message.AppendAck(
              term,
              natural("matchIndex", source),
              natural("commitIndex", source),
              natural("boot", source));
      case APPEND_REJECT ->
          new Message.AppendReject(
              term,
              natural("previousIndex", source),
              natural("hintIndex", source),
              natural("hintTerm", source),
              natural("boot", source));
      case HEARTBEAT ->
          new Message.Heartbeat(term, natural("round", source), number("priority", source));
      case HEARTBEAT_ACK ->
          new Message.HeartbeatAck(term, natural("round", source), number("priority", source));
      case TERM_IS_OVER -> new Message.TermIsOver(term);
      case INSTALL_SNAPSHOT -> installSnapshot(term, source);
      case TIMEOUT_NOW -> new Message.TimeoutNow(term);
      case READ_INDEX -> new Message.ReadIndex(term, any("request", source));
      case READ_INDEX_REPLY ->
          new Message.ReadIndexReply(term, any("request", source), natural("index", source));
      default ->
          throw new CodecException("kind", kind, "%d..%d".formatted(PRE_VOTE, READ_INDEX_REPLY));
    };
  }

  private static boolean flag(byte kind, byte flag) {
    boolean meant = kind == PRE_VOTE_REPLY || kind == REQUEST_VOTE || kind == VOTE_REPLY;
    if (flag != 0 && (flag != 1 || !meant)) {
      throw new CodecException("flag", flag, meant ? "0 or 1" : "0");
    }
    return flag == 1;
  }

  private static Message append(long term, ByteBuffer source) {
    long previousIndex = natural("previousIndex", source);
    long previousTerm = natural("previousTerm", source);
    long commitIndex = natural("commitIndex", source);
    long boot = natural("boot", source);
    int count = number("batches", source);
    if (count < 0 || count > source.remaining() / BatchCodec.HEADER_BYTES) {
      throw new CodecException("batches", count, "as many as there are bytes for");
    }
    List<EntryBatch> batches = new ArrayList<>(count);
    long lastIndex = previousIndex;
    long lastTerm = previousTerm;
    for (int i = 0; i < count; i++) {
      EntryBatch batch = BatchCodec.decode(source);
      if (batch.firstIndex() != lastIndex + 1) {
        throw new CodecException("firstIndex", batch.firstIndex(), "the one after " + lastIndex);
      }
      if (batch.term() < lastTerm || batch.term() > term) {
        throw new CodecException(
            "term of a batch", batch.term(), "%d..%d".formatted(lastTerm, term));
      }
      lastIndex = batch.lastIndex();
      lastTerm = batch.term();
      batches.add(batch);
    }
    return new Message.Append(term, previousIndex, previousTerm, batches, commitIndex, boot);
  }

  private static Message installSnapshot(long term, ByteBuffer source) {
    long index = natural("mark.index", source);
    long markTerm = natural("mark.term", source);
    long boot = natural("boot", source);
    if ((index == 0) != (markTerm == 0)) {
      throw new CodecException("mark.term", markTerm, ">= 1, or 0 at index 0");
    }
    return new Message.InstallSnapshot(
        term, new SnapshotMark(index, markTerm, MembershipCodec.decode(source)), boot);
  }

  private static long natural(String field, ByteBuffer source) {
    long value = any(field, source);
    if (value < 0) {
      throw new CodecException(field, value, ">= 0");
    }
    return value;
  }

  private static long any(String field, ByteBuffer source) {
    if (source.remaining() < Long.BYTES) {
      throw new CodecException(field, source.remaining() + " bytes", "" + Long.BYTES);
    }
    return source.getLong();
  }

  private static int number(String field, ByteBuffer source) {
    if (source.remaining() < Integer.BYTES) {
      throw new CodecException(field, source.remaining() + " bytes", "" + Integer.BYTES);
    }
    return source.getInt();
  }
}
