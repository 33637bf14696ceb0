package io.quorate.core.telemetry;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.EpochHeldException;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.JoinableLog;
import io.quorate.core.tx.log.LockHeldException;
import io.quorate.core.tx.log.LogFullException;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.SequenceConflictException;
import io.quorate.core.tx.log.TxHead;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A log that can be joined and whose appends are measured; all else passes through. */
record MeteredJoinableLog(MeteredLog metered, JoinableLog log) implements JoinableLog {

  @Override
  public void append(Connection callersTransaction, LogRecord begin)
      throws SQLException, SequenceConflictException {
    log.append(callersTransaction, begin);
  }

  @Override
  public void append(Epoch epoch, List<LogRecord> records)
      throws FencedException, SequenceConflictException, LockHeldException, LogFullException {
    metered.append(epoch, records);
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
