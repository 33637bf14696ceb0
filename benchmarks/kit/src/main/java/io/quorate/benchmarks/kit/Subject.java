package io.quorate.benchmarks.kit;

import java.io.IOException;

/**
 * One system under measurement, alone in its own process.
 *
 * <p>A subject has a public constructor that takes a {@link SubjectContext} and starts the system;
 * a subject that exists is open. It is asked to {@link #run} by many threads and closed once.
 * Neither opening nor closing is measured. What {@code run} throws ends the measurement: a failure
 * never counts as work done.
 */
public interface Subject extends AutoCloseable {

  /**
   * Does one unit of work, and returns when it is as durable as the subject promises. Called by
   * many threads at once, platform or virtual.
   *
   * @param n the number of this unit, from 0 on: each is used once in the life of the subject
   */
  void run(long n) throws Exception;

  /** Stops the system. Called once, after the last {@code run} has returned. */
  @Override
  void close() throws IOException;
}
