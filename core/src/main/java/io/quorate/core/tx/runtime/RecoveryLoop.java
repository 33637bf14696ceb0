package io.quorate.core.tx.runtime;

import io.quorate.core.tx.TxId;
import io.quorate.core.tx.log.FencedException;
import io.quorate.core.tx.log.LogUnavailableException;
import io.quorate.core.tx.log.TxHead;
import java.time.Duration;
import java.util.List;
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
 * <p>A transaction that cannot be taken up, because its definition is not registered, its records
 * do not fit or reading them fails, is {@link SetAside set aside} and tried again later and later,
 * or when somebody asks for it; it does not keep others from being found. Nothing but a newer epoch
 * or {@link #stop} ends the loop.
 */
final class RecoveryLoop {
  private static final Logger LOGGER = LoggerFactory.getLogger(RecoveryLoop.class);

  private final TransactionRuntime runtime;
  private final Semaphore slots;
  private final Semaphore nudges = new Semaphore(0);
  private final Set<TxId> revisits = ConcurrentHashMap.newKeySet();
  private final SetAside aside;
  private final UnderWay looking = new UnderWay();
  private volatile boolean stopped;

  RecoveryLoop(TransactionRuntime runtime) {
    this.runtime = runtime;
    this.slots = new Semaphore(runtime.config().recoveriesMax());
    this.aside = new SetAside(runtime::after, this::revisit);
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

  /** Leaves this transaction alone for a while, or until somebody asks; says whether it is news. */
  boolean setAside(TxId tx, String why) {
    return aside.put(tx, why, false);
  }

  /** Why a transaction was set aside; {@code null} where it was not. */
  @Nullable String whySetAside(TxId tx) {
    return aside.why(tx);
  }

  /** Those set aside in the order of their ids, at most {@code limit}, behind {@code after}. */
  List<SetAsideTransaction> setAside(@Nullable TxId after, int limit) {
    return aside.list(after, limit);
  }

  /** It could be taken up after all. */
  void takenUp(TxId tx) {
    if (aside.takenUp(tx) && !isOpen(tx)) {
      aside.forget(tx);
    }
  }

  private boolean isOpen(TxId tx) {
    return runtime.log().head(tx).filter(head -> head.status() != TxHead.Status.ENDED).isPresent();
  }

  /** It has ended, or the log does not know it any more. */
  void forget(TxId tx) {
    aside.forget(tx);
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
        if (runtime.health().works(Health.Part.RECOVERY)) {
          aside.logIsBack();
        }
      } catch (FencedException fenced) {
        runtime.fenced(fenced);
        return;
      } catch (Throwable failed) { // an Error too: without this loop nothing is taken up any more
        more = false;
        report(failed);
      }
      if (!more) {
        pause();
      }
    }
  }

  private void report(Throwable failed) {
    if (stopped) {
      return;
    }
    try {
      runtime.health().failed(Health.Part.RECOVERY, failed);
      LOGGER.debug("recovery turn failed", failed);
    } catch (Throwable unreported) {
      // Out of memory, most likely: the next turn says the same, once there is room to say it.
      nudges.drainPermits();
    }
  }

  private void pause() {
    try {
      if (nudges.tryAcquire(runtime.config().pollInterval().toNanos(), TimeUnit.NANOSECONDS)) {
        nudges.drainPermits();
      }
    } catch (InterruptedException notByUs) {
      // Stopping goes by the flag: somebody's stray interrupt is no reason to leave.
      nudges.drainPermits();
    }
  }

  /** One look at the log; says whether another would find more. */
  private boolean turn() throws FencedException {
    for (TxId tx : Set.copyOf(revisits)) {
      if (stopped) {
        return false;
      }
      revisits.remove(tx);
      takeUp(tx);
    }
    int limit = runtime.config().recoveriesMax() * 4;
    int limitMax = limit + aside.sizeMax() + runtime.live();
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

  private int takeUp(List<TxHead> due) throws FencedException {
    int taken = 0;
    for (TxHead head : due) {
      if (stopped) {
        return 0;
      }
      if (!runtime.isLive(head.tx()) && !aside.contains(head.tx())) {
        takeUp(head.tx());
        taken++;
      }
    }
    return taken;
  }

  /** Takes one up, or sets it aside: whatever is wrong with it is not wrong with the next one. */
  private void takeUp(TxId tx) throws FencedException {
    slots.acquireUninterruptibly();
    boolean handed = false;
    try {
      runtime.load(tx, slots::release);
      handed = true;
    } catch (LogUnavailableException away) {
      if (aside.put(tx, away.toString(), true)) {
        LOGGER.warn("transaction not read tx={} cause={}", tx, away.toString());
      }
      // This one or the log? What is due tells: where that cannot be had either, the turn ends.
      var unused = runtime.log().due(runtime.epoch(), 1);
    } catch (RuntimeException | Error broken) {
      runtime.broken(tx, broken);
    } finally {
      if (!handed) {
        slots.release();
      }
    }
  }
}
