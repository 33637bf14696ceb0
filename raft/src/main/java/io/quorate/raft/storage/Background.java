package io.quorate.raft.storage;

import java.util.ArrayDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Does disk work that the groups' threads must not wait for, one task at a time: on a thread of its
 * own, or inside {@link #pump} where the store runs inline.
 */
final class Background implements AutoCloseable {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final @Nullable ExecutorService thread;

  Background(boolean inline) {
    thread =
        inline
            ? null
            : new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> Thread.ofPlatform().daemon().name("quorate-raft-store").unstarted(task));
  }

  /** Each caller has at most one task outstanding, so the queue is bounded by their number. */
  void execute(Runnable task) {
    if (thread == null) {
      tasks.add(task);
      return;
    }
    try {
      thread.execute(task);
    } catch (RejectedExecutionException closed) {
      // The store is closed: nobody waits for it any more.
    }
  }

  void pump() {
    for (int due = tasks.size(); due > 0; due--) {
      tasks.remove().run();
    }
  }

  /** Finishes what was asked for. */
  @Override
  public void close() {
    if (thread == null) {
      pump();
      return;
    }
    thread.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = thread.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
