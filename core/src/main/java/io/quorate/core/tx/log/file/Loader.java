package io.quorate.core.tx.log.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.wal.WalCorruptException;
import io.quorate.core.wal.WalRecord;
import io.quorate.core.wal.WalVisitor;
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
 * <p>Whatever there is to object to is found here, before a byte of the log is changed.
 *
 * <p>What was truncated is there again as a CARRY further on, or is of a transaction that had ended
 * and was forgotten; any other record that is missing is damage, and so is one that repeats what
 * had been appended before.
 */
final class Loader {
  private final String directory;
  private final int appendBytesMax;
  private final ConcurrentHashMap<TxId, Entry> entries = new ConcurrentHashMap<>();
  private final Map<TxId, Gathered> gathered = new HashMap<>();
  private Epoch newest = Epoch.NONE;
  private Instant latest = Instant.MIN;
  private boolean closedLast;

  /**
   * @param directory for messages
   */
  Loader(String directory, int appendBytesMax) {
    this.directory = directory;
    this.appendBytesMax = appendBytesMax;
  }

  /** Where all records come from, in order. */
  @FunctionalInterface
  interface Source {
    void replay(WalVisitor visitor);
  }

  /**
   * Reads all there is, once.
   *
   * @throws LogCorruptException acknowledged records are missing or make no sense
   * @throws LogFormatException a newer release wrote it
   * @throws IllegalArgumentException a record is larger than {@code appendBytesMax}: it could not
   *     be carried
   */
  Loader load(Source source) {
    try {
      source.replay(
          next -> {
            take(next);
            return true;
          });
    } catch (WalCorruptException rotten) {
      throw new LogCorruptException(directory, "", "cannot read " + rotten.lost(), rotten);
    }
    assemble();
    requireOneHolderForEachLock();
    return this;
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
      throw new LogCorruptException(directory, " at " + next.start(), "cannot decode " + next, bad);
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
      take(next, bytes, head, records);
    }
  }

  private void take(WalRecord next, byte[] bytes, AppendCodec.Head head, List<LogRecord> records) {
    TxId tx = head.tx();
    Gathered known = gathered.get(tx);
    if (next.type() == Journal.APPEND && known != null) {
      if (head.firstSeq() == 0 && known.hasEnded()) {
        known = null; // That one was forgotten: the id begins anew.
      } else if (known.hasEnded() || head.firstSeq() <= known.highest()) {
        throw new LogCorruptException(
            directory,
            " at " + next.start(),
            "transaction %s: record %d behind record %d%s"
                .formatted(
                    tx, head.firstSeq(), known.highest(), known.hasEnded() ? ", its END" : ""),
            null);
      }
    }
    if (known == null) {
      known = new Gathered(tx, next.type() == Journal.APPEND && head.firstSeq() == 0);
      gathered.put(tx, known);
    }
    if (next.type() == Journal.CARRY && AppendCodec.isOfEnded(next.word1())) {
      known.hadEnded();
    }
    known.take(bytes, next.start(), next.end(), head, records);
  }

  /** What is remembered; what had ended and was forgotten may be there in part. */
  private void assemble() {
    gathered.forEach(
        (tx, found) -> {
          if (found.missing() < 0) {
            entries.put(tx, found.toEntry());
          } else if (!found.mayBeInPart()) {
            throw new LogCorruptException(
                directory,
                "",
                "transaction %s: record %d is missing, of %d that there were"
                    .formatted(tx, found.missing(), Math.max(found.missing(), found.highest()) + 1),
                null);
          }
        });
  }

  private void requireOneHolderForEachLock() {
    Map<String, TxId> holders = new HashMap<>();
    for (Entry entry : entries.values()) {
      for (String name : entry.locks()) {
        TxId other = holders.put(name, entry.tx);
        if (other != null) {
          throw new LogCorruptException(
              directory,
              "",
              "lock %s: held by transactions %s and %s".formatted(name, other, entry.tx),
              null);
        }
      }
    }
  }

  private void requireVersion(int version, long position) {
    if (version > AppendCodec.VERSION) {
      throw new LogFormatException(where(position), "format version", version, AppendCodec.VERSION);
    }
    if (version < 1) {
      throw new IllegalArgumentException("format version " + version);
    }
  }

  private String where(long position) {
    return directory + " at " + position;
  }
}
