package io.quorate.core.tx.runtime;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.log.TxHead;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes up what is due: after a restart all that was in the hands of the process before, and at any
 * time what waits for its next attempt or was added by others. One index, one loop, no special
 * cases.
 *
 * <p>A transaction that cannot be taken up, because its definition is not registered or its records
 * do not fit, is set aside until the next start or until somebody asks for it; it does not keep
 * others from being found.
 */
final class RecoveryLoop {
  private static final Logger LOGGER = LoggerFactory.getLogger(RecoveryLoop.class);

  private final TransactionRuntime runtime;
  private final Semaphore slots;
  private final Semaphore nudges = new Semaphore(0);
  private final Set<TxId> revisits = ConcurrentHashMap.newKeySet();
  private final Map<TxId, String> setAside = new ConcurrentHashMap<>();
  private final UnderWay looking = new UnderWay();
  private volatile boolean stopped;

  RecoveryLoop(TransactionRuntime runtime) {
    this.runtime = runtime;
    this.slots = new Semaphore(runtime.config().recoveriesMax());
  }

  void start() {
    looking.begin();
    Thread.ofVirtual().name("quorate-recovery-" + runtime.epoch().number()).start(this::run);
  }

  void nudge() {
    nudges.release();
  }

  /** Looks at this transaction again at the next turn. */
  void revisit(TxId tx) {
    revisits.add(tx);
  }

  /** Leaves this transaction alone until somebody asks for it; says whether that is new. */
  boolean setAside(TxId tx, String why) {
    return setAside.put(tx, why) == null;
  }

  /** Why a transaction was set aside; {@code null} where it was not. */
  @Nullable String whySetAside(TxId tx) {
    return setAside.get(tx);
  }

  /** It could be taken up after all. */
  void takenUp(TxId tx) {
    setAside.remove(tx);
  }

  void stop() {
    stopped = true;
    nudge();
  }

  /** Once stopped: returns when it no longer touches the log, or after that long. */
  void awaitStopped(Duration atMost) {
    looking.awaitNone(atMost);
  }

  private void run() {
    try {
      loop();
    } finally {
      looking.end();
    }
  }

  private void loop() {
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
    int limit = runtime.config().recoveriesMax() * 4;
    int limitMax = limit + setAside.size() + runtime.live();
    for (; ; ) {
      List<TxHead> due = runtime.log().due(runtime.epoch(), limit);
      int taken = takeUp(due);
      boolean more = due.size() == limit;
      if (taken > 0 || !more || limit >= limitMax) {
        return taken > 0 && more;
      }
      // All of these are at work or set aside: what waits stands behind them.
      limit = Math.min(limitMax, 2 * limit);
    }
  }

  private int takeUp(List<TxHead> due) {
    int taken = 0;
    for (TxHead head : due) {
      if (stopped) {
        return 0;
      }
      if (!runtime.isLive(head.tx()) && !setAside.containsKey(head.tx())) {
        takeUp(head.tx());
        taken++;
      }
    }
    return taken;
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
