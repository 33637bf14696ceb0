package io.quorate.testkit.crash;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.LogRecord;
import io.quorate.testkit.sim.SimEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One transaction in a coordinator's memory. Not thread-safe. */
final class Live<S> {
  private final TxId tx;
  private @Nullable S state;
  private @Nullable SimEvent wake;
  private @Nullable Instant wakeAt;
  private @Nullable LogRecord last;
  private int callsOut;
  private boolean gone;

  Live(TxId tx) {
    this.tx = tx;
  }

  TxId tx() {
    return tx;
  }

  S state() {
    S current = state;
    if (current == null) {
      throw new IllegalStateException("transaction " + tx + " has no state yet");
    }
    return current;
  }

  void state(S next) {
    state = next;
  }

  /** The last record, which says when the log calls the transaction due. */
  void last(LogRecord record) {
    last = record;
  }

  @Nullable Instant dueInLog() {
    LogRecord record = last;
    return record == null ? null : record.due();
  }

  /** Whether the log will never call it due. */
  boolean isAtRest() {
    LogRecord record = last;
    return record != null
        && (record.kind() == LogRecord.Kind.END || record.kind() == LogRecord.Kind.PARK);
  }

  void called() {
    callsOut++;
  }

  void answered() {
    callsOut--;
  }

  boolean hasCallsOut() {
    return callsOut > 0;
  }

  void sleepUntil(Instant at, SimEvent event) {
    wakeAt = at;
    wake = event;
  }

  void woken() {
    SimEvent armed = wake;
    if (armed != null) {
      armed.cancel();
    }
    wake = null;
    wakeAt = null;
  }

  /** When it is woken; {@code null} where no timer is set. */
  @Nullable Instant wakeAt() {
    return wakeAt;
  }

  boolean isGone() {
    return gone;
  }

  void leave() {
    woken();
    gone = true;
  }
}
