package io.quorate.testkit.crash;

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
import io.quorate.testkit.sim.SimTransactionLog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A log that breaks one promise. */
record FlawedLog(SimTransactionLog log, Kind kind) implements TransactionLog {

  enum Kind {
    /** Takes records of whatever epoch. */
    IGNORES_EPOCHS,
    /** Says that records are durable which are not. */
    NEVER_FORCES,
    /** Has no index of what is due. */
    FORGETS_WHAT_IS_DUE
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
  public void append(Epoch epoch, List<LogRecord> records)
      throws FencedException, SequenceConflictException, LockHeldException, LogFullException {
    switch (kind) {
      case IGNORES_EPOCHS -> appendAnyway(epoch, records);
      case NEVER_FORCES -> log.append(epoch, records.stream().map(FlawedLog::lazy).toList());
      case FORGETS_WHAT_IS_DUE -> log.append(epoch, records);
    }
  }

  private void appendAnyway(Epoch epoch, List<LogRecord> records)
      throws FencedException, SequenceConflictException, LockHeldException, LogFullException {
    try {
      log.append(epoch, records);
    } catch (FencedException fenced) {
      log.append(new Epoch(epoch.owner(), epoch.number() + 1), records);
    }
  }

  private static LogRecord lazy(LogRecord r) {
    return new LogRecord(
        r.tx(), r.seq(), r.kind(), LogRecord.Force.LAZY, r.due(), r.locks(), r.body());
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
    return kind == Kind.FORGETS_WHAT_IS_DUE ? List.of() : log.due(epoch, limit);
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
