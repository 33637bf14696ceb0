package io.quorate.core.tx.log.jdbc;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** An append on its way to the database. */
final class PendingAppend {
  final Epoch epoch;
  final List<LogRecord> records;
  final long bytes;

  /** When it was queued, by the queue's clock. */
  final long queuedNanos;

  /**
   * False for a LAZY append that has returned already. It is never given up while the log is open:
   * forced appends behind it promise that it is durable.
   */
  final boolean awaited;

  /** Completed once the append is durable; exceptionally where it is refused or unknown. */
  final CompletableFuture<Void> done = new CompletableFuture<>();

  /** Set when a COMMIT that held it ended without an answer: it may be in the log already. */
  boolean maybeWritten;

  PendingAppend(
      Epoch epoch, List<LogRecord> records, long bytes, boolean awaited, long queuedNanos) {
    this.epoch = epoch;
    this.records = records;
    this.bytes = bytes;
    this.awaited = awaited;
    this.queuedNanos = queuedNanos;
  }

  TxId tx() {
    return records.getFirst().tx();
  }

  LogRecord last() {
    return records.getLast();
  }
}
