package io.quorate.testkit.log;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.log.TransactionLog;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Every promise of {@link TransactionLog}, one test each. Extend it and say where the log lives:
 *
 * <pre>
 *   final class MyLogTest extends TransactionLogContract {
 *     &#64;Override protected LogHome newHome() { return new MyHome(); }
 *   }
 * </pre>
 *
 * <p>The tests are grouped by the part of the contract they hold: sequence, fencing, locks, due,
 * durability and time, threads.
 */
public abstract class TransactionLogContract
    implements SequencePromises,
        FencingPromises,
        LockPromises,
        DuePromises,
        DurabilityPromises,
        ThreadPromises {

  private @Nullable LogHome home;
  private @Nullable TransactionLog log;
  private final List<TransactionLog> others = new ArrayList<>();

  /** Empty storage for one test. */
  protected abstract LogHome newHome() throws Exception;

  /**
   * How many appends the tests of contention make: 10 000 unless a log is too slow for that, at
   * least 1 000.
   */
  @Override
  public int contendedAppends() {
    return 10_000;
  }

  @BeforeEach
  final void openLog() throws Exception {
    home = newHome();
    log = home.open();
  }

  @AfterEach
  final void closeLog() throws Exception {
    try {
      for (TransactionLog other : others) {
        other.close();
      }
      if (log != null) {
        log.close();
      }
    } finally {
      if (home != null) {
        home.close();
      }
    }
  }

  @Override
  public final LogHome home() {
    return requireNonNull(home, "home");
  }

  @Override
  public final TransactionLog log() {
    return requireNonNull(log, "log");
  }

  @Override
  public final TransactionLog reopen() {
    log().close();
    return openAgain();
  }

  @Override
  public final TransactionLog crashAndReopen() {
    try {
      home().crash(log());
    } catch (Exception e) {
      throw new AssertionError("the home could not crash the log", e);
    }
    return openAgain();
  }

  @Override
  public final TransactionLog openAnother() {
    try {
      TransactionLog other = home().open();
      others.add(other);
      return other;
    } catch (Exception e) {
      throw new AssertionError("the home could not open another log", e);
    }
  }

  private TransactionLog openAgain() {
    try {
      TransactionLog opened = home().open();
      log = opened;
      return opened;
    } catch (Exception e) {
      throw new AssertionError("the home could not open the log again", e);
    }
  }
}
