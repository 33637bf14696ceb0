package io.quorate.core.tx.runtime;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.log.TxHead;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes up what is due: after a restart all that was in the hands of the process before, and at any
 * time what waits for its next attempt or was added by others. One index, one loop, no special
 * cases.
 *
 * <p>A transaction that cannot be taken up, because its definition is not registered or its records
 * do not fit, is set aside until the next start; it does not keep others from being found.
 */
final class RecoveryLoop {
  private static final Logger LOGGER = LoggerFactory.getLogger(RecoveryLoop.class);

  private final TransactionRuntime runtime;
  private final Semaphore slots;
  private final Semaphore nudges = new Semaphore(0);
  private final Set<TxId> revisits = ConcurrentHashMap.newKeySet();
  private final Set<TxId> setAside = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  RecoveryLoop(TransactionRuntime runtime) {
    this.runtime = runtime;
    this.slots = new Semaphore(runtime.config().recoveriesMax());
  }

  void start() {
    Thread.ofVirtual().name("quorate-recovery-" + runtime.epoch().number()).start(this::run);
  }

  void nudge() {
    nudges.release();
  }

  /** Looks at this transaction again at the next turn. */
  void revisit(TxId tx) {
    revisits.add(tx);
  }

  /** Leaves this transaction alone until the next start; says whether that is new. */
  boolean setAside(TxId tx) {
    return setAside.add(tx);
  }

  void stop() {
    stopped = true;
    nudge();
  }

  private void run() {
    while (!stopped) {
      boolean more = false;
      try {
        more = turn();
      } catch (FencedException fenced) {
        runtime.fenced(fenced);
        return;
      } catch (LogUnavailableException away) {
        LOGGER.warn("recovery waits for the log cause={}", away.toString());
      } catch (RuntimeException broken) {
        LOGGER.error("recovery turn failed", broken);
      }
      if (!more) {
        pause();
      }
    }
  }

  private void pause() {
    try {
      if (nudges.tryAcquire(runtime.config().pollInterval().toNanos(), TimeUnit.NANOSECONDS)) {
        nudges.drainPermits();
      }
    } catch (InterruptedException nobodyInterruptsThis) {
      stopped = true;
    }
  }

  /** One look at the log; says whether another would find more. */
  private boolean turn() throws FencedException {
    for (TxId tx : Set.copyOf(revisits)) {
      revisits.remove(tx);
      takeUp(tx);
    }
    int limit = runtime.config().recoveriesMax() * 4 + setAside.size();
    int taken = 0;
    var due = runtime.log().due(runtime.epoch(), limit);
    for (TxHead head : due) {
      if (stopped) {
        return false;
      }
      if (!runtime.isLive(head.tx()) && !setAside.contains(head.tx())) {
        takeUp(head.tx());
        taken++;
      }
    }
    return taken > 0 && due.size() == limit;
  }

  private void takeUp(TxId tx) {
    slots.acquireUninterruptibly();
    boolean handed = false;
    try {
      runtime.load(tx, slots::release);
      handed = true;
    } catch (LogUnavailableException away) {
      revisits.add(tx);
      throw away;
    } finally {
      if (!handed) {
        slots.release();
      }
    }
  }
}
