package io.quorate.core.tx.runtime;

import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.machine.ProtocolId;
import io.quorate.core.tx.machine.Standing;
import java.util.List;

/**
 * A transaction as a person sees it.
 *
 * @param head where it stands in the log
 * @param protocol what it follows
 * @param history its records
 * @param standing what its protocol makes of them
 */
public record TransactionView(
    TxHead head, ProtocolId protocol, List<LogRecord> history, Standing standing) {
  public TransactionView {
    history = List.copyOf(history);
  }

  /** Whether nothing more will happen to it. */
  public boolean isEnded() {
    return head.status() == TxHead.Status.ENDED;
  }
}
