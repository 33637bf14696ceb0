package io.quorate.core.tx.runtime;

import io.quorate.core.retry.Retry;
import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.IndeterminateException;
import io.quorate.core.tx.log.LockHeldException;
import io.quorate.core.tx.log.LogFullException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.tx.log.TransactionLog;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Appends with a definite answer: where the log cannot say whether a record is durable, it is read
 * back until it can.
 */
final class LogWriter {
  /** How often, and how far apart, an open question is asked again: for about a minute. */
  static final Retry READ_BACK =
      Retry.exponential(Duration.ofMillis(20), Duration.ofSeconds(1)).attempts(60);

  private final TransactionLog log;
  private final Epoch epoch;
  private final Retry readBack;

  LogWriter(TransactionLog log, Epoch epoch, Retry readBack) {
    this.log = log;
    this.epoch = epoch;
    this.readBack = readBack;
  }

  /**
   * Appends as {@link TransactionLog#append}; what that leaves open is read back.
   *
   * @throws LogUnavailableException when the log does not work; nothing was written
   * @throws IndeterminateException when the log does not answer for so long that nothing can be
   *     said
   */
  void append(List<LogRecord> records)
      throws FencedException, SequenceConflictException, LockHeldException, LogFullException {
    if (records.isEmpty()) {
      return;
    }
    for (int attempt = 1; ; attempt++) {
      try {
        log.append(epoch, records);
        return;
      } catch (IndeterminateException unknown) {
        if (isWritten(records, unknown)) {
          return;
        }
        if (!readBack.allowsAfter(attempt)) {
          throw unknown;
        }
      }
    }
  }

  private boolean isWritten(List<LogRecord> records, IndeterminateException unknown)
      throws SequenceConflictException {
    LogRecord first = records.getFirst();
    List<LogRecord> history = readBack(first, unknown);
    if (history.size() <= first.seq()) {
      return false;
    }
    List<LogRecord> found = history.subList(first.seq(), history.size());
    if (found.size() >= records.size() && found.subList(0, records.size()).equals(records)) {
      return true;
    }
    throw new SequenceConflictException(first.tx(), first.seq(), history.size());
  }

  private List<LogRecord> readBack(LogRecord first, IndeterminateException unknown) {
    for (int attempt = 1; ; attempt++) {
      try {
        return log.read(first.tx());
      } catch (LogUnavailableException still) {
        if (!readBack.allowsAfter(attempt)) {
          unknown.addSuppressed(still);
          throw unknown;
        }
        LockSupport.parkNanos(readBack.pauseAfter(attempt, first.tx().hashCode()).toNanos());
      }
    }
  }
}
