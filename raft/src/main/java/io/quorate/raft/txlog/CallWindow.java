package io.quorate.raft.txlog;

import io.quorate.raft.session.SessionClient;
import io.quorate.raft.session.SessionMachine;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** A session's calls: as many at once as it keeps answers for, further ones wait their turn. */
final class CallWindow {
  private final SessionClient client;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();

  /** Calls that are not answered, by when they were begun. */
  private final TreeSet<Long> open = new TreeSet<>();

  private long last;

  CallWindow(SessionClient client) {
    this.client = client;
  }

  SessionClient client() {
    return client;
  }

  /**
   * Begins a call once there is room for it. An interrupt is kept for later.
   *
   * @param goOn as in {@link SessionClient#call(byte[], BooleanSupplier)}
   * @return empty if there was no room in time; nothing was begun
   */
  Optional<CompletableFuture<byte[]>> begin(
      byte[] command, BooleanSupplier goOn, Deadline deadline) {
    lock.lock();
    try {
      if (!awaitRoom(deadline)) {
        return Optional.empty();
      }
      long number = ++last;
      open.add(number);
      // Within the lock: the session counts its calls in the same order.
      CompletableFuture<byte[]> call = client.call(command, goOn);
      return Optional.of(call.whenComplete((reply, failure) -> over(number)));
    } finally {
      lock.unlock();
    }
  }

  private boolean isFull() {
    return !open.isEmpty() && last + 1 - open.first() >= SessionMachine.ANSWERS_MAX;
  }

  private boolean awaitRoom(Deadline deadline) {
    boolean interrupted = false;
    while (isFull() && deadline.leftNanos() > 0) {
      try {
        long unused = room.awaitNanos(deadline.leftNanos());
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return !isFull();
  }

  private void over(long number) {
    lock.lock();
    try {
      open.remove(number);
      if (!isFull()) {
        room.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }
}
