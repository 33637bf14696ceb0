package io.quorate.core.wal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Holds callers back until their position is durable.
 *
 * <p>Waiters stand on a lock-free stack, which the writer takes as a whole after each force. It
 * wakes all that are due itself: measured at 16 and 64 threads, waking in a tree (each one woken
 * wakes two more) got the writer back to the disk sooner but with half the batch, and made every
 * waiter depend on when others were scheduled.
 *
 * <p>No wake-up is lost: a waiter looks at {@code durable} after it stands on the stack, the writer
 * takes the stack after it moved {@code durable}.
 */
final class DurableGate {

  /** One caller: a thread that parks, or a future. */
  private static final class Waiter {
    final long position;
    final @Nullable Thread thread;
    final @Nullable CompletableFuture<Void> future;

    /** The next one on the stack. Set before it is pushed, and not after. */
    @Nullable Waiter below;

    Waiter(long position, @Nullable Thread thread, @Nullable CompletableFuture<Void> future) {
      this.position = position;
      this.thread = thread;
      this.future = future;
    }
  }

  private final String directory;
  private final Completions completions;
  private final AtomicReference<@Nullable Waiter> top = new AtomicReference<>();
  private volatile long durable;
  private volatile @Nullable Throwable failure;

  DurableGate(String directory, long durable, Completions completions) {
    this.directory = directory;
    this.durable = durable;
    this.completions = completions;
  }

  /** Everything before it is durable. Never goes back. */
  long durable() {
    return durable;
  }

  /** Why no more will become durable, or null. */
  @Nullable WalPoisonedException failure() {
    Throwable cause = failure;
    return cause == null ? null : new WalPoisonedException(directory, durable, cause);
  }

  /** Whether a caller need not wait (any more); throws if it would wait for ever. */
  boolean isOpenFor(long position) {
    WalPoisonedException poisoned = failure(); // First: nothing becomes durable after it.
    if (durable >= position) {
      return true;
    }
    if (poisoned != null) {
      throw poisoned;
    }
    return false;
  }

  /** Blocks until {@code position} is durable; an interrupt is kept for later. */
  void await(long position) {
    if (isOpenFor(position)) {
      return;
    }
    push(new Waiter(position, Thread.currentThread(), null));
    boolean interrupted = false;
    try {
      while (!isOpenFor(position)) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A future of the same; what becomes of it has no effect on the log. */
  CompletableFuture<Void> whenDurable(long position) {
    CompletableFuture<Void> future = new CompletableFuture<>();
    if (!completeIfOpen(future, position)) {
      push(new Waiter(position, null, future));
      completeIfOpen(future, position);
    }
    return future;
  }

  private boolean completeIfOpen(CompletableFuture<Void> future, long position) {
    try {
      return isOpenFor(position) && future.complete(null);
    } catch (WalPoisonedException poisoned) {
      return future.completeExceptionally(poisoned);
    }
  }

  private void push(Waiter waiter) {
    do {
      waiter.below = top.get();
    } while (!top.compareAndSet(waiter.below, waiter));
  }

  /** Lets everybody go whose position is at most {@code position}. Only the writer calls this. */
  void advance(long position) {
    durable = position;
    releaseUpTo(position);
  }

  /** Nothing more becomes durable: lets everybody go. Only the writer calls this. */
  void fail(Throwable cause) {
    failure = cause;
    releaseUpTo(Long.MAX_VALUE);
  }

  private void releaseUpTo(long position) {
    List<Waiter> futures = new ArrayList<>();
    Waiter next;
    for (Waiter waiter = top.getAndSet(null); waiter != null; waiter = next) {
      next = waiter.below;
      if (waiter.position > position) {
        push(waiter);
      } else if (waiter.thread != null) {
        LockSupport.unpark(waiter.thread);
      } else {
        futures.add(waiter);
      }
    }
    if (!futures.isEmpty()) {
      futures.sort(Comparator.comparingLong(waiter -> waiter.position));
      completions.run(() -> futures.forEach(this::complete));
    }
  }

  private void complete(Waiter waiter) {
    if (waiter.future != null) {
      completeIfOpen(waiter.future, waiter.position);
    }
  }
}
