package io.quorate.core.tx.machine;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.log.LogRecord;
import java.time.Instant;
import java.util.List;

/**
 * What a transaction is taken up from.
 *
 * @param history all its records in sequence, at least the {@code BEGIN}
 * @param epoch under which it goes on
 * @param now the log's time
 * @param afterCrash whether LAZY records written behind the last of {@code history} may have been
 *     lost: true unless this very epoch wrote that last one
 */
public record Recovery(List<LogRecord> history, Epoch epoch, Instant now, boolean afterCrash) {
  public Recovery {
    history = List.copyOf(history);
    if (history.isEmpty()) {
      throw new IllegalArgumentException("history: empty (expected: at least the BEGIN record)");
    }
    requireNonNull(epoch, "epoch");
    requireNonNull(now, "now");
  }
}
