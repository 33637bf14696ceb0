package io.quorate.core.tx.runtime;

import io.quorate.core.time.Ticker;
import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.log.EpochHeldException;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.TransactionLog;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Acquires the log and renews the lease three times in its length. */
final class LeaseKeeper {
  private static final Ticker TICKER = Ticker.system();
  private static final Duration ASK_AGAIN_MAX = Duration.ofSeconds(1);

  private final TransactionRuntime runtime;
  private volatile boolean stopped;

  LeaseKeeper(TransactionRuntime runtime) {
    this.runtime = runtime;
  }

  static Epoch acquire(TransactionLog log, RuntimeConfig config) throws EpochHeldException {
    long deadline = TICKER.nanos() + config.acquireWait().toNanos();
    while (true) {
      try {
        return log.acquire(config.owner(), config.lease());
      } catch (EpochHeldException held) {
        long left = deadline - TICKER.nanos();
        if (left <= 0 || Thread.currentThread().isInterrupted()) {
          throw held;
        }
        Duration pause =
            held.remaining().compareTo(ASK_AGAIN_MAX) < 0 ? held.remaining() : ASK_AGAIN_MAX;
        LockSupport.parkNanos(Math.min(left, Math.max(1_000_000, pause.toNanos())));
      }
    }
  }

  void start() {
    runtime.after(
        runtime.config().lease().dividedBy(3), () -> Thread.startVirtualThread(this::renew));
  }

  private void renew() {
    if (stopped) {
      return;
    }
    try {
      runtime.log().renew(runtime.epoch());
      runtime.health().works(Health.Part.LEASE);
    } catch (FencedException fenced) {
      runtime.fenced(fenced);
      return;
    } catch (RuntimeException | Error failed) {
      if (!stopped) {
        runtime.health().failed(Health.Part.LEASE, failed);
      }
    } finally {
      // Whatever it was: a lease that nobody renews is one that somebody else takes.
      if (!stopped) {
        start();
      }
    }
  }

  void stop() {
    stopped = true;
  }
}
