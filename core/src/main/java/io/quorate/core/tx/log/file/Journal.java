package io.quorate.core.tx.log.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quorate.core.tx.log.IndeterminateException;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.wal.Room;
import io.quorate.core.wal.WalClosedException;
import io.quorate.core.wal.WalException;
import io.quorate.core.wal.WalFullException;
import io.quorate.core.wal.WalPoisonedException;
import io.quorate.core.wal.WriteAheadLog;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The records this log writes to its write-ahead log, and what its errors mean here. */
final class Journal {
  static final int APPEND = 1;
  static final int CARRY = 2;
  static final int EPOCH = 3;
  static final int TIME = 4;
  static final int CLOSE = 5;

  /** The newest type of record this release reads. */
  static final int TYPE_MAX = CLOSE;

  static final int MARK_BYTES = 13;

  private final WriteAheadLog wal;

  /** Why what is written and what is in memory may differ; null while they do not. */
  private volatile @Nullable Throwable broken;

  Journal(WriteAheadLog wal) {
    this.wal = wal;
  }

  /**
   * Writes an append.
   *
   * @return the position behind it
   * @throws WalFullException nothing was written
   * @throws LogUnavailableException nothing was written
   * @throws IllegalStateException closed; nothing was written
   */
  long append(byte[] append, long epoch, long word, boolean forced, Room room) {
    return write(APPEND, epoch, word, append, forced, room);
  }

  /** Writes appends of one transaction again; not forced. As {@link #append} otherwise. */
  long carry(byte[] piece, long epoch, long word, Room room) {
    return write(CARRY, epoch, word, piece, false, room);
  }

  /** Writes a mark, forced, from the reserve if need be. As {@link #append} otherwise. */
  long mark(int type, long epoch, Instant time, String owner) {
    byte[] name = owner.getBytes(US_ASCII);
    ByteBuffer bytes = ByteBuffer.allocate(MARK_BYTES + name.length);
    bytes.put((byte) AppendCodec.VERSION).putLong(time.getEpochSecond()).putInt(time.getNano());
    bytes.put(name);
    return write(type, epoch, 0, bytes.array(), true, Room.RESERVE);
  }

  private long write(int type, long epoch, long word, byte[] payload, boolean forced, Room room) {
    requireSound();
    try {
      return wal.append(type, 0, epoch, word, ByteBuffer.wrap(payload), forced, room);
    } catch (WalPoisonedException failed) {
      throw new LogUnavailableException(
          "nothing was written, the log has failed: " + failed.getMessage(), failed);
    } catch (WalClosedException closed) {
      throw closed();
    }
  }

  /** Where a record with that payload starts that ends at {@code end}. */
  static long start(long end, int payloadBytes) {
    return end - WriteAheadLog.encodedBytes(payloadBytes);
  }

  /**
   * An append was written and could not be taken into memory: nothing is written or shown any more.
   *
   * @return to be thrown
   */
  IndeterminateException broken(Throwable cause) {
    broken = cause;
    return new IndeterminateException(
        "the append was written but could not be taken in: %s; close the log and open it again"
            .formatted(cause),
        cause);
  }

  /** Fails once what is in memory is not what was written. */
  void requireSound() {
    Throwable cause = broken;
    if (cause != null) {
      throw new LogUnavailableException(
          "nothing was written, an append before could not be taken in: %s; close the log and open"
                  .formatted(cause)
              + " it again",
          cause);
    }
  }

  /** Waits until what was just written is durable. */
  void confirm(long position) {
    try {
      wal.awaitDurable(position);
    } catch (WalPoisonedException failed) {
      throw new IndeterminateException(
          "the log failed while the append was on its way: " + failed.getMessage(), failed);
    }
  }

  /** Waits until what is about to be shown is durable. */
  void requireDurable(long position) {
    try {
      wal.awaitDurable(position);
    } catch (WalPoisonedException failed) {
      throw new LogUnavailableException(
          "the log has failed and what was asked for is not known to be durable: "
              + failed.getMessage(),
          failed);
    }
  }

  /** Where the next record goes. */
  long next() {
    return wal.nextPosition();
  }

  /** Where the oldest record held is. */
  long first() {
    return wal.firstPosition();
  }

  /**
   * Gives back the segments that lie wholly before {@code position}.
   *
   * @throws WalException where that failed; nothing is lost
   */
  void truncateBefore(long position) {
    wal.truncateBefore(position);
  }

  /**
   * Makes all that was written durable and gives the directory up.
   *
   * @throws LogUnavailableException something written is not known to be durable
   */
  void close() {
    try {
      wal.close();
    } catch (WalPoisonedException failed) {
      throw new LogUnavailableException(
          "closed, but not everything is known to be durable: " + failed.getMessage(), failed);
    }
  }

  static IllegalStateException closed() {
    return new IllegalStateException("the transaction log is closed (expected: open)");
  }
}
