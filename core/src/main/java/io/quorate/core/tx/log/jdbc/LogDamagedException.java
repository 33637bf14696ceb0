package io.quorate.core.tx.log.jdbc;

import io.quorate.core.tx.TxId;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a log hold what no log writes: a value that means nothing, a missing record, rows
 * that contradict each other. It says which shard, transaction and value. Nothing was written by
 * this call; other transactions go on. Trying again does not help: look at the rows, restore them
 * from a copy of the database.
 */
public final class LogDamagedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private LogDamagedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static LogDamagedException unreadable(
      String shard, String row, String column, @Nullable Object value, RuntimeException why) {
    return new LogDamagedException(
        "shard %s, %s: column %s holds %s: %s".formatted(shard, row, column, value, why), why);
  }

  static LogDamagedException missing(String shard, TxId tx, int expected, int found) {
    return new LogDamagedException(
        "shard %s, transaction %s: column seq holds %d (expected: %d, records have no gap)"
            .formatted(shard, tx, found, expected),
        null);
  }

  static LogDamagedException disagree(String shard, TxId tx, long head, long last) {
    return new LogDamagedException(
        "shard %s, transaction %s: the tables disagree: its head says seq %d, its last record has"
                .formatted(shard, tx, head)
            + " seq %d (expected: the same; -1 is none)".formatted(last),
        null);
  }

  /** The same for the caller's thread, with its stack. */
  LogDamagedException here() {
    return new LogDamagedException(String.valueOf(getMessage()), this);
  }
}
