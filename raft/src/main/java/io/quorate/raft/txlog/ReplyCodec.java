package io.quorate.raft.txlog;

import io.quorate.core.tx.TxId;
import io.quorate.raft.txlog.TableReply.Acquired;
import io.quorate.raft.txlog.TableReply.Conflict;
import io.quorate.raft.txlog.TableReply.Done;
import io.quorate.raft.txlog.TableReply.Fenced;
import io.quorate.raft.txlog.TableReply.Full;
import io.quorate.raft.txlog.TableReply.Held;
import io.quorate.raft.txlog.TableReply.Locked;
import io.quorate.raft.txlog.TableReply.Outcome;
import io.quorate.raft.txlog.TableReply.Senseless;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;

/** Replies as bytes; the table is in the package's description. */
final class ReplyCodec {
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 2 + Bytes.TIME;

  private ReplyCodec() {}

  static byte[] encode(TableReply from) {
    ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + size(from.outcome()));
    out.put((byte) VERSION).put(type(from.outcome()));
    Bytes.put(out, from.latest());
    switch (from.outcome()) {
      case Acquired acquired -> out.putLong(acquired.epoch());
      case Held held -> {
        Bytes.put(out, held.remaining());
        Bytes.put(out, held.holder());
      }
      case Fenced fenced -> out.putLong(fenced.newest());
      case Conflict conflict -> out.putInt(conflict.expected());
      case Locked locked -> {
        Bytes.put(out, locked.holder().value());
        Bytes.putLock(out, locked.lock());
      }
      case Full full -> out.putLong(full.liveBytes());
      case Done done -> {}
      case Senseless senseless -> {}
    }
    return out.array();
  }

  private static int size(Outcome of) {
    return switch (of) {
      case Acquired acquired -> Long.BYTES;
      case Held held -> Bytes.TIME + Bytes.size(held.holder());
      case Fenced fenced -> Long.BYTES;
      case Conflict conflict -> Integer.BYTES;
      case Locked locked -> Bytes.size(locked.holder().value()) + Bytes.lockSize(locked.lock());
      case Full full -> Long.BYTES;
      case Done done -> 0;
      case Senseless senseless -> 0;
    };
  }

  private static byte type(Outcome of) {
    return switch (of) {
      case Acquired acquired -> 1;
      case Held held -> 2;
      case Done done -> 3;
      case Fenced fenced -> 4;
      case Conflict conflict -> 5;
      case Locked locked -> 6;
      case Full full -> 7;
      case Senseless senseless -> 8;
    };
  }

  /**
   * Reads a reply.
   *
   * @throws TableFormatException it makes no sense to this release
   */
  static TableReply decode(byte[] bytes) {
    return Bytes.whole(ByteBuffer.wrap(bytes), ReplyCodec::read);
  }

  private static TableReply read(ByteBuffer in) {
    Bytes.requireVersion(in.get(), VERSION);
    byte type = in.get();
    Instant latest = Bytes.instant(in);
    Outcome outcome =
        switch (type) {
          case 1 -> new Acquired(in.getLong());
          case 2 -> {
            Duration remaining = Bytes.duration(in);
            yield new Held(Bytes.name(in), remaining);
          }
          case 3 -> new Done();
          case 4 -> new Fenced(in.getLong());
          case 5 -> new Conflict(in.getInt());
          case 6 -> {
            TxId holder = new TxId(Bytes.name(in));
            yield new Locked(holder, Bytes.lock(in));
          }
          case 7 -> new Full(in.getLong());
          case 8 -> new Senseless();
          default -> throw new IllegalArgumentException("type: " + type + " (expected: 1..8)");
        };
    return new TableReply(latest, outcome);
  }
}
