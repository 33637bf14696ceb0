package io.quorate.testkit.log;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.log.TransactionLog;
import java.time.Duration;

/** What the groups of promises share: the log under test and the ways to open it again. */
interface LogPromises {

  /** The lease most tests acquire with: long enough never to run out by itself. */
  Duration LEASE = Duration.ofMinutes(10);

  LogHome home();

  /** The log that is open now. */
  TransactionLog log();

  /** Closes the log and opens it again. */
  TransactionLog reopen();

  /** Crashes the log and opens it again. */
  TransactionLog crashAndReopen();

  /** Opens one more log on the same storage; closed after the test. */
  TransactionLog openAnother();

  /** How many appends the tests of contention make. */
  int contendedAppends();

  /** A new epoch of the log that is open now, held by this test's usual owner. */
  default Epoch acquire() {
    return acquire("node-1");
  }

  default Epoch acquire(String owner) {
    try {
      return log().acquire(owner, LEASE);
    } catch (io.quorate.core.tx.log.EpochHeldException held) {
      throw new AssertionError("nobody else should hold the log", held);
    }
  }
}
