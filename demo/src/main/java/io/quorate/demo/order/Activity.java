package io.quorate.demo.order;

import io.quorate.core.tx.machine.TxEvent;
import io.quorate.core.tx.machine.TxObserver;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the coordinator goes through. Thread-safe. */
final class Activity implements TxObserver {
  private final LongAdder recovered = new LongAdder();
  private final LongAdder retried = new LongAdder();

  @Override
  public void on(TxEvent event) {
    if (event instanceof TxEvent.Recovered) {
      recovered.increment();
    } else if (event instanceof TxEvent.RetryScheduled) {
      retried.increment();
    }
  }

  long recovered() {
    return recovered.sum();
  }

  long retried() {
    return retried.sum();
  }
}
