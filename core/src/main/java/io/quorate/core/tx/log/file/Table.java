package io.quorate.core.tx.log.file;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LockHeldException;
import io.quorate.core.tx.log.LogFullException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogRecord.Kind;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.wal.Room;
import io.quorate.core.wal.WalFullException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * All transactions in memory, and the decision whether an append is accepted. What is decided here
 * is written to the journal in the same step, under the transaction's own lock: nothing is changed
 * in memory unless the journal took it.
 */
final class Table {
  /** Appends are joined into pieces of up to this many bytes where they are written again. */
  private static final int PIECE_BYTES = 256 << 10;

  private final Journal journal;
  private final LogClock clock;
  private final EpochGate epochs;
  private final long liveBytesMax;
  private final int pieceBytesMax;
  private final ConcurrentHashMap<TxId, Entry> entries;
  private final LockTable locks = new LockTable();
  private final DueIndex due = new DueIndex();
  private final Retention retention;
  private final AtomicLong liveBytes = new AtomicLong();

  Table(
      Journal journal,
      LogClock clock,
      EpochGate epochs,
      FileLogConfig config,
      ConcurrentHashMap<TxId, Entry> entries) {
    this.journal = journal;
    this.clock = clock;
    this.epochs = epochs;
    this.liveBytesMax = config.liveBytesMax();
    this.pieceBytesMax = Math.min(PIECE_BYTES, config.wal().recordBytesMax());
    this.entries = entries;
    this.retention = new Retention(config, this::forget);
    long newest = epochs.newest().number();
    for (Entry entry : entries.values()) {
      if (entry.hasEnded()) {
        entry.compact(pieceBytesMax);
      } else {
        locks.restore(entry.tx, entry.locks());
        entry.index(due, newest);
        liveBytes.addAndGet(entry.bytes());
      }
    }
    retention.addAll(entries.values().stream().filter(Entry::hasEnded).toList());
  }

  /**
   * Accepts and writes an append, or refuses it and changes nothing.
   *
   * @param encoded the same records; its time is set here
   * @return where it will be durable
   * @throws WalFullException a BEGIN finds no room, or anything else no reserve
   */
  long append(Epoch epoch, List<LogRecord> records, byte[] encoded)
      throws SequenceConflictException, LockHeldException, LogFullException {
    return records.getFirst().kind() == Kind.BEGIN
        ? begin(epoch, records, encoded)
        : goOn(epoch, records, encoded);
  }

  private long begin(Epoch epoch, List<LogRecord> records, byte[] encoded)
      throws SequenceConflictException, LockHeldException, LogFullException {
    TxId tx = records.getFirst().tx();
    for (; ; ) {
      // In the table before it is in the journal: a checkpoint must not miss it.
      Entry entry = entries.computeIfAbsent(tx, Entry::new);
      entry.lock.lock();
      try {
        if (entry.isForgotten()) {
          continue;
        }
        if (!entry.isEmpty()) {
          throw conflict(entry, 0);
        }
        if (liveBytes.get() >= liveBytesMax) {
          throw new LogFullException(
              "transaction %s: open transactions hold %d bytes (expected: < liveBytesMax, %d)"
                  .formatted(tx, liveBytes.get(), liveBytesMax));
        }
        return write(entry, epoch, records, encoded, Room.NORMAL);
      } finally {
        if (entry.isEmpty() && !entry.isForgotten()) {
          entry.forget();
          entries.remove(tx, entry);
        }
        entry.lock.unlock();
      }
    }
  }

  private long goOn(Epoch epoch, List<LogRecord> records, byte[] encoded)
      throws SequenceConflictException, LockHeldException {
    LogRecord first = records.getFirst();
    Entry entry = entries.get(first.tx());
    if (entry == null) {
      throw new SequenceConflictException(first.tx(), first.seq(), 0);
    }
    entry.lock.lock();
    try {
      if (entry.isForgotten() || entry.isEmpty()) {
        throw new SequenceConflictException(first.tx(), first.seq(), 0);
      }
      if (entry.hasEnded() || entry.seq() + 1 != first.seq()) {
        throw conflict(entry, first.seq());
      }
      return write(entry, epoch, records, encoded, Room.RESERVE);
    } finally {
      entry.lock.unlock();
    }
  }

  private static SequenceConflictException conflict(Entry entry, int seq) {
    return entry.hasEnded()
        ? SequenceConflictException.ended(entry.tx, seq)
        : new SequenceConflictException(entry.tx, seq, entry.seq() + 1);
  }

  /** With the entry's lock held. */
  private long write(Entry entry, Epoch epoch, List<LogRecord> records, byte[] encoded, Room room)
      throws LockHeldException {
    Instant now = clock.reading();
    AppendCodec.stamp(encoded, now);
    LogRecord first = records.getFirst();
    long word = AppendCodec.word(entry.tx, first.seq());
    boolean forced = isForced(records);
    LockTable.Write write = () -> journal.append(encoded, epoch.number(), word, forced, room);
    Set<String> names = names(records);
    long position = names.isEmpty() ? write.run() : locks.take(entry.tx, names, write);
    try {
      remember(entry, epoch, records, encoded, now, position);
    } catch (RuntimeException | Error e) {
      // It stands in the journal and not here: whatever came next would contradict it.
      throw journal.broken(e);
    }
    return position;
  }

  private void remember(
      Entry entry,
      Epoch epoch,
      List<LogRecord> records,
      byte[] encoded,
      Instant now,
      long position) {
    long before = entry.isEmpty() ? 0 : entry.bytes();
    Set<String> held = entry.locks();
    long start = Journal.start(position, encoded.length);
    entry.add(encoded, start, position, epoch.number(), now, records);
    entry.index(due, epochs.newest().number());
    if (entry.hasEnded()) {
      entry.compact(pieceBytesMax);
      locks.free(names(records));
      locks.free(held);
      liveBytes.addAndGet(-before);
      retention.add(entry);
    } else {
      liveBytes.addAndGet(entry.bytes() - before);
    }
  }

  static boolean isForced(List<LogRecord> records) {
    for (LogRecord next : records) {
      if (next.force() == LogRecord.Force.FORCED) {
        return true;
      }
    }
    return false;
  }

  private static Set<String> names(List<LogRecord> records) {
    Set<String> names = Set.of();
    for (LogRecord next : records) {
      if (names.isEmpty()) {
        names = next.locks();
      } else if (!next.locks().isEmpty()) {
        names = new HashSet<>(names);
        names.addAll(next.locks());
      }
    }
    return names;
  }

  /**
   * Writes all of a transaction again. With the entry's lock held.
   *
   * <p>Only some of the pieces may come to be found, the first ones after a crash or for want of
   * room, the last ones after truncation: so each says whether the transaction has ended. If it
   * has, what is left of it can be told from an open one without its END.
   *
   * @return how many bytes that took
   * @throws WalFullException some of it may have been written, which changes nothing
   */
  long carry(Entry entry, Room room) {
    List<byte[]> pieces = entry.joined(pieceBytesMax);
    long before = entry.bytes();
    long start = -1;
    long end = -1;
    for (byte[] piece : pieces) {
      ByteBuffer in = ByteBuffer.wrap(piece);
      AppendCodec.Head head = AppendCodec.head(in);
      long word = AppendCodec.carriedWord(entry.tx, head.firstSeq(), entry.hasEnded());
      end = journal.carry(piece, head.epoch(), word, room);
      start = start < 0 ? Journal.start(end, piece.length) : start;
    }
    entry.carried(pieces, start);
    if (!entry.hasEnded()) {
      liveBytes.addAndGet(entry.bytes() - before);
    }
    return end - start;
  }

  /** The entry of a transaction, which may be forgotten or empty by now. */
  @Nullable Entry get(TxId tx) {
    return entries.get(tx);
  }

  /** All entries, weakly consistent; each may be forgotten or empty by now. */
  Collection<Entry> all() {
    return entries.values();
  }

  DueIndex due() {
    return due;
  }

  /** A newer epoch starts: what others held is due. No append may be under way. */
  void handOver(long newest) {
    for (Entry entry : entries.values()) {
      entry.lock.lock();
      try {
        if (!entry.isEmpty()) {
          entry.index(due, newest);
        }
      } finally {
        entry.lock.unlock();
      }
    }
  }

  /** Forgets ended transactions beyond their time, or beyond the room for them. */
  void forgetEnded() {
    retention.trim(clock.reading());
  }

  private void forget(Entry entry) {
    entry.lock.lock();
    try {
      entry.forget();
      entries.remove(entry.tx, entry);
    } finally {
      entry.lock.unlock();
    }
  }

  /** What transactions that have not ended hold, in bytes. */
  long liveBytes() {
    return liveBytes.get();
  }

  /** What ended transactions hold, in bytes. */
  long retainedBytes() {
    return retention.bytes();
  }

  /** How many transactions are remembered. */
  int size() {
    return entries.size();
  }

  /** How many of them have ended. */
  int ended() {
    return retention.size();
  }
}
