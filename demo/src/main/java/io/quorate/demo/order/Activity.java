package io.quorate.demo.order;

import io.quorate.core.tx.machine.TxEvent;
import io.quorate.core.tx.machine.TxObserver;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what the coordinator goes through, and logs what a person may look for. Thread-safe. */
final class Activity implements TxObserver {
  private static final Logger LOGGER = LoggerFactory.getLogger(Activity.class);

  private final LongAdder recovered = new LongAdder();
  private final LongAdder retried = new LongAdder();

  @Override
  public void on(TxEvent event) {
    if (event instanceof TxEvent.Recovered taken) {
      recovered.increment();
      LOGGER.info("taken up from the log tx={} records={}", taken.tx(), taken.records());
    } else if (event instanceof TxEvent.RetryScheduled again) {
      retried.increment();
      LOGGER.info("called again call={} cause={}", again.ref().key(), again.cause());
    }
  }

  long recovered() {
    return recovered.sum();
  }

  long retried() {
    return retried.sum();
  }
}
