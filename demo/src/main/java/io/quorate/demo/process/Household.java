package io.quorate.demo.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * All children of this process. Closing it, at the end or from a shutdown hook, leaves none behind;
 * a child that a dying parent could not close ends by its {@link Lifeline}. Thread-safe.
 */
public final class Household implements AutoCloseable {
  /** A database makes a checkpoint before it ends. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Path logs;
  private final ReentrantLock guard = new ReentrantLock();
  private final List<ChildProcess> children = new ArrayList<>();
  private boolean closed;

  /**
   * @param logs the folder in which each child has a file of its own; it exists
   */
  public Household(Path logs) {
    this.logs = logs;
  }

  /**
   * Starts a child; does not wait until it is ready.
   *
   * @param name the child's, and its log's
   * @throws IllegalStateException when closed
   */
  public ChildProcess start(String name, Program program) throws IOException {
    guard.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the demo is ending; " + name + " is not started");
      }
      ChildProcess child = ChildProcess.start(name, logs.resolve(name + ".log"), program);
      children.add(child);
      return child;
    } finally {
      guard.unlock();
    }
  }

  /** Ends all children, the first one last, and waits until they are gone. Idempotent. */
  @Override
  public void close() {
    guard.lock();
    try {
      closed = true;
      for (ChildProcess child : children.reversed()) {
        // The first is the database that the others use.
        if (child != children.getFirst()) {
          child.hangUp();
        }
      }
      children.reversed().forEach(child -> child.end(PATIENCE));
      children.clear();
    } finally {
      guard.unlock();
    }
  }
}
