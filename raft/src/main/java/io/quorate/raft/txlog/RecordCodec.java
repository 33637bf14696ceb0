package io.quorate.raft.txlog;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Force;
import io.quorate.core.tx.log.LogRecord.Kind;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One record as bytes, without its transaction and sequence; the same record, the same bytes. */
final class RecordCodec {
  private static final int FIXED_BYTES = 6;
  private static final int FORCED = 1;
  private static final int HAS_DUE = 2;
  private static final int HAS_LOCKS = 4;
  private static final int ALL_FLAGS = FORCED | HAS_DUE | HAS_LOCKS;

  private RecordCodec() {}

  static long size(LogRecord of) {
    long bytes = (long) FIXED_BYTES + of.body().length + (of.due() == null ? 0 : Bytes.TIME);
    if (!of.locks().isEmpty()) {
      bytes += Integer.BYTES;
      for (String lock : of.locks()) {
        bytes += Bytes.lockSize(lock);
      }
    }
    return bytes;
  }

  static void encode(LogRecord from, ByteBuffer out) {
    Instant due = from.due();
    int flags = from.force() == Force.FORCED ? FORCED : 0;
    flags |= due == null ? 0 : HAS_DUE;
    flags |= from.locks().isEmpty() ? 0 : HAS_LOCKS;
    out.put(code(from.kind())).put((byte) flags).putInt(from.body().length);
    if (due != null) {
      Bytes.put(out, due);
    }
    if (!from.locks().isEmpty()) {
      List<String> sorted = from.locks().stream().sorted().toList();
      out.putInt(sorted.size());
      sorted.forEach(lock -> Bytes.putLock(out, lock));
    }
    out.put(from.body());
  }

  static LogRecord decode(ByteBuffer in, TxId tx, int seq) {
    Kind kind = kind(in.get());
    int flags = in.get();
    if ((flags & ~ALL_FLAGS) != 0) {
      throw new IllegalArgumentException("flags: %d (expected: 0..%d)".formatted(flags, ALL_FLAGS));
    }
    int bodyBytes = in.getInt();
    @Nullable Instant due = (flags & HAS_DUE) == 0 ? null : Bytes.instant(in);
    Set<String> locks = (flags & HAS_LOCKS) == 0 ? Set.of() : locks(in);
    if (bodyBytes < 0 || bodyBytes > in.remaining()) {
      throw new IllegalArgumentException(
          "body: %d bytes (expected: 0..%d)".formatted(bodyBytes, in.remaining()));
    }
    byte[] body = new byte[bodyBytes];
    in.get(body);
    Force force = (flags & FORCED) == 0 ? Force.LAZY : Force.FORCED;
    return new LogRecord(tx, seq, kind, force, due, locks, body);
  }

  private static Set<String> locks(ByteBuffer in) {
    int count = in.getInt();
    if (count < 1 || count > in.remaining()) {
      throw new IllegalArgumentException(
          "locks: %d (expected: 1..%d)".formatted(count, in.remaining()));
    }
    Set<String> locks = new HashSet<>();
    String before = "";
    for (int i = 0; i < count; i++) {
      String lock = Bytes.lock(in);
      if (lock.compareTo(before) <= 0) {
        throw new IllegalArgumentException("locks: not in order (expected: each behind the last)");
      }
      locks.add(lock);
      before = lock;
    }
    return locks;
  }

  private static byte code(Kind kind) {
    return switch (kind) {
      case BEGIN -> 1;
      case STEP -> 2;
      case DECIDE -> 3;
      case PARK -> 4;
      case RESOLVE -> 5;
      case END -> 6;
    };
  }

  private static Kind kind(byte code) {
    return switch (code) {
      case 1 -> Kind.BEGIN;
      case 2 -> Kind.STEP;
      case 3 -> Kind.DECIDE;
      case 4 -> Kind.PARK;
      case 5 -> Kind.RESOLVE;
      case 6 -> Kind.END;
      default -> throw new IllegalArgumentException("kind: " + code + " (expected: 1..6)");
    };
  }
}
