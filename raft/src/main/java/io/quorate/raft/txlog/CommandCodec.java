package io.quorate.raft.txlog;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.raft.txlog.TableCommand.Acquire;
import io.quorate.raft.txlog.TableCommand.Append;
import io.quorate.raft.txlog.TableCommand.Release;
import io.quorate.raft.txlog.TableCommand.Renew;
import io.quorate.raft.txlog.TableCommand.Tick;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Commands as bytes; the table is in the package's description. */
final class CommandCodec {
  private static final int VERSION = 1;
  private static final byte ACQUIRE = 1;
  private static final byte RENEW = 2;
  private static final byte RELEASE = 3;
  private static final byte APPEND = 4;
  private static final byte TICK = 5;
  private static final int HEADER_BYTES = 2 + Bytes.TIME;
  private static final int LIMITS_BYTES = 16 + Bytes.TIME;

  private CommandCodec() {}

  /** How many bytes a command takes. */
  static long size(TableCommand of) {
    return HEADER_BYTES
        + switch (of) {
          case Acquire acquire -> (long) Bytes.TIME + LIMITS_BYTES + Bytes.size(acquire.owner());
          case Renew renew -> Long.BYTES;
          case Release release -> Long.BYTES;
          case Append append -> size(append);
          case Tick tick -> 0;
        };
  }

  private static long size(Append append) {
    LogRecord first = append.records().getFirst();
    long bytes = (long) Long.BYTES + Bytes.size(first.tx().value()) + Integer.BYTES;
    for (LogRecord each : append.records()) {
      bytes += RecordCodec.size(each);
    }
    return bytes;
  }

  /** A command whose {@link #size} an array can have. */
  static byte[] encode(TableCommand from) {
    ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(size(from)));
    out.put((byte) VERSION).put(type(from));
    Bytes.put(out, from.reading());
    switch (from) {
      case Acquire acquire -> {
        Bytes.put(out, acquire.lease());
        Bytes.put(out, acquire.limits());
        Bytes.put(out, acquire.owner());
      }
      case Renew renew -> out.putLong(renew.epoch());
      case Release release -> out.putLong(release.epoch());
      case Append append -> {
        LogRecord first = append.records().getFirst();
        out.putLong(append.epoch());
        Bytes.put(out, first.tx().value());
        out.putInt(first.seq());
        append.records().forEach(each -> RecordCodec.encode(each, out));
      }
      case Tick tick -> {}
    }
    return out.array();
  }

  private static byte type(TableCommand of) {
    return switch (of) {
      case Acquire acquire -> ACQUIRE;
      case Renew renew -> RENEW;
      case Release release -> RELEASE;
      case Append append -> APPEND;
      case Tick tick -> TICK;
    };
  }

  /**
   * Reads a command.
   *
   * @throws TableFormatException it makes no sense to this release
   */
  static TableCommand decode(ByteBuffer bytes) {
    return Bytes.whole(bytes, CommandCodec::read);
  }

  private static TableCommand read(ByteBuffer in) {
    Bytes.requireVersion(in.get(), VERSION);
    byte type = in.get();
    Instant reading = Bytes.instant(in);
    return switch (type) {
      case ACQUIRE -> acquire(in, reading);
      case RENEW -> new Renew(reading, in.getLong());
      case RELEASE -> new Release(reading, in.getLong());
      case APPEND -> append(in, reading);
      case TICK -> new Tick(reading);
      default -> throw new IllegalArgumentException("type: " + type + " (expected: 1..5)");
    };
  }

  private static Acquire acquire(ByteBuffer in, Instant reading) {
    Duration lease = Bytes.duration(in);
    if (lease.isNegative() || lease.isZero()) {
      throw new IllegalArgumentException("lease: " + lease + " (expected: > 0)");
    }
    TableLimits limits = Bytes.limits(in);
    return new Acquire(reading, new Epoch(Bytes.name(in), 0).owner(), lease, limits);
  }

  private static Append append(ByteBuffer in, Instant reading) {
    long epoch = in.getLong();
    TxId tx = new TxId(Bytes.name(in));
    int seq = in.getInt();
    List<LogRecord> records = new ArrayList<>();
    while (in.hasRemaining()) {
      records.add(RecordCodec.decode(in, tx, seq++));
    }
    return new Append(reading, epoch, Sequence.require(records));
  }
}
