package io.quorate.core.telemetry;

import io.quorate.core.time.Ticker;
import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.EpochHeldException;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.LockHeldException;
import io.quorate.core.tx.log.LogFullException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.log.TxHead;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A log whose appends are measured. All else passes through. */
record MeteredLog(TransactionLog log, TxMetrics metrics, Ticker ticker) implements TransactionLog {

  @Override
  public void append(Epoch epoch, List<LogRecord> records)
      throws FencedException, SequenceConflictException, LockHeldException, LogFullException {
    boolean forced = records.stream().anyMatch(record -> record.force() == LogRecord.Force.FORCED);
    long start = ticker.nanos();
    Throwable failure = null;
    try {
      log.append(epoch, records);
    } catch (Throwable thrown) {
      failure = thrown;
      throw thrown;
    } finally {
      metrics.appended(forced, ticker.nanos() - start, failure);
    }
  }

  @Override
  public Epoch acquire(String owner, Duration lease) throws EpochHeldException {
    return log.acquire(owner, lease);
  }

  @Override
  public void renew(Epoch epoch) throws FencedException {
    log.renew(epoch);
  }

  @Override
  public void release(Epoch epoch) {
    log.release(epoch);
  }

  @Override
  public List<LogRecord> read(TxId tx) {
    return log.read(tx);
  }

  @Override
  public Optional<TxHead> head(TxId tx) {
    return log.head(tx);
  }

  @Override
  public List<TxHead> due(Epoch epoch, int limit) throws FencedException {
    return log.due(epoch, limit);
  }

  @Override
  public List<TxHead> list(Set<TxHead.Status> statuses, @Nullable TxId after, int limit) {
    return log.list(statuses, after, limit);
  }

  @Override
  public Instant now() {
    return log.now();
  }

  @Override
  public void close() {
    log.close();
  }
}
