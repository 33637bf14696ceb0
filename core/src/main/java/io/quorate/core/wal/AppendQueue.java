package io.quorate.core.wal;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Where appenders and the writer meet: gives out positions, encodes records into one of two batches
 * while the writer has the other on its way to the disk, and holds appenders back when there is no
 * room. All state is guarded by one lock, never held over IO.
 */
final class AppendQueue {
  /** No room now, and the caller did not want to wait. */
  static final long NO_ROOM = -1;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final long SPARE_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The segment after the current one. At most one preparation is under way at any time. */
  private enum Spare {
    /** Planned to be used, or being prepared: wait. */
    PENDING,
    READY,
    REFUSED,
    /** Refused, and being tried once more. */
    RETRYING
  }

  private enum State {
    OPEN,
    CLOSING,
    FAILED
  }

  private final WalConfig config;
  private final WalRuntime runtime;
  private final String directory;
  private final DurableGate gate;

  /** Asks for a spare; set once, before any append. */
  private final Runnable prepareSpare;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition room = lock.newCondition();
  private final CRC32C crc = new CRC32C();

  private State state = State.OPEN;
  private Batch filling;
  private @Nullable Batch idle;
  private Segment current;

  /** Where the next record goes. Written under the lock. */
  private volatile long tail;

  /** Up to here, somebody has asked for durability, so that the writer need not be told again. */
  private volatile long hurriedTo;

  /** Whether the last thing before {@code tail} is a seal, or nothing needs one. */
  private boolean sealed;

  private long lastWorkNanos;
  private Spare spare = Spare.PENDING;
  private @Nullable WalFullException refusal;
  private long refusedNanos;

  AppendQueue(
      WalConfig config,
      WalRuntime runtime,
      String directory,
      DurableGate gate,
      Segment current,
      long tail,
      boolean sealed,
      Runnable prepareSpare) {
    this.config = config;
    this.runtime = runtime;
    this.directory = directory;
    this.gate = gate;
    this.current = current;
    this.tail = tail;
    this.hurriedTo = tail;
    this.sealed = sealed;
    this.prepareSpare = prepareSpare;
    this.lastWorkNanos = runtime.ticker().nanos();
    this.filling = new Batch(config.queueBytesMax());
    this.idle = new Batch(config.queueBytesMax());
    filling.reset(tail);
  }

  long tail() {
    return tail;
  }

  /** Appends one record; {@link #NO_ROOM} only where the runtime is inline. */
  long append(
      int type,
      int stream,
      long word0,
      long word1,
      ByteBuffer payload,
      boolean forced,
      Room wanted) {
    lock.lock();
    try {
      int bytes = Frame.bytes(payload.remaining());
      if (!place(bytes, wanted)) {
        return NO_ROOM;
      }
      int flags = forced ? Frame.FORCED : 0;
      long now = runtime.ticker().nanos();
      encode(filling.used(), tail, type, stream, word0, word1, payload, flags);
      take(bytes, now, forced);
      return tail;
    } finally {
      lock.unlock();
    }
  }

  /** Appends records that survive together or not at all. */
  long appendAll(List<WalEntry> entries, int bytes, boolean forced, Room wanted) {
    lock.lock();
    try {
      if (!place(bytes, wanted)) {
        return NO_ROOM;
      }
      long now = runtime.ticker().nanos();
      int at = filling.used();
      long start = tail;
      for (int i = 0; i < entries.size(); i++) {
        WalEntry e = entries.get(i);
        int flags = forced ? Frame.FORCED : 0;
        flags |= i > 0 ? Frame.CONTINUED : 0;
        flags |= i < entries.size() - 1 ? Frame.CONTINUES : 0;
        encode(at, start, e.type(), e.stream(), e.word0(), e.word1(), e.payload(), flags);
        int length = Frame.bytes(e.payload().remaining());
        at += length;
        start += length;
      }
      take(bytes, now, forced);
      return tail;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until {@code bytes} fit into the batch and the segment. */
  private boolean place(int bytes, Room wanted) {
    for (; ; ) {
      requireUsable();
      boolean queueHasRoom = filling.isEmpty() || filling.used() + bytes <= config.queueBytesMax();
      boolean fits = queueHasRoom && fitsSegment(bytes);
      if (isFull() && (wanted == Room.NORMAL || (queueHasRoom && !fits))) {
        refuse();
      } else if (fits) {
        filling.ensure(bytes);
        return true;
      } else if (queueHasRoom && spare == Spare.READY) {
        filling.ensure(Frame.HEADER_BYTES + bytes);
        roll();
        return true;
      } else {
        hurryFilling(); // What is queued may be LAZY, and has to make room now.
        if (runtime.inline()) {
          return false;
        }
        room.awaitUninterruptibly();
      }
    }
  }

  private boolean isFull() {
    return spare == Spare.REFUSED || spare == Spare.RETRYING;
  }

  /** Whether {@link Room#NORMAL} is granted; if not, tries for a spare again when it is time. */
  boolean hasRoom() {
    lock.lock();
    try {
      if (isFull() && runtime.ticker().nanos() - refusedNanos >= SPARE_RETRY_NANOS) {
        retrySpare();
      }
      return !isFull();
    } finally {
      lock.unlock();
    }
  }

  /** A seal must fit behind it. */
  private boolean fitsSegment(int bytes) {
    return tail + bytes + Frame.HEADER_BYTES <= current.limit();
  }

  private void roll() {
    if (tail == current.first()) {
      seal(); // Two segments cannot start at the same position.
    }
    Segment next = Segment.startingAt(tail, config.segmentBytes(), runtime.salts().getAsLong());
    filling.roll(next);
    current = next;
    spare = Spare.PENDING;
  }

  /** Throws, unless it is time to try for a spare again and that succeeds at once. */
  private void refuse() {
    if (runtime.ticker().nanos() - refusedNanos >= SPARE_RETRY_NANOS) {
      retrySpare();
    }
    if (spare != Spare.READY) {
      throw new WalFullException(directory, "no room for another segment", refusal);
    }
  }

  /** Tries once more for a spare that was refused. */
  void retrySpare() {
    lock.lock();
    try {
      if (spare == Spare.REFUSED) {
        spare = Spare.RETRYING;
        prepareSpare.run();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes a record behind what the batch uses, where the batch has been made large enough.
   * Whatever this throws (no memory, a payload that cannot be read) has changed nothing: the bytes
   * count only once they are taken.
   *
   * @param at where in the batch
   * @param start the position that becomes the record's
   */
  private void encode(
      int at,
      long start,
      int type,
      int stream,
      long word0,
      long word1,
      ByteBuffer payload,
      int flags) {
    int length = payload.remaining();
    ByteBuffer target = filling.bytes();
    int payloadAt = at + Frame.HEADER_BYTES;
    target.put(payloadAt, payload, payload.position(), length);
    Frame.pad(target, payloadAt, length);
    long payloadOffset = current.offsetOf(start) + Frame.HEADER_BYTES;
    Frame frame =
        new Frame(
            start,
            length,
            word0,
            word1,
            Frame.payloadCrc(target, payloadAt, length, crc),
            (int) (start - filling.provenPosition()),
            stream,
            type,
            flags,
            Frame.zeroSectors(target, payloadAt, length, payloadOffset));
    frame.encode(target, at, current.salt(), crc);
  }

  /** What was encoded counts from here on. Cannot fail half way. */
  private void take(int bytes, long nowNanos, boolean forced) {
    boolean first = filling.isEmpty();
    filling.take(bytes, nowNanos);
    tail = filling.end();
    sealed = false;
    appended(forced, first);
  }

  private boolean wantsSeal() {
    return !sealed && tail + Frame.HEADER_BYTES <= current.limit();
  }

  private void seal() {
    long now = runtime.ticker().nanos();
    filling.ensure(Frame.HEADER_BYTES);
    encode(filling.used(), tail, 0, 0, 0, 0, NOTHING, Frame.SEAL);
    filling.take(Frame.HEADER_BYTES, now);
    tail = filling.end();
    sealed = true;
  }

  /** Tells the writer, unless it would only find that there is nothing to do yet. */
  private void appended(boolean forced, boolean first) {
    if (forced) {
      hurriedTo = tail;
      filling.hurry();
    }
    if (forced || first || isHalfFull()) {
      work.signal();
    }
  }

  private boolean isHalfFull() {
    return filling.used() >= config.queueBytesMax() / 2;
  }

  /** Somebody waits for {@code position}: does not let it linger. */
  void hurry(long position) {
    if (position <= hurriedTo) {
      return;
    }
    lock.lock();
    try {
      hurriedTo = tail;
      hurryFilling();
    } finally {
      lock.unlock();
    }
  }

  private void hurryFilling() {
    if (!filling.isEmpty()) {
      filling.hurry();
      work.signal();
    }
  }

  /** The next batch to write; blocks until there is one; null when closed and all is written. */
  @Nullable Batch awaitBatch() {
    lock.lock();
    try {
      for (; ; ) {
        Batch batch = dueBatch();
        if (batch != null || state != State.OPEN) {
          return batch;
        }
        try {
          work.awaitNanos(nanosUntilDue());
        } catch (InterruptedException ignored) {
          // Nobody but this log knows its writer, which ends by close alone.
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** How long until there is something to do although nothing is appended. */
  private long nanosUntilDue() {
    if (filling.isEmpty() && !wantsSeal()) {
      return Long.MAX_VALUE;
    }
    long since = filling.isEmpty() ? lastWorkNanos : filling.openedNanos();
    return config.idleAfter().toNanos() - (runtime.ticker().nanos() - since);
  }

  /** The next batch if one is due now. */
  @Nullable Batch pollBatch() {
    lock.lock();
    try {
      return dueBatch();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Batch dueBatch() {
    if (idle == null || state == State.FAILED) {
      return null;
    }
    long now = runtime.ticker().nanos();
    long idleNanos = config.idleAfter().toNanos();
    if (filling.isEmpty()) {
      boolean due = state == State.CLOSING || now - lastWorkNanos >= idleNanos;
      if (!due || !wantsSeal()) {
        return null;
      }
      seal();
    } else if (!filling.isHurried()
        && state == State.OPEN
        && now - filling.openedNanos() < idleNanos
        && !isHalfFull()) {
      return null;
    }
    Batch batch = filling;
    filling = idle;
    idle = null;
    filling.reset(tail);
    room.signalAll();
    return batch;
  }

  /** Gives a written batch back. */
  void recycle(Batch batch) {
    lock.lock();
    try {
      idle = batch;
      lastWorkNanos = runtime.ticker().nanos();
    } finally {
      lock.unlock();
    }
  }

  void spareReady() {
    lock.lock();
    try {
      spare = Spare.READY;
      refusal = null;
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void spareRefused(WalFullException why) {
    lock.lock();
    try {
      spare = Spare.REFUSED;
      refusal = why;
      refusedNanos = runtime.ticker().nanos();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** No more appends; what is queued is still due. */
  void close() {
    lock.lock();
    try {
      if (state == State.OPEN) {
        state = State.CLOSING;
      }
      work.signalAll();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** No more appends; nothing is due any more. */
  void fail() {
    lock.lock();
    try {
      state = State.FAILED;
      work.signalAll();
      room.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isOpen() {
    lock.lock();
    try {
      return state == State.OPEN;
    } finally {
      lock.unlock();
    }
  }

  /** The gate is asked, because a caller it let go knows of a failure before this queue does. */
  private void requireUsable() {
    WalPoisonedException poisoned = gate.failure();
    if (poisoned != null) {
      throw poisoned;
    }
    if (state == State.CLOSING) {
      throw new WalClosedException(directory);
    }
  }
}
