package io.quorate.core.tx.runtime;

import io.quorate.core.tx.Epoch;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the parts of a coordinator say of its log, as one state; tells each change once. */
final class Health {
  private static final Logger LOGGER = LoggerFactory.getLogger(TransactionRuntime.class);

  /** Those that ask the log by themselves, again and again. */
  enum Part {
    RECOVERY,
    LEASE
  }

  private final Epoch epoch;
  private final List<CoordinatorListener> listeners;
  private final ReentrantLock lock = new ReentrantLock();

  /** Changed under the lock only; whoever asks needs none. */
  private volatile CoordinatorState state = CoordinatorState.RUNNING;

  private final Map<Part, String> failing = new EnumMap<>(Part.class);

  Health(Epoch epoch, List<CoordinatorListener> listeners) {
    this.epoch = epoch;
    this.listeners = listeners;
  }

  CoordinatorState state() {
    return state;
  }

  /** The log did not answer. */
  void failed(Part part, Throwable why) {
    lock.lock();
    try {
      failing.put(part, why.toString());
      if (state.status() == CoordinatorState.Status.RUNNING) {
        LOGGER.warn("log away epoch={} asked_by={} cause={}", epoch, part, why.toString());
        become(new CoordinatorState(CoordinatorState.Status.LOG_AWAY, why.toString()));
      }
    } finally {
      lock.unlock();
    }
  }

  /** The log answered; says whether that is news. */
  boolean works(Part part) {
    if (state.status() != CoordinatorState.Status.LOG_AWAY) {
      return false;
    }
    lock.lock();
    try {
      boolean news = failing.remove(part) != null;
      if (failing.isEmpty() && state.status() == CoordinatorState.Status.LOG_AWAY) {
        LOGGER.info("log back epoch={}", epoch);
        become(CoordinatorState.RUNNING);
      }
      return news;
    } finally {
      lock.unlock();
    }
  }

  /** It is over, for good. */
  void stopped(String why) {
    lock.lock();
    try {
      if (state.status() != CoordinatorState.Status.STOPPED) {
        LOGGER.warn("coordinator stopped epoch={} cause={}", epoch, why);
        become(new CoordinatorState(CoordinatorState.Status.STOPPED, why));
      }
    } finally {
      lock.unlock();
    }
  }

  private void become(CoordinatorState next) {
    state = next;
    for (CoordinatorListener listener : listeners) {
      try {
        listener.on(next);
      } catch (RuntimeException | Error failed) {
        LOGGER.warn("listener failed state={}", next, failed);
      }
    }
  }
}
