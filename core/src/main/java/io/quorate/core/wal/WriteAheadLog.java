package io.quorate.core.wal;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An append-only log of opaque records on one directory, with one owner.
 *
 * <p><b>Positions.</b> A position is a place between records, in bytes from the log's beginning; it
 * only grows, over restarts too. An append returns the position <em>behind</em> its record: all up
 * to there is durable once {@link #durablePosition} has reached it, replaying from there gives what
 * comes after, truncating before it drops what came before.
 *
 * <p><b>Durability.</b> An append returns at once. {@link #awaitDurable} returns once everything
 * before the position has been forced to the disk. A FORCED record is forced without delay,
 * together with whatever else was queued while the previous force ran; a LAZY one rides along with
 * the next forced one, at the latest after {@link WalConfig#idleAfter}. After a crash a prefix of
 * what was appended is there, which includes all that was durable.
 *
 * <p><b>Damage.</b> What a crash tore off is cut when the log is opened. What was, or may have
 * been, durable and cannot be read is never cut: {@link #open} refuses, or lists it in {@link
 * #recovery}.
 *
 * <p><b>Errors.</b> The first failed write or force poisons the log: {@link WalPoisonedException}.
 * A disk that fills up is noticed before: {@link WalFullException}.
 *
 * <p><b>Threads.</b> All methods may be called by many threads at once, platform or virtual. An
 * interrupt never abandons a call; it is kept for the caller.
 *
 * <pre>{@code
 * try (WriteAheadLog log = WriteAheadLog.open(Path.of("data/log"), WalConfig.defaults())) {
 *   log.replay(log.firstPosition(), record -> apply(record));
 *   long position = log.append(TYPE_ORDER, 0, orderId, 0, bytes, true);
 *   log.awaitDurable(position);
 * }
 * }</pre>
 */
public final class WriteAheadLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WriteAheadLog.class);
  private static final String LOCK = "owner.lock";

  private final Disk disk;
  private final WalConfig config;
  private final boolean inline;
  private final Housekeeper housekeeper;
  private final SegmentStore store;
  private final Recovery recovery;
  private final DurableGate gate;
  private final AppendQueue queue;
  private final WalWriter writer;
  private final @Nullable Thread thread;
  private final AutoCloseable ownership;
  private final ReentrantLock closing = new ReentrantLock();
  private boolean closed;

  private WriteAheadLog(Opening opening) {
    disk = opening.disk;
    config = opening.config;
    inline = opening.runtime.inline();
    housekeeper = opening.housekeeper;
    store = opening.store;
    recovery = opening.recovery();
    ownership = opening.ownership();
    long next = recovery.nextPosition();
    gate = new DurableGate(disk.describe(), next, new Completions(inline));
    Runnable prepare = this::askForSpare;
    Segment active = store.segments().getLast();
    queue =
        new AppendQueue(
            config, opening.runtime, disk.describe(), gate, active, next, opening.sealed, prepare);
    writer = new WalWriter(queue, store, gate, prepare);
    thread =
        inline ? null : Thread.ofPlatform().daemon().name("quorate-wal").unstarted(writer::run);
  }

  /** Opens the log in a directory of the file system; makes the directory if it is missing. */
  public static WriteAheadLog open(Path directory, WalConfig config) {
    return open(new FileSystemDisk(directory), config, WalRuntime.threads());
  }

  /**
   * Opens the log on a disk. Reads all of it once.
   *
   * @throws WalUnavailableException the directory is a file, may not be written, or does not work
   * @throws WalOwnedException another owner lives
   * @throws WalFormatException a newer release wrote it
   * @throws WalCorruptException acknowledged records are, or may be, lost, and {@code config} says
   *     to refuse
   * @throws WalFullException no room for the first segment of a new log
   */
  public static WriteAheadLog open(Disk disk, WalConfig config, WalRuntime runtime) {
    return open(disk, config, runtime, contents -> {});
  }

  /**
   * Opens the log on a disk, if a judge lets it. The judge sees what the log holds before anything
   * of it is changed: where this throws what the judge threw, or that the log is corrupt or of a
   * newer format, every file is as it was, but for the one that carries the lock and its owner's
   * name.
   *
   * @param judge may read all that {@link #replay} would deliver, and must not act on it until this
   *     returns; may run on another thread
   * @throws RuntimeException what the judge threw; otherwise as {@link #open(Disk, WalConfig,
   *     WalRuntime)}
   */
  public static WriteAheadLog open(
      Disk disk, WalConfig config, WalRuntime runtime, Consumer<WalContents> judge) {
    requireNonNull(disk, "disk");
    requireNonNull(config, "config");
    requireNonNull(runtime, "runtime");
    requireNonNull(judge, "judge");
    Housekeeper housekeeper = new Housekeeper(runtime.inline());
    Opening opening = new Opening(disk, config, runtime, housekeeper, judge);
    try {
      WriteAheadLog log = new WriteAheadLog(housekeeper.call(opening::open));
      log.start(opening.hasSpare);
      return log;
    } catch (Exception | Error e) {
      housekeeper.close();
      opening.giveUp(e);
      throw unopened(opening, e);
    }
  }

  /** What to throw where opening threw; an error, or what the judge threw, as it is. */
  private static RuntimeException unopened(Opening opening, Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    if (e instanceof RuntimeException known
        && (e instanceof WalException
            || e instanceof IllegalArgumentException
            || opening.isRefused())) {
      return known;
    }
    return new WalUnavailableException(
        "%s: %s (expected: a directory that can be read and written); put it right and open again"
            .formatted(opening.disk.describe(), e),
        e);
  }

  private void start(boolean hasSpare) {
    if (thread != null) {
      thread.start();
    }
    if (hasSpare) {
      queue.spareReady();
    } else {
      askForSpare();
    }
  }

  /** Never throws: who asks must not fail because of it. */
  private void askForSpare() {
    try {
      housekeeper.execute(this::prepareSpare);
    } catch (RuntimeException | Error e) {
      refuseSpare(e);
    }
  }

  /** Ends with a spare or a refusal, whatever happens: appends may be waiting for either. */
  private void prepareSpare() {
    try {
      if (store.prepareSpare(() -> !queue.isOpen())) {
        queue.spareReady();
      }
    } catch (WalFullException full) {
      queue.spareRefused(full);
    } catch (IOException | RuntimeException | Error e) {
      refuseSpare(e);
    }
  }

  private void refuseSpare(Throwable why) {
    LOG.warn("wal.spare.failed dir={} cause={}", disk.describe(), why.toString());
    queue.spareRefused(
        new WalFullException(disk.describe(), "cannot prepare a segment: " + why, why));
  }

  /**
   * Appends a record; {@link Room#NORMAL}.
   *
   * @see #append(int, int, long, long, ByteBuffer, boolean, Room)
   */
  public long append(int type, int stream, long word0, long word1, byte[] payload, boolean forced) {
    return append(type, stream, word0, word1, ByteBuffer.wrap(payload), forced, Room.NORMAL);
  }

  /**
   * Appends a record; {@link Room#NORMAL}.
   *
   * @see #append(int, int, long, long, ByteBuffer, boolean, Room)
   */
  public long append(
      int type, int stream, long word0, long word1, ByteBuffer payload, boolean forced) {
    return append(type, stream, word0, word1, payload, forced, Room.NORMAL);
  }

  /**
   * Appends a record. Returns as soon as it is queued; blocks while the queue is full or the next
   * segment is still being prepared.
   *
   * @param type the caller's, 0..255
   * @param stream the caller's, 0..65535
   * @param word0 the caller's; readable even where the payload has rotted
   * @param word1 the caller's; readable even where the payload has rotted
   * @param payload what remains of it is copied before the call returns; its position stays
   * @param forced whether it is forced without delay
   * @param room whether it may use the reserve of a full disk
   * @return the position behind it
   * @throws IllegalArgumentException out of bounds; nothing was written
   * @throws WalFullException no room; nothing was written
   * @throws WalPoisonedException the log has failed; nothing was written
   * @throws WalClosedException the log is closed; nothing was written
   */
  public long append(
      int type, int stream, long word0, long word1, ByteBuffer payload, boolean forced, Room room) {
    WalEntry.require(type, stream);
    requireRecordBytes("payload", payload.remaining());
    ByteBuffer bytes =
        payload.slice(); // Its bounds are the log's own: nobody moves them meanwhile.
    for (; ; ) {
      long position = queue.append(type, stream, word0, word1, bytes, forced, room);
      if (position != AppendQueue.NO_ROOM) {
        return position;
      }
      writer.pump();
    }
  }

  /**
   * Appends records that survive a crash together or not at all. They lie side by side in one
   * segment.
   *
   * @param entries one or more; together, headers included, at most {@link
   *     WalConfig#recordBytesMax}
   * @param forced whether they are forced without delay
   * @param room whether they may use the reserve of a full disk
   * @return the position behind the last one
   * @throws IllegalArgumentException none, or too many bytes; nothing was written
   * @throws WalFullException no room; nothing was written
   * @throws WalPoisonedException the log has failed; nothing was written
   * @throws WalClosedException the log is closed; nothing was written
   */
  public long appendAll(List<WalEntry> entries, boolean forced, Room room) {
    if (entries.isEmpty()) {
      throw new IllegalArgumentException("entries: none (expected: at least one)");
    }
    List<WalEntry> own = entries.stream().map(WalEntry::sliced).toList();
    long bytes = 0;
    for (WalEntry entry : own) {
      requireRecordBytes("payload", entry.payload().remaining());
      bytes += Frame.bytes(entry.payload().remaining());
    }
    if (own.size() > 1) {
      requireRecordBytes("entries", bytes);
    }
    for (; ; ) {
      long position = queue.appendAll(own, (int) bytes, forced, room);
      if (position != AppendQueue.NO_ROOM) {
        return position;
      }
      writer.pump();
    }
  }

  private void requireRecordBytes(String field, long bytes) {
    if (bytes > config.recordBytesMax()) {
      throw new IllegalArgumentException(
          "%s: %d bytes (expected: <= recordBytesMax, %d)"
              .formatted(field, bytes, config.recordBytesMax()));
    }
  }

  /** How many bytes of the log a record with such a payload takes: its end less its start. */
  public static int encodedBytes(int payloadBytes) {
    return Frame.bytes(payloadBytes);
  }

  /**
   * Returns once everything before {@code position} is durable; asks for a force if a LAZY record
   * is among it.
   *
   * @param position what an append returned
   * @throws IllegalArgumentException nothing has been appended there
   * @throws WalPoisonedException a write failed; whether the record survives is not known
   */
  public void awaitDurable(long position) {
    hurry(position);
    if (inline) {
      while (!gate.isOpenFor(position)) {
        writer.pump();
      }
    } else {
      gate.await(position);
    }
  }

  /**
   * The same as a future. What is chained to it does not run on the log's writer and may block;
   * futures complete in the order of their positions.
   *
   * @throws IllegalArgumentException nothing has been appended there
   */
  public CompletableFuture<Void> whenDurable(long position) {
    hurry(position);
    return gate.whenDurable(position);
  }

  private void hurry(long position) {
    if (position > queue.tail()) {
      throw new IllegalArgumentException(
          "position: %d (expected: <= nextPosition, %d)".formatted(position, queue.tail()));
    }
    queue.hurry(position);
  }

  /** Everything before it is durable. Never goes back. */
  public long durablePosition() {
    return gate.durable();
  }

  /** Where the next record goes. */
  public long nextPosition() {
    return queue.tail();
  }

  /** The oldest position held: everything before it was truncated. */
  public long firstPosition() {
    return store.segments().getFirst().first();
  }

  /**
   * Whether {@link Room#NORMAL} is granted at the moment, for who asks before work begins. The disk
   * may fill up between this and an append.
   */
  public boolean hasRoom() {
    return queue.hasRoom();
  }

  /** How many times the disk was forced for records since the log was opened. */
  public long forces() {
    return writer.forces();
  }

  /** What opening the log found. */
  public Recovery recovery() {
    return recovery;
  }

  /**
   * Delivers the records that start at or behind {@code from} and were durable when called, in
   * order, on the caller's thread. Ranges listed in {@link #recovery} are passed over.
   *
   * @param from at least {@link #firstPosition}
   * @return the position behind the last record delivered, or behind all if the visitor never
   *     stopped it
   * @throws IllegalArgumentException {@code from} was truncated, or lies beyond the end
   * @throws WalCorruptException a record has rotted since the log was opened; those before it were
   *     delivered
   * @throws WalUnavailableException reading failed, or the segment was truncated meanwhile
   */
  public long replay(long from, WalVisitor visitor) {
    requireNonNull(visitor, "visitor");
    long limit = gate.durable();
    List<Segment> segments = store.segments();
    long first = segments.getFirst().first();
    if (from < first || from > limit) {
      throw new IllegalArgumentException(
          "from: %d (expected: %d..%d)".formatted(from, first, limit));
    }
    try {
      return new Replay(disk, recovery.lost(), limit).run(segments, from, visitor);
    } catch (IOException e) {
      throw new WalUnavailableException(
          "%s: cannot replay from %d: %s (expected: readable segments)"
              .formatted(disk.describe(), from, e),
          e);
    }
  }

  /**
   * Drops the segments that lie wholly before {@code position}, once the caller can do without
   * them. Returns when that is durable. A crash in between leaves the newer ones.
   *
   * @return the oldest position still held
   * @throws IllegalArgumentException {@code position} is not durable
   * @throws WalUnavailableException a file could not be deleted; the log goes on
   * @throws WalClosedException the log is closed
   */
  public long truncateBefore(long position) {
    if (position > gate.durable()) {
      throw new IllegalArgumentException(
          "position: %d (expected: <= durablePosition, %d)".formatted(position, gate.durable()));
    }
    closing.lock();
    try {
      if (closed) {
        throw new WalClosedException(disk.describe());
      }
      if (housekeeper.call(() -> store.deleteBefore(position))) {
        queue.retrySpare();
      }
    } catch (WalException e) {
      throw e;
    } catch (Exception e) {
      throw new WalUnavailableException(
          "%s: cannot truncate: %s (expected: segments can be deleted)"
              .formatted(disk.describe(), e),
          e);
    } finally {
      closing.unlock();
    }
    return firstPosition();
  }

  /**
   * Inline logs only: does what is due now by the ticker: writes and forces what is hurried or has
   * waited long enough, seals what is idle.
   *
   * @throws IllegalStateException the log has a thread for that
   */
  public void pump() {
    if (!inline) {
      throw new IllegalStateException("runtime: threads (expected: inline)");
    }
    writer.pump();
  }

  /**
   * Makes everything appended durable, and gives the directory up. Idempotent.
   *
   * @throws WalPoisonedException something appended is not known to be durable; the directory was
   *     given up all the same
   */
  @Override
  public void close() {
    closing.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      queue.close();
      if (thread == null) {
        writer.pump();
      } else {
        joinUninterruptibly(thread);
      }
      housekeeper.close();
      release();
    } finally {
      closing.unlock();
    }
    WalPoisonedException failure = gate.failure();
    if (failure != null && gate.durable() < queue.tail()) {
      throw failure;
    }
  }

  private void release() {
    try (ownership) {
      store.close();
    } catch (Exception e) {
      // All is forced already: what cannot be closed or unlocked ends with the process.
      LOG.warn("wal.release.failed dir={} cause={}", disk.describe(), e.toString());
    }
  }

  private static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  static String lockName() {
    return LOCK;
  }
}
