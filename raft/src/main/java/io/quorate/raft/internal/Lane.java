package io.quorate.raft.internal;

import static java.util.Objects.requireNonNull;

import io.quorate.core.time.Ticker;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thread that runs tasks in the order they came, in turns: all that is there, then what is to
 * be done once a turn. A task given by a task runs in a later turn or this one, never inside it.
 *
 * <p>{@link #execute} may be called by any thread and never blocks. What is queued is not bounded
 * here: whoever gives tasks bounds what they hold.
 */
public final class Lane implements Executor, AutoCloseable {

  /** How many tasks a turn takes at most, so that what is done once a turn is done often enough. */
  private static final int TURN_TASKS_MAX = 4096;

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean parked = new AtomicBoolean();
  private final Ticker ticker;
  private final long tickNanos;
  private final @Nullable Runnable onTick;
  private final @Nullable Runnable afterTurn;
  private final Consumer<Throwable> onError;
  private final Thread thread;
  private volatile boolean closed;

  /** Whether the thread takes no more tasks: whoever gives one runs it. */
  private volatile boolean ended;

  /** One at a time, also then. */
  private final ReentrantLock afterEnd = new ReentrantLock();

  private Lane(
      String name,
      Ticker ticker,
      long tickNanos,
      @Nullable Runnable onTick,
      @Nullable Runnable afterTurn,
      Consumer<Throwable> onError) {
    this.ticker = requireNonNull(ticker, "ticker");
    this.tickNanos = tickNanos;
    this.onTick = onTick;
    this.afterTurn = afterTurn;
    this.onError = requireNonNull(onError, "onError");
    thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /** A lane that only runs tasks; {@code onError} hears of those that threw. */
  public static Lane plain(String name, Consumer<Throwable> onError) {
    Lane lane = new Lane(name, Ticker.system(), Long.MAX_VALUE, null, null, onError);
    lane.thread.start();
    return lane;
  }

  /**
   * A lane with a pulse.
   *
   * @param tickNanos how often {@code onTick} runs, at least
   * @param afterTurn runs after each turn, ticks included
   */
  public static Lane pulsing(
      String name,
      Ticker ticker,
      long tickNanos,
      Runnable onTick,
      Runnable afterTurn,
      Consumer<Throwable> onError) {
    Lane lane = new Lane(name, ticker, tickNanos, onTick, afterTurn, onError);
    lane.thread.start();
    return lane;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (parked.get() && parked.compareAndSet(true, false)) {
      LockSupport.unpark(thread);
    }
    if (ended) {
      runRest();
    }
  }

  /** Runs what came too late for the thread, so that nobody waits for it in vain. */
  private void runRest() {
    if (afterEnd.isHeldByCurrentThread()) {
      return;
    }
    afterEnd.lock();
    try {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        guarded(task);
      }
    } finally {
      afterEnd.unlock();
    }
  }

  private void run() {
    long nextTick = ticker.nanos() + tickNanos;
    while (!closed || !tasks.isEmpty()) {
      for (int i = 0; i < TURN_TASKS_MAX; i++) {
        Runnable task = tasks.poll();
        if (task == null) {
          break;
        }
        guarded(task);
      }
      if (onTick != null && ticker.nanos() - nextTick >= 0) {
        guarded(onTick);
        nextTick = ticker.nanos() + tickNanos;
      }
      if (afterTurn != null) {
        guarded(afterTurn);
      }
      if (tasks.isEmpty()) {
        park(nextTick);
      }
    }
    ended = true;
    runRest();
  }

  private void park(long nextTick) {
    parked.set(true);
    if (tasks.isEmpty() && !closed) {
      if (onTick == null) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, Math.max(1, nextTick - ticker.nanos()));
      }
    }
    parked.set(false);
    // An interrupt has nothing to say here, and would turn the next park into a spin.
    Thread.interrupted();
  }

  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      onError.accept(e);
    }
  }

  /**
   * Runs what was given before this call, then ends. Waits for that, unless called by the lane.
   * What is given later is run by who gives it, one task at a time.
   */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    if (Thread.currentThread() == thread) {
      return;
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
