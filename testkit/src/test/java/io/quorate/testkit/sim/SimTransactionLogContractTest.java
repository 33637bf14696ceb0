package io.quorate.testkit.sim;

import io.quorate.core.tx.log.TransactionLog;
import io.quorate.testkit.log.LogHome;
import io.quorate.testkit.log.TransactionLogContract;
import io.quorate.testkit.seed.SeededRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** The simulated log keeps every promise of the real ones. */
final class SimTransactionLogContractTest extends TransactionLogContract {

  @Override
  protected LogHome newHome() {
    return new SimHome();
  }

  /** One storage; a crash keeps as many volatile appends as the random says. */
  private static final class SimHome implements LogHome {
    private final AtomicReference<Instant> clock =
        new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final SimTransactionLog storage = SimTransactionLog.on(clock::get);
    private final SeededRandom random = new SeededRandom(1);

    @Override
    public TransactionLog open() {
      return storage.openAnother();
    }

    @Override
    public void crash(TransactionLog log) {
      SimTransactionLog crashed = (SimTransactionLog) log;
      crashed.crash(random.between(0, crashed.volatileAppends()));
    }

    @Override
    public void advance(Duration by) {
      clock.updateAndGet(now -> now.plus(by));
    }

    /** Simulated time has no wall clock apart from it. */
    @Override
    public void jumpWallClock(Duration by) {}

    @Override
    public void close() {}
  }
}
