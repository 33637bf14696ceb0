package io.quorate.testkit.log;

import io.quorate.core.tx.log.TransactionLog;
import java.io.IOException;
import java.time.Duration;

/**
 * Where a log under test lives: storage that outlasts the log, and clocks the test moves. One home
 * serves one test. Its clocks stand still unless moved, or run as well; either is fine.
 */
public interface LogHome extends AutoCloseable {

  /**
   * Opens a log on the storage; what earlier ones left there is found again. The contract closes or
   * crashes one before it opens the next, unless {@link #manyOpen}.
   */
  TransactionLog open() throws Exception;

  /**
   * Ends {@code log} as the death of its process would: nothing more is written, and what was not
   * durable may be lost. Returns when nothing of it is left that could still write.
   */
  void crash(TransactionLog log) throws Exception;

  /** Lets time pass: the monotonic clock and the wall clock both move on. */
  void advance(Duration by);

  /** Sets the wall clock, forward or back; the monotonic clock does not notice. */
  void jumpWallClock(Duration by);

  /**
   * Whether {@link TransactionLog#acquire} makes others wait for a lease. False for a log whose
   * storage has a single owner anyway: there it succeeds at once.
   */
  default boolean leases() {
    return true;
  }

  /** Whether several logs may be open on the storage at once, as in several processes. */
  default boolean manyOpen() {
    return true;
  }

  /** Removes the storage. All logs have been closed or crashed. */
  @Override
  void close() throws IOException;
}
