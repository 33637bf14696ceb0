package io.quorate.core.tx.log.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Force;
import io.quorate.core.tx.log.LogRecord.Kind;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** One append as bytes; the table is in the package's description. */
final class AppendCodec {
  static final int VERSION = 1;

  private static final int HEADER_BYTES = 30;
  private static final int VERSION_AT = 4;
  private static final int TIME_AT = 18;
  private static final int TIME_BYTES = 12;
  private static final int RECORD_BYTES = 6;
  private static final int FORCED = 1;
  private static final int HAS_DUE = 2;
  private static final int HAS_LOCKS = 4;

  /** The sign of the sequence, which has none itself. */
  private static final long OF_ENDED = 1L << 31;

  private AppendCodec() {}

  /**
   * What an append says before its records.
   *
   * @param end where the append ends in the buffer it was read from
   */
  record Head(TxId tx, int firstSeq, long epoch, Instant time, int end) {}

  /** The records of one transaction, in sequence; {@link #stamp} is still to come. */
  static byte[] encode(long epoch, List<LogRecord> records) {
    long bytes = bytes(records);
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "records: %d bytes (expected: <= %d)".formatted(bytes, Integer.MAX_VALUE));
    }
    LogRecord first = records.getFirst();
    byte[] id = first.tx().value().getBytes(US_ASCII);
    ByteBuffer out = ByteBuffer.allocate((int) bytes);
    out.putInt((int) bytes).put((byte) VERSION).put((byte) id.length);
    out.putInt(first.seq()).putLong(epoch).putLong(0).putInt(0).put(id);
    records.forEach(next -> encode(next, out));
    return out.array();
  }

  private static long bytes(List<LogRecord> records) {
    long bytes = (long) HEADER_BYTES + records.getFirst().tx().value().length();
    for (LogRecord next : records) {
      bytes += RECORD_BYTES + next.body().length + (next.due() == null ? 0 : TIME_BYTES);
      if (!next.locks().isEmpty()) {
        bytes += Integer.BYTES;
        for (String name : next.locks()) {
          bytes += 1 + 2L * name.length();
        }
      }
    }
    return bytes;
  }

  private static void encode(LogRecord next, ByteBuffer out) {
    Instant due = next.due();
    Set<String> locks = next.locks();
    int flags = next.force() == Force.FORCED ? FORCED : 0;
    flags |= due == null ? 0 : HAS_DUE;
    flags |= locks.isEmpty() ? 0 : HAS_LOCKS;
    out.put(code(next.kind())).put((byte) flags).putInt(next.body().length);
    if (due != null) {
      out.putLong(due.getEpochSecond()).putInt(due.getNano());
    }
    if (!locks.isEmpty()) {
      out.putInt(locks.size());
      for (String name : locks) {
        out.put((byte) name.length());
        for (int i = 0; i < name.length(); i++) {
          out.putChar(name.charAt(i));
        }
      }
    }
    out.put(next.body());
  }

  /** Sets the time of an encoded append: it is known only once the append has its place. */
  static void stamp(byte[] append, Instant time) {
    ByteBuffer.wrap(append)
        .putLong(TIME_AT, time.getEpochSecond())
        .putInt(TIME_AT + Long.BYTES, time.getNano());
  }

  /** What {@link #stamp} has set. */
  static Instant time(byte[] append) {
    ByteBuffer in = ByteBuffer.wrap(append);
    return Instant.ofEpochSecond(in.getLong(TIME_AT), in.getInt(TIME_AT + Long.BYTES));
  }

  /** The second header word of an append. */
  static long word(TxId tx, int firstSeq) {
    CRC32C crc = new CRC32C();
    crc.update(tx.value().getBytes(US_ASCII));
    return crc.getValue() << Integer.SIZE | firstSeq;
  }

  /** The second header word of a carried piece: also says whether its transaction has ended. */
  static long carriedWord(TxId tx, int firstSeq, boolean ended) {
    return word(tx, firstSeq) | (ended ? OF_ENDED : 0);
  }

  /** Whether the transaction had ended, of which a piece with this second word was carried. */
  static boolean isOfEnded(long word) {
    return (word & OF_ENDED) != 0;
  }

  /** The format version of the append at the buffer's position. */
  static int version(ByteBuffer in) {
    return in.get(in.position() + VERSION_AT) & 0xFF;
  }

  /** Reads what comes before the records, and leaves the position there. */
  static Head head(ByteBuffer in) {
    int start = in.position();
    int length = in.getInt();
    in.get();
    byte[] id = new byte[in.get() & 0xFF];
    int firstSeq = in.getInt();
    long epoch = in.getLong();
    Instant time = Instant.ofEpochSecond(in.getLong(), in.getInt());
    in.get(id);
    if (length < in.position() - start || length > in.limit() - start) {
      throw new IllegalArgumentException("length: " + length + " (expected: within the record)");
    }
    return new Head(new TxId(new String(id, US_ASCII)), firstSeq, epoch, time, start + length);
  }

  /** Reads the records of the append that {@code head} began, and leaves the position behind it. */
  static void records(ByteBuffer in, Head head, Consumer<LogRecord> out) {
    int seq = head.firstSeq();
    while (in.position() < head.end()) {
      out.accept(decode(in, head.tx(), seq++));
    }
    if (in.position() != head.end()) {
      throw new IllegalArgumentException("records: longer than their append");
    }
  }

  private static LogRecord decode(ByteBuffer in, TxId tx, int seq) {
    Kind kind = kind(in.get());
    int flags = in.get();
    int bodyBytes = in.getInt();
    @Nullable Instant due =
        (flags & HAS_DUE) == 0 ? null : Instant.ofEpochSecond(in.getLong(), in.getInt());
    Set<String> locks = (flags & HAS_LOCKS) == 0 ? Set.of() : locks(in);
    if (bodyBytes < 0 || bodyBytes > in.remaining()) {
      throw new IllegalArgumentException("body: " + bodyBytes + " (expected: within the append)");
    }
    byte[] body = new byte[bodyBytes];
    in.get(body);
    Force force = (flags & FORCED) == 0 ? Force.LAZY : Force.FORCED;
    return new LogRecord(tx, seq, kind, force, due, locks, body);
  }

  private static Set<String> locks(ByteBuffer in) {
    Set<String> locks = new HashSet<>();
    for (int left = in.getInt(); left > 0; left--) {
      char[] name = new char[in.get() & 0xFF];
      for (int i = 0; i < name.length; i++) {
        name[i] = in.getChar();
      }
      locks.add(new String(name));
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
