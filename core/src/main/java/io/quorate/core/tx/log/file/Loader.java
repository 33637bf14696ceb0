package io.quorate.core.tx.log.file;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Kind;
import io.quorate.core.wal.WalCorruptException;
import io.quorate.core.wal.WalRecord;
import io.quorate.core.wal.WriteAheadLog;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Rebuilds what was in memory from the write-ahead log.
 *
 * <p>What was truncated is there again as a CARRY further on, or is of a transaction that had
 * ended. So a record whose predecessors are missing is a straggler at first, and must turn out to
 * be one of these; everything else that does not follow in sequence is damage.
 */
final class Loader {
  private final String directory;
  private final int appendBytesMax;
  private final ConcurrentHashMap<TxId, Entry> entries = new ConcurrentHashMap<>();
  private final Map<TxId, Straggler> stragglers = new HashMap<>();
  private Epoch newest = Epoch.NONE;
  private Instant latest = Instant.MIN;
  private boolean closedLast;

  /** Records of a transaction without those before them. */
  private record Straggler(int firstSeq, int lastSeq, boolean ended, long position) {}

  private Loader(String directory, int appendBytesMax) {
    this.directory = directory;
    this.appendBytesMax = appendBytesMax;
  }

  /**
   * Reads all of {@code wal}.
   *
   * @param directory for messages
   * @throws LogCorruptException acknowledged records are missing or make no sense
   * @throws LogFormatException a newer release wrote it
   * @throws IllegalArgumentException a record is larger than {@code appendBytesMax}: it could not
   *     be carried
   */
  static Loader load(WriteAheadLog wal, String directory, int appendBytesMax) {
    Loader loader = new Loader(directory, appendBytesMax);
    try {
      wal.replay(
          wal.firstPosition(),
          next -> {
            loader.take(next);
            return true;
          });
    } catch (WalCorruptException rotten) {
      throw new LogCorruptException(directory, "cannot read " + rotten.lost(), rotten);
    }
    loader.requireNoStragglers();
    return loader;
  }

  ConcurrentHashMap<TxId, Entry> entries() {
    return entries;
  }

  Epoch newest() {
    return newest;
  }

  /** No later time was given out. {@link Instant#MIN} for a new log. */
  Instant floor() {
    return latest.equals(Instant.MIN) || closedLast ? latest : latest.plus(LogClock.AHEAD);
  }

  private void take(WalRecord next) {
    if (next.type() > Journal.TYPE_MAX) {
      throw new LogFormatException(
          where(next.start()), "record type", next.type(), Journal.TYPE_MAX);
    }
    if (next.payload().length > appendBytesMax) {
      throw new IllegalArgumentException(
          "wal.recordBytesMax: %d (expected: >= %d, the record at %s)"
              .formatted(appendBytesMax, next.payload().length, where(next.start())));
    }
    closedLast = next.type() == Journal.CLOSE;
    try {
      switch (next.type()) {
        case Journal.APPEND, Journal.CARRY -> takeAppends(next);
        case Journal.EPOCH, Journal.TIME, Journal.CLOSE -> takeMark(next);
        default -> throw new IllegalArgumentException("record type 0");
      }
    } catch (IllegalArgumentException
        | BufferUnderflowException
        | IndexOutOfBoundsException
        | DateTimeException bad) {
      throw new LogCorruptException(where(next.start()), "cannot decode " + next, bad);
    }
  }

  private void takeMark(WalRecord next) {
    ByteBuffer in = ByteBuffer.wrap(next.payload());
    requireVersion(in.get() & 0xFF, next.start());
    Instant time = Instant.ofEpochSecond(in.getLong(), in.getInt());
    latest = time.isAfter(latest) ? time : latest;
    if (next.type() == Journal.EPOCH && next.word0() > newest.number()) {
      byte[] owner = new byte[in.remaining()];
      in.get(owner);
      newest = new Epoch(new String(owner, US_ASCII), next.word0());
    }
  }

  private void takeAppends(WalRecord next) {
    byte[] payload = next.payload();
    ByteBuffer in = ByteBuffer.wrap(payload);
    while (in.hasRemaining()) {
      requireVersion(AppendCodec.version(in), next.start());
      int from = in.position();
      AppendCodec.Head head = AppendCodec.head(in);
      List<LogRecord> records = new ArrayList<>();
      AppendCodec.records(in, head, records::add);
      byte[] bytes =
          head.end() - from == payload.length
              ? payload
              : Arrays.copyOfRange(payload, from, head.end());
      if (records.isEmpty()) {
        throw new IllegalArgumentException("records: none");
      }
      latest = head.time().isAfter(latest) ? head.time() : latest;
      if (next.type() == Journal.APPEND) {
        takeAppend(next, bytes, head, records);
      } else {
        takeCarried(next, bytes, head, records);
      }
    }
  }

  private void takeAppend(
      WalRecord next, byte[] bytes, AppendCodec.Head head, List<LogRecord> records) {
    TxId tx = head.tx();
    Entry entry = entries.get(tx);
    if (head.firstSeq() == 0) {
      Straggler before = stragglers.remove(tx);
      if (entry != null ? !entry.hasEnded() : before != null && !before.ended()) {
        throw corrupt(next, tx, "begins again although it has not ended");
      }
      entry = new Entry(tx);
      entries.put(tx, entry);
    } else if (entry == null) {
      addStraggler(next, head, records);
      return;
    } else if (entry.hasEnded() || head.firstSeq() != entry.seq() + 1) {
      throw corrupt(
          next, tx, "record %d follows record %d".formatted(head.firstSeq(), entry.seq()));
    }
    entry.add(bytes, next.start(), next.end(), head.epoch(), head.time(), records);
  }

  private void addStraggler(WalRecord next, AppendCodec.Head head, List<LogRecord> records) {
    Straggler before = stragglers.get(head.tx());
    if (before != null && (before.ended() || before.lastSeq() + 1 != head.firstSeq())) {
      throw corrupt(
          next,
          head.tx(),
          "record %d follows record %d".formatted(head.firstSeq(), before.lastSeq()));
    }
    LogRecord last = records.getLast();
    stragglers.put(
        head.tx(),
        new Straggler(
            before == null ? head.firstSeq() : before.firstSeq(),
            last.seq(),
            last.kind() == Kind.END,
            before == null ? next.start() : before.position()));
  }

  private void takeCarried(
      WalRecord next, byte[] bytes, AppendCodec.Head head, List<LogRecord> records) {
    TxId tx = head.tx();
    Entry entry = entries.get(tx);
    int have = entry == null ? -1 : entry.seq();
    if (records.getLast().seq() <= have) {
      return;
    }
    if (head.firstSeq() != have + 1) {
      throw corrupt(next, tx, "carries record %d behind %d".formatted(head.firstSeq(), have));
    }
    if (entry == null) {
      entry = new Entry(tx);
      entries.put(tx, entry);
    }
    entry.add(bytes, next.start(), next.end(), head.epoch(), head.time(), records);
    Straggler covered = stragglers.get(tx);
    if (covered != null && entry.seq() >= covered.lastSeq()) {
      stragglers.remove(tx);
    }
  }

  private void requireNoStragglers() {
    stragglers.forEach(
        (tx, left) -> {
          if (!left.ended()) {
            throw new LogCorruptException(
                where(left.position()),
                "transaction %s: records before %d are missing".formatted(tx, left.firstSeq()),
                null);
          }
        });
  }

  private void requireVersion(int version, long position) {
    if (version > AppendCodec.VERSION) {
      throw new LogFormatException(where(position), "format version", version, AppendCodec.VERSION);
    }
    if (version < 1) {
      throw new IllegalArgumentException("format version " + version);
    }
  }

  private LogCorruptException corrupt(WalRecord at, TxId tx, String what) {
    return new LogCorruptException(
        where(at.start()), "transaction %s: %s".formatted(requireNonNull(tx), what), null);
  }

  private String where(long position) {
    return directory + " at " + position;
  }
}
