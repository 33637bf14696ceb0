package io.quorate.core.tx.runtime;

import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.machine.Decision;
import io.quorate.core.tx.machine.ProtocolId;
import io.quorate.core.tx.machine.Standing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction as a person sees it.
 *
 * @param head where it stands in the log
 * @param protocol what it follows
 * @param history its records
 * @param standing what its protocol makes of them
 * @param decisions what people decided about it, in their order
 * @param setAside why this process does not take it up; {@code null} where it would
 */
public record TransactionView(
    TxHead head,
    ProtocolId protocol,
    List<LogRecord> history,
    Standing standing,
    List<Decision> decisions,
    @Nullable String setAside) {
  public TransactionView {
    history = List.copyOf(history);
    decisions = List.copyOf(decisions);
  }

  /** What the log alone says. */
  TransactionView(TxHead head, ProtocolId protocol, List<LogRecord> history, Standing standing) {
    this(head, protocol, history, standing, List.of(), null);
  }

  TransactionView with(List<Decision> decisions, @Nullable String setAside) {
    return new TransactionView(head, protocol, history, standing, decisions, setAside);
  }

  /** Whether nothing more will happen to it. */
  public boolean isEnded() {
    return head.status() == TxHead.Status.ENDED;
  }
}
