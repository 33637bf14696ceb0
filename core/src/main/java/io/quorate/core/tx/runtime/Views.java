package io.quorate.core.tx.runtime;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.Outcome;
import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.core.tx.log.TransactionLog;
import io.quorate.core.tx.log.TxHead;
import io.quorate.core.tx.machine.ProtocolId;
import io.quorate.core.tx.machine.Recovery;
import io.quorate.core.tx.machine.Standing;
import io.quorate.core.tx.machine.TransactionProtocol;
import io.quorate.core.tx.machine.UnreadableHistoryException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the log's records mean, by the protocols that are registered; changes nothing. */
final class Views {
  private final TransactionLog log;
  private final Epoch epoch;
  private final Map<ProtocolId, TransactionProtocol<?>> protocols;

  Views(TransactionLog log, Epoch epoch, Map<ProtocolId, TransactionProtocol<?>> protocols) {
    this.log = log;
    this.epoch = epoch;
    this.protocols = protocols;
  }

  /** All that is durably known of a transaction. */
  Optional<TransactionView> of(TxId tx) {
    Optional<TxHead> head = log.head(tx);
    List<LogRecord> history = log.read(tx);
    if (head.isEmpty() || history.isEmpty()) {
      return Optional.empty();
    }
    ProtocolId id = ProtocolId.of(history.getFirst());
    return Optional.of(new TransactionView(head.get(), id, history, standing(tx, history)));
  }

  private Standing standing(TxId tx, List<LogRecord> history) {
    try {
      return reader(history.getFirst()).standing(new Recovery(history, epoch, log.now(), true));
    } catch (UnreadableHistoryException unreadable) {
      String why = String.valueOf(unreadable.getMessage());
      return new Standing(
          Outcome.Direction.UNDECIDED, List.of(), new Outcome.Parked<>(tx, "", why, 0));
    }
  }

  /**
   * The protocol that takes up what {@code begin} began: the same version, or the newest that reads
   * it.
   *
   * @throws UnreadableHistoryException when none does, or {@code begin} names none
   */
  TransactionProtocol<?> reader(LogRecord begin) throws UnreadableHistoryException {
    ProtocolId id;
    try {
      id = ProtocolId.of(begin);
    } catch (RuntimeException odd) {
      throw new UnreadableHistoryException("the first record names no protocol: " + odd);
    }
    TransactionProtocol<?> exact = protocols.get(id);
    if (exact != null) {
      return exact;
    }
    return protocols.values().stream()
        .filter(protocol -> protocol.reads(id))
        .max((a, b) -> Integer.compare(a.id().version(), b.id().version()))
        .orElseThrow(
            () -> new UnreadableHistoryException(id + " is not registered with this coordinator"));
  }

  /** How a start differs from the transaction that has its id; {@code null} where it does not. */
  static @Nullable String difference(
      TransactionProtocol<?> protocol, LogRecord begin, byte[] input) {
    ProtocolId id = ProtocolId.of(begin);
    if (!id.family().equals(protocol.id().family()) || !id.name().equals(protocol.id().name())) {
      return "another definition, " + id;
    }
    try {
      return Arrays.equals(protocol.input(begin), input) ? null : "another input";
    } catch (UnreadableHistoryException unreadable) {
      return "a start that cannot be read: " + unreadable.getMessage();
    }
  }
}
