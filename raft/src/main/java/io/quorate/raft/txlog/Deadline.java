package io.quorate.raft.txlog;

import io.quorate.core.time.Ticker;
import java.time.Duration;

/**
 * When patience ends, on the machine's monotonic clock.
 *
 * @param ticker that clock
 * @param atNanos its reading then
 */
record Deadline(Ticker ticker, long atNanos) {

  static Deadline after(Duration patience) {
    Ticker ticker = Ticker.system();
    return new Deadline(ticker, ticker.nanos() + patience.toNanos());
  }

  /** How long until then; not positive once it has passed. */
  long leftNanos() {
    return atNanos - ticker.nanos();
  }

  boolean isOver() {
    return leftNanos() <= 0;
  }
}
