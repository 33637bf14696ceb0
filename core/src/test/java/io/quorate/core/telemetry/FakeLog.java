package io.quorate.core.telemetry;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.log.TxHead;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A log whose appends take two milliseconds of the test's time. */
final class FakeLog implements TransactionLog {
  private final AtomicLong nanos;
  boolean failing;
  boolean closed;

  FakeLog(AtomicLong nanos) {
    this.nanos = nanos;
  }

  LogRecord record(boolean forced) {
    return new LogRecord(
        new TxId("t"),
        0,
        LogRecord.Kind.BEGIN,
        forced ? LogRecord.Force.FORCED : LogRecord.Force.LAZY,
        null,
        Set.of(),
        new byte[0]);
  }

  @Override
  public void append(Epoch epoch, List<LogRecord> records) {
    nanos.addAndGet(2_000_000);
    if (failing) {
      throw new IllegalStateException("disk");
    }
  }

  @Override
  public Epoch acquire(String owner, Duration lease) {
    return new Epoch(owner, 1);
  }

  @Override
  public void renew(Epoch epoch) {}

  @Override
  public void release(Epoch epoch) {}

  @Override
  public List<LogRecord> read(TxId tx) {
    return List.of();
  }

  @Override
  public Optional<TxHead> head(TxId tx) {
    return Optional.empty();
  }

  @Override
  public List<TxHead> due(Epoch epoch, int limit) {
    return List.of();
  }

  @Override
  public List<TxHead> list(Set<TxHead.Status> statuses, @Nullable TxId after, int limit) {
    return List.of();
  }

  @Override
  public Instant now() {
    return Instant.EPOCH;
  }

  @Override
  public void close() {
    closed = true;
  }
}
