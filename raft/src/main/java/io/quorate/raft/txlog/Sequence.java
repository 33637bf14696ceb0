package io.quorate.raft.txlog;

import io.quorate.core.tx.log.LogRecord;
import java.util.List;

/** The rule for the records of one append. */
final class Sequence {
  private Sequence() {}

  /**
   * The same records, once they are known to be a sequence of one transaction.
   *
   * @throws IllegalArgumentException they are none, or not consecutive, or go on behind an END
   */
  static List<LogRecord> require(List<LogRecord> given) {
    List<LogRecord> records = List.copyOf(given);
    if (records.isEmpty()) {
      throw new IllegalArgumentException("records: none (expected: at least one)");
    }
    LogRecord before = records.getFirst();
    for (LogRecord next : records.subList(1, records.size())) {
      if (!next.tx().equals(before.tx())
          || next.seq() != before.seq() + 1
          || before.kind() == LogRecord.Kind.END) {
        throw new IllegalArgumentException(
            "records: %s behind %s (expected: the next of the same transaction, none behind END)"
                .formatted(next, before));
      }
      before = next;
    }
    return records;
  }
}
