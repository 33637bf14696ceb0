package io.quorate.core.tx.log.file;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.log.FencedException;
import java.util.concurrent.locks.StampedLock;

/**
 * Lets appends of the newest epoch through. Appenders hold it shared from the check until their
 * record has its place in the write-ahead log, a newcomer holds it alone while it writes its own:
 * no record of an older epoch ever lies behind the record that starts a newer one.
 */
final class EpochGate {
  private final StampedLock lock = new StampedLock();
  private volatile Epoch newest;

  EpochGate(Epoch newest) {
    this.newest = newest;
  }

  /** What a newcomer does while no append is under way. */
  interface Start {
    void as(Epoch next);
  }

  /** The newest epoch; {@link Epoch#NONE} before the first. */
  Epoch newest() {
    return newest;
  }

  /**
   * Goes in, if {@code epoch} is the newest.
   *
   * @return to be handed to {@link #leave}
   */
  long enter(Epoch epoch) throws FencedException {
    long stamp = lock.readLock();
    if (isNewest(epoch)) {
      return stamp;
    }
    lock.unlockRead(stamp);
    throw fenced(epoch);
  }

  void leave(long stamp) {
    lock.unlockRead(stamp);
  }

  void require(Epoch epoch) throws FencedException {
    if (!isNewest(epoch)) {
      throw fenced(epoch);
    }
  }

  private boolean isNewest(Epoch epoch) {
    return epoch.number() == newest.number() && epoch.number() != Epoch.NONE.number();
  }

  private FencedException fenced(Epoch epoch) {
    return new FencedException(epoch, newest.number());
  }

  /** Starts the next epoch, once {@code start} has written it down. */
  Epoch advance(String owner, Start start) {
    long stamp = lock.writeLock();
    try {
      Epoch next = new Epoch(owner, newest.number() + 1);
      start.as(next);
      newest = next;
      return next;
    } finally {
      lock.unlockWrite(stamp);
    }
  }
}
