package io.quorate.raft.txlog;

import io.quorate.core.tx.log.LogRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What a table is told. Each carries the proposer's reading of the log's time. */
sealed interface TableCommand {

  /** The proposer's reading; the table's time is the latest it was told. */
  Instant reading();

  /** Asks for the next epoch. */
  record Acquire(Instant reading, String owner, Duration lease, TableLimits limits)
      implements TableCommand {}

  /** Extends the lease of an epoch. */
  record Renew(Instant reading, long epoch) implements TableCommand {}

  /** Gives the lease of an epoch up. */
  record Release(Instant reading, long epoch) implements TableCommand {}

  /**
   * Adds records.
   *
   * @param records one or more, of one transaction, consecutive, none behind an END
   */
  record Append(Instant reading, long epoch, List<LogRecord> records) implements TableCommand {}

  /** Tells the time, and nothing else. */
  record Tick(Instant reading) implements TableCommand {}
}
