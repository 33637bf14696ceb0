package io.quorate.core.tx.log.file;

import static java.util.Objects.requireNonNull;

import io.quorate.core.time.Ticker;
import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.LockHeldException;
import io.quorate.core.tx.log.LogFullException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.wal.Disk;
import io.quorate.core.wal.FileSystemDisk;
import io.quorate.core.wal.WalCorruptException;
import io.quorate.core.wal.WalFullException;
import io.quorate.core.wal.WalRuntime;
import io.quorate.core.wal.WriteAheadLog;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A transaction log in a directory of this process: the embedded default.
 *
 * <p><b>Ownership.</b> The directory has one owner at a time, by the lock of the write-ahead log;
 * there are no leases. {@link #acquire} always succeeds and fences the epoch before it, also within
 * one process.
 *
 * <p><b>Durability.</b> An append is one record of the write-ahead log, forced together with
 * whatever else was appended while the previous force ran. Reading waits until what it returns is
 * durable.
 *
 * <p><b>Memory.</b> All transactions that have not ended are held in memory, as encoded bytes, and
 * ended ones for {@link FileLogConfig#retention}. A forgotten id is a new one.
 *
 * <p><b>Failure.</b> The first failed write or force ends the log: whatever was under way is {@link
 * io.quorate.core.tx.log.IndeterminateException}, and everything later is refused with {@link
 * LogUnavailableException}, except reading what is known to be durable. Close it, put the disk
 * right, open it again. A disk that fills up is noticed before that: {@link LogFullException} for
 * new transactions, while open ones use a reserve.
 *
 * <pre>{@code
 * try (TransactionLog log = FileTransactionLog.open(Path.of("data/transactions"))) {
 *   Epoch epoch = log.acquire("shop-1", Duration.ofSeconds(10));
 *   log.append(epoch, List.of(begin));
 * }
 * }</pre>
 */
public final class FileTransactionLog implements TransactionLog {
  private final FileLogConfig config;
  private final Journal journal;
  private final EpochGate epochs;
  private final LogClock clock;
  private final Table table;
  private final Checkpointer checkpointer;
  private final ReentrantLock closing = new ReentrantLock();
  private volatile boolean closed;

  private FileTransactionLog(
      WriteAheadLog wal,
      Loader loaded,
      FileLogConfig config,
      Ticker ticker,
      InstantSource wall,
      Executor background) {
    this.config = config;
    journal = new Journal(wal);
    epochs = new EpochGate(loaded.newest());
    clock = new LogClock(ticker, loaded.floor(), wall.instant(), this::writeTime);
    table = new Table(journal, clock, epochs, config, loaded.entries());
    table.forgetEnded();
    checkpointer = new Checkpointer(journal, table, epochs, clock, config, background);
  }

  /** Opens the log in {@code directory} with {@link FileLogConfig#defaults()}. */
  public static FileTransactionLog open(Path directory) {
    return open(directory, FileLogConfig.defaults());
  }

  /**
   * Opens the log in {@code directory}, which is made if it is missing. Reads all of it, and
   * changes no file but the one with the owner's lock before it has found all of it sound.
   *
   * @throws io.quorate.core.wal.WalUnavailableException the directory is a file, may not be
   *     written, or does not work
   * @throws io.quorate.core.wal.WalOwnedException another log, in this process or another, owns it
   * @throws io.quorate.core.wal.WalFormatException a newer release wrote it
   * @throws LogFormatException a newer release wrote it
   * @throws LogCorruptException acknowledged records are, or may be, lost
   * @throws WalFullException no room for a new log
   */
  public static FileTransactionLog open(Path directory, FileLogConfig config) {
    requireNonNull(directory, "directory");
    requireNonNull(config, "config");
    Disk disk = new FileSystemDisk(directory);
    Loader loader = new Loader(disk.describe(), config.wal().recordBytesMax());
    WriteAheadLog wal;
    try {
      wal =
          WriteAheadLog.open(
              disk, config.wal(), WalRuntime.threads(), found -> loader.load(found::replay));
    } catch (WalCorruptException rotten) {
      throw new LogCorruptException(disk.describe(), "", "cannot read " + rotten.lost(), rotten);
    }
    return over(wal, () -> loader, config, Ticker.system(), InstantSource.system(), threads());
  }

  /**
   * Opens the log on a write-ahead log that is open already, has been repaired then if it needed to
   * be, and is closed with this one or where this throws. For simulation: with an inline
   * write-ahead log and an executor that runs its tasks at once, everything happens on the caller's
   * thread.
   *
   * @param name names the log in messages to people
   * @param config {@link FileLogConfig#wal} is what {@code wal} was opened with
   * @param ticker the monotonic clock
   * @param wall read once
   * @param background runs checkpoints, one at a time
   * @throws LogFormatException a newer release wrote it
   * @throws LogCorruptException acknowledged records are lost
   */
  public static FileTransactionLog open(
      WriteAheadLog wal,
      String name,
      FileLogConfig config,
      Ticker ticker,
      InstantSource wall,
      Executor background) {
    Loader loader = new Loader(name, config.wal().recordBytesMax());
    return over(
        wal,
        () -> loader.load(each -> wal.replay(wal.firstPosition(), each)),
        config,
        ticker,
        wall,
        background);
  }

  private static FileTransactionLog over(
      WriteAheadLog wal,
      Supplier<Loader> loaded,
      FileLogConfig config,
      Ticker ticker,
      InstantSource wall,
      Executor background) {
    try {
      return new FileTransactionLog(wal, loaded.get(), config, ticker, wall, background);
    } catch (RuntimeException | Error e) {
      wal.close();
      throw e;
    }
  }

  private static Executor threads() {
    return task -> Thread.ofVirtual().name("quorate-checkpoint").start(task);
  }

  @Override
  public Epoch acquire(String owner, Duration lease) {
    requirePositive(lease);
    requireOpen();
    long[] position = new long[1];
    Instant[] time = new Instant[1];
    Epoch epoch =
        epochs.advance(
            owner,
            next -> {
              time[0] = clock.reading();
              position[0] = writeMark(Journal.EPOCH, next, time[0]);
              table.handOver(next.number());
            });
    journal.requireDurable(position[0]);
    clock.recorded(time[0]);
    return epoch;
  }

  private static void requirePositive(Duration lease) {
    if (lease.isNegative() || lease.isZero()) {
      throw new IllegalArgumentException("lease: " + lease + " (expected: > 0)");
    }
  }

  private void writeTime(Instant time) {
    journal.requireDurable(writeMark(Journal.TIME, epochs.newest(), time));
  }

  private long writeMark(int type, Epoch epoch, Instant time) {
    String owner = type == Journal.EPOCH ? epoch.owner() : "";
    try {
      return journal.mark(type, epoch.number(), time, owner);
    } catch (WalFullException full) {
      throw reserveUsedUp(full);
    }
  }

  private static LogUnavailableException reserveUsedUp(WalFullException full) {
    return new LogUnavailableException(
        "nothing was written, even the reserve is used up: " + full.getMessage(), full);
  }

  @Override
  public void renew(Epoch epoch) throws FencedException {
    requireOpen();
    epochs.require(epoch);
  }

  @Override
  public void release(Epoch epoch) {
    // There is no lease to give up: the directory goes with this log, and acquiring never waits.
    requireNonNull(epoch, "epoch");
  }

  @Override
  public void append(Epoch epoch, List<LogRecord> given)
      throws FencedException, SequenceConflictException, LockHeldException, LogFullException {
    List<LogRecord> records = List.copyOf(given); // What is checked is what is written.
    requireSequence(records);
    requireOpen();
    byte[] encoded = AppendCodec.encode(epoch.number(), records);
    int bytesMax = config.wal().recordBytesMax();
    if (encoded.length > bytesMax) {
      throw new IllegalArgumentException(
          "records: %d bytes (expected: <= wal.recordBytesMax, %d)"
              .formatted(encoded.length, bytesMax));
    }
    long position = decide(epoch, records, encoded);
    if (Table.isForced(records)) {
      journal.confirm(position);
      clock.recorded(AppendCodec.time(encoded));
    }
    if (records.getLast().kind() == LogRecord.Kind.END) {
      table.forgetEnded();
    }
    checkpointer.poke(position);
  }

  private long decide(Epoch epoch, List<LogRecord> records, byte[] encoded)
      throws FencedException, SequenceConflictException, LockHeldException, LogFullException {
    try {
      long stamp = epochs.enter(epoch);
      try {
        return table.append(epoch, records, encoded);
      } finally {
        epochs.leave(stamp);
      }
    } catch (WalFullException full) {
      checkpointer.askForRoom();
      LogRecord first = records.getFirst();
      if (first.kind() == LogRecord.Kind.BEGIN) {
        throw new LogFullException("transaction " + first.tx() + ": " + full.getMessage());
      }
      throw reserveUsedUp(full);
    }
  }

  private static void requireSequence(List<LogRecord> records) {
    if (records.isEmpty()) {
      throw new IllegalArgumentException("records: none (expected: at least one)");
    }
    LogRecord before = records.getFirst();
    for (LogRecord next : records.subList(1, records.size())) {
      if (!next.tx().equals(before.tx())) {
        throw new IllegalArgumentException(
            "records: of %s and %s (expected: one transaction)".formatted(before.tx(), next.tx()));
      }
      if (next.seq() != before.seq() + 1) {
        throw new IllegalArgumentException(
            "records: %d behind %d (expected: consecutive)".formatted(next.seq(), before.seq()));
      }
      if (before.kind() == LogRecord.Kind.END) {
        throw new IllegalArgumentException("records: one behind END (expected: END is the last)");
      }
      before = next;
    }
  }

  @Override
  public List<LogRecord> read(TxId tx) {
    requireOpen();
    Entry entry = table.get(requireNonNull(tx, "tx"));
    if (entry == null) {
      return List.of();
    }
    List<byte[]> pieces;
    long position;
    entry.lock.lock();
    try {
      if (entry.isEmpty() || entry.isForgotten()) {
        return List.of();
      }
      pieces = entry.pieces();
      position = entry.position();
    } finally {
      entry.lock.unlock();
    }
    journal.requireDurable(position);
    List<LogRecord> records = new ArrayList<>();
    for (byte[] piece : pieces) {
      ByteBuffer in = ByteBuffer.wrap(piece);
      while (in.hasRemaining()) {
        AppendCodec.records(in, AppendCodec.head(in), records::add);
      }
    }
    return List.copyOf(records);
  }

  /** What an entry showed, and where that is durable. */
  private record Seen(TxHead head, long position) {}

  private static @Nullable Seen look(Entry entry) {
    entry.lock.lock();
    try {
      return entry.isEmpty() || entry.isForgotten()
          ? null
          : new Seen(entry.head(), entry.position());
    } finally {
      entry.lock.unlock();
    }
  }

  /** Returns what was seen once all of it is durable. */
  private List<TxHead> show(List<Seen> seen) {
    long position = 0;
    List<TxHead> heads = new ArrayList<>(seen.size());
    for (Seen next : seen) {
      position = Math.max(position, next.position());
      heads.add(next.head());
    }
    if (!seen.isEmpty()) {
      journal.requireDurable(position);
    }
    return heads;
  }

  @Override
  public Optional<TxHead> head(TxId tx) {
    requireOpen();
    Entry entry = table.get(requireNonNull(tx, "tx"));
    Seen seen = entry == null ? null : look(entry);
    return seen == null ? Optional.empty() : Optional.of(show(List.of(seen)).getFirst());
  }

  @Override
  public List<TxHead> due(Epoch epoch, int limit) throws FencedException {
    requireLimit(limit);
    requireOpen();
    epochs.require(epoch);
    table.forgetEnded();
    Instant now = clock.reading();
    List<Seen> seen = new ArrayList<>();
    for (DueIndex.Key key : table.due().inOrder()) {
      if (seen.size() == limit || key.at().isAfter(now)) {
        break;
      }
      Entry entry = table.get(key.tx());
      Seen found = entry == null ? null : lookAt(entry, key);
      if (found != null) {
        seen.add(found);
      }
    }
    return show(seen);
  }

  private static @Nullable Seen lookAt(Entry entry, DueIndex.Key key) {
    entry.lock.lock();
    try {
      return entry.isAt(key) ? new Seen(entry.head(), entry.position()) : null;
    } finally {
      entry.lock.unlock();
    }
  }

  @Override
  public List<TxHead> list(Set<TxHead.Status> statuses, @Nullable TxId after, int limit) {
    requireLimit(limit);
    requireOpen();
    Set<TxHead.Status> wanted = Set.copyOf(statuses);
    PriorityQueue<Seen> first = new PriorityQueue<>(byId().reversed());
    for (Entry entry : table.all()) {
      boolean before = after != null && entry.tx.compareTo(after) <= 0;
      boolean beyond = first.size() == limit && entry.tx.compareTo(first.element().head().tx()) > 0;
      if (before || beyond) {
        continue;
      }
      Seen seen = look(entry);
      if (seen != null && wanted.contains(seen.head().status())) {
        first.add(seen);
        if (first.size() > limit) {
          first.remove();
        }
      }
    }
    return show(first.stream().sorted(byId()).toList());
  }

  private static Comparator<Seen> byId() {
    return Comparator.comparing(seen -> seen.head().tx());
  }

  private static void requireLimit(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
    }
  }

  @Override
  public Instant now() {
    requireOpen();
    return clock.now();
  }

  /** Figures of this log, taken one after the other. */
  public FileLogStats stats() {
    int ended = table.ended();
    return new FileLogStats(
        Math.max(0, table.size() - ended),
        ended,
        table.liveBytes(),
        table.retainedBytes(),
        journal.next() - journal.first(),
        checkpointer.checkpoints(),
        checkpointer.carriedBytes());
  }

  Journal journal() {
    return journal;
  }

  private void requireOpen() {
    if (closed) {
      throw Journal.closed();
    }
    journal.requireSound();
  }

  @Override
  public void close() {
    closing.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      checkpointer.stop();
      if (clock.wasUsed()) {
        markClose();
      }
      journal.close();
    } finally {
      closing.unlock();
    }
  }

  /** So that time goes on from here, not from the end of what was promised. */
  private void markClose() {
    try {
      writeMark(Journal.CLOSE, epochs.newest(), clock.reading());
    } catch (LogUnavailableException notNow) {
      // The promise stands.
    }
  }
}
