package io.quorate.core.tx.log;

import io.quorate.core.tx.TxId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a transaction stands, without its records.
 *
 * @param tx the transaction
 * @param seq the last record's
 * @param status open, parked or ended
 * @param due as in {@link LogRecord#due()}, of the last record
 * @param epoch the number of the epoch that wrote the last record
 * @param startedAt when it began, in the log's time
 * @param changedAt when the last record was added, in the log's time
 */
public record TxHead(
    TxId tx,
    int seq,
    Status status,
    @Nullable Instant due,
    long epoch,
    Instant startedAt,
    Instant changedAt) {

  /** The states a log tells apart. */
  public enum Status {
    OPEN,
    PARKED,
    ENDED;

    /** The status a transaction has after a record of {@code kind}. */
    public static Status after(LogRecord.Kind kind) {
      return switch (kind) {
        case BEGIN, STEP, DECIDE, RESOLVE -> OPEN;
        case PARK -> PARKED;
        case END -> ENDED;
      };
    }
  }
}
