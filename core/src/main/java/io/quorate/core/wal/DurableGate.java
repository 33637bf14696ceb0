package io.quorate.core.wal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Holds callers back until their position is durable.
 *
 * <p>Waiters stand on a lock-free stack, which the writer takes as a whole after each force. Those
 * whose position has come form a binary tree: the writer wakes the root, each one woken wakes its
 * two children. So the writer is back at the disk after one wake-up instead of one per waiter, and
 * the last waiter is only {@code log2(n)} wake-ups away.
 */
final class DurableGate {

  /** One caller, as a thread that is parked or as a future. */
  private static final class Waiter {
    final long position;
    final @Nullable Thread thread;
    final CompletableFuture<Void> future;

    /** Decides between the writer, who takes it, and itself, who need not wait. */
    final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

    @Nullable Waiter below;
    int index;

    /** Set when released; it then releases its children. */
    volatile Waiter @Nullable [] tree;

    Waiter(long position, @Nullable Thread thread, CompletableFuture<Void> future) {
      this.position = position;
      this.thread = thread;
      this.future = future;
    }

    boolean becomes(State next) {
      return state.compareAndSet(State.WAITING, next);
    }
  }

  private enum State {
    WAITING,
    /** The writer has taken it: it will be released, and must release its children. */
    TAKEN,
    /** It found its position durable by itself: nobody counts on it. */
    GONE
  }

  private static final CompletableFuture<Void> NONE = CompletableFuture.completedFuture(null);

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
    Throwable cause = failure;
    if (durable >= position) {
      return true;
    }
    if (cause != null) {
      throw new WalPoisonedException(directory, durable, cause);
    }
    return false;
  }

  /** Blocks until {@code position} is durable; an interrupt is kept for later. */
  void await(long position) {
    if (isOpenFor(position)) {
      return;
    }
    Waiter waiter = new Waiter(position, Thread.currentThread(), NONE);
    push(waiter);
    if ((durable >= position || failure != null) && waiter.becomes(State.GONE)) {
      isOpenFor(position);
      return;
    }
    boolean interrupted = false;
    Waiter[] tree;
    while ((tree = waiter.tree) == null) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    release(tree, 2 * waiter.index + 1);
    release(tree, 2 * waiter.index + 2);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    isOpenFor(position);
  }

  /** A future of the same; cancelling it has no effect on the log. */
  CompletableFuture<Void> whenDurable(long position) {
    CompletableFuture<Void> future = new CompletableFuture<>();
    Waiter waiter = new Waiter(position, null, future);
    push(waiter);
    if ((durable >= position || failure != null) && waiter.becomes(State.GONE)) {
      complete(future, position);
    }
    return future;
  }

  private void complete(CompletableFuture<Void> future, long position) {
    try {
      isOpenFor(position);
      future.complete(null);
    } catch (WalPoisonedException poisoned) {
      future.completeExceptionally(poisoned);
    }
  }

  private void push(Waiter waiter) {
    Waiter before;
    do {
      before = top.get();
      waiter.below = before;
    } while (!top.compareAndSet(before, waiter));
  }

  /** Lets everybody go whose position is at most {@code position}. Only the writer calls this. */
  void advance(long position) {
    durable = position;
    releaseDue(position);
  }

  /** Nothing more becomes durable: lets everybody go, those beyond with the failure. */
  void fail(Throwable cause) {
    failure = cause;
    releaseDue(Long.MAX_VALUE);
  }

  private void releaseDue(long position) {
    List<Waiter> parked = new ArrayList<>();
    List<Waiter> futures = new ArrayList<>();
    Waiter next;
    for (Waiter waiter = top.getAndSet(null); waiter != null; waiter = next) {
      next = waiter.below;
      if (waiter.position > position) {
        push(waiter);
      } else if (waiter.becomes(State.TAKEN)) {
        (waiter.thread == null ? futures : parked).add(waiter);
      }
    }
    Waiter[] tree = parked.toArray(Waiter[]::new);
    for (int i = 0; i < tree.length; i++) {
      tree[i].index = i;
    }
    release(tree, 0);
    if (!futures.isEmpty()) {
      completions.run(
          () -> futures.reversed().forEach(waiter -> complete(waiter.future, waiter.position)));
    }
  }

  private static void release(Waiter[] tree, int index) {
    if (index < tree.length) {
      tree[index].tree = tree;
      LockSupport.unpark(tree[index].thread);
    }
  }
}
