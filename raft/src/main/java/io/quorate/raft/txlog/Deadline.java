package io.quorate.raft.txlog;

import java.time.Duration;

/** When patience ends, on the machine's monotonic clock. */
record Deadline(long atNanos) {

  static Deadline after(Duration patience) {
    return new Deadline(System.nanoTime() + patience.toNanos());
  }

  /** How long until then; not positive once it has passed. */
  long leftNanos() {
    return atNanos - System.nanoTime();
  }

  boolean isOver() {
    return leftNanos() <= 0;
  }
}
