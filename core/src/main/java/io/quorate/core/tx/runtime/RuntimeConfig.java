package io.quorate.core.tx.runtime;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.machine.TxObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a coordinator runs. Immutable; start from {@link #defaults()}.
 *
 * @param owner who holds the log, for people to read; 1..128 printable characters. Default: {@code
 *     pid@host}
 * @param lease how long a log whose storage has many owners keeps others waiting after this process
 *     dies; 1 s or more. Default 10 s. Shorter recovers sooner and renews more often
 * @param acquireWait how long opening waits for another owner's lease to run out; zero fails at
 *     once. Default 30 s
 * @param pollInterval how often the log is asked for transactions that are due: the delay until a
 *     start joined to a local transaction in another process is noticed. 1 ms..1 min. Default 200
 *     ms
 * @param recoveriesMax how many transactions taken up from the log may have calls out at once. 1 or
 *     more. Default 64
 * @param liveMax how many transactions may be under way in memory; more are rejected. 1 or more.
 *     Default 100 000, a few KiB each beside their payloads
 * @param putAsideAfter a transaction that waits longer than this before its next attempt is dropped
 *     from memory and read again when due. Default 2 s
 * @param callGrace how long an interrupted call may take to end before its outcome is taken as
 *     unknown all the same. Default 1 s
 * @param closeWait how long {@code close} waits for calls that are out. Default 10 s
 * @param observers told about every event
 */
public record RuntimeConfig(
    String owner,
    Duration lease,
    Duration acquireWait,
    Duration pollInterval,
    int recoveriesMax,
    int liveMax,
    Duration putAsideAfter,
    Duration callGrace,
    Duration closeWait,
    List<TxObserver> observers) {

  private static final RuntimeConfig DEFAULTS =
      new RuntimeConfig(
          "pid-" + ProcessHandle.current().pid(),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMillis(200),
          64,
          100_000,
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          List.of());

  public RuntimeConfig {
    new Epoch(owner, 0);
    atLeast("lease", lease, Duration.ofSeconds(1));
    atLeast("acquireWait", acquireWait, Duration.ZERO);
    atLeast("pollInterval", pollInterval, Duration.ofMillis(1));
    if (pollInterval.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException(
          "pollInterval: " + pollInterval + " (expected: <= 1 minute)");
    }
    atLeast("putAsideAfter", putAsideAfter, Duration.ZERO);
    atLeast("callGrace", callGrace, Duration.ZERO);
    atLeast("closeWait", closeWait, Duration.ZERO);
    if (recoveriesMax < 1) {
      throw new IllegalArgumentException("recoveriesMax: " + recoveriesMax + " (expected: >= 1)");
    }
    if (liveMax < 1) {
      throw new IllegalArgumentException("liveMax: " + liveMax + " (expected: >= 1)");
    }
    observers = List.copyOf(observers);
  }

  private static void atLeast(String field, Duration value, Duration least) {
    requireNonNull(value, field);
    if (value.compareTo(least) < 0) {
      throw new IllegalArgumentException(field + ": " + value + " (expected: >= " + least + ")");
    }
  }

  /** The defaults named at each field. */
  public static RuntimeConfig defaults() {
    return DEFAULTS;
  }

  /** With another {@link #owner}. */
  public RuntimeConfig withOwner(String value) {
    return new RuntimeConfig(
        value,
        lease,
        acquireWait,
        pollInterval,
        recoveriesMax,
        liveMax,
        putAsideAfter,
        callGrace,
        closeWait,
        observers);
  }

  /** With another {@link #lease}. */
  public RuntimeConfig withLease(Duration value) {
    return new RuntimeConfig(
        owner,
        value,
        acquireWait,
        pollInterval,
        recoveriesMax,
        liveMax,
        putAsideAfter,
        callGrace,
        closeWait,
        observers);
  }

  /** With another {@link #acquireWait}. */
  public RuntimeConfig withAcquireWait(Duration value) {
    return new RuntimeConfig(
        owner,
        lease,
        value,
        pollInterval,
        recoveriesMax,
        liveMax,
        putAsideAfter,
        callGrace,
        closeWait,
        observers);
  }

  /** With another {@link #pollInterval}. */
  public RuntimeConfig withPollInterval(Duration value) {
    return new RuntimeConfig(
        owner,
        lease,
        acquireWait,
        value,
        recoveriesMax,
        liveMax,
        putAsideAfter,
        callGrace,
        closeWait,
        observers);
  }

  /** With another {@link #recoveriesMax}. */
  public RuntimeConfig withRecoveriesMax(int value) {
    return new RuntimeConfig(
        owner,
        lease,
        acquireWait,
        pollInterval,
        value,
        liveMax,
        putAsideAfter,
        callGrace,
        closeWait,
        observers);
  }

  /** With another {@link #liveMax}. */
  public RuntimeConfig withLiveMax(int value) {
    return new RuntimeConfig(
        owner,
        lease,
        acquireWait,
        pollInterval,
        recoveriesMax,
        value,
        putAsideAfter,
        callGrace,
        closeWait,
        observers);
  }

  /** With another {@link #putAsideAfter}. */
  public RuntimeConfig withPutAsideAfter(Duration value) {
    return new RuntimeConfig(
        owner,
        lease,
        acquireWait,
        pollInterval,
        recoveriesMax,
        liveMax,
        value,
        callGrace,
        closeWait,
        observers);
  }

  /** With another {@link #callGrace}. */
  public RuntimeConfig withCallGrace(Duration value) {
    return new RuntimeConfig(
        owner,
        lease,
        acquireWait,
        pollInterval,
        recoveriesMax,
        liveMax,
        putAsideAfter,
        value,
        closeWait,
        observers);
  }

  /** With another {@link #closeWait}. */
  public RuntimeConfig withCloseWait(Duration value) {
    return new RuntimeConfig(
        owner,
        lease,
        acquireWait,
        pollInterval,
        recoveriesMax,
        liveMax,
        putAsideAfter,
        callGrace,
        value,
        observers);
  }

  /** With one more observer. */
  public RuntimeConfig observedBy(TxObserver observer) {
    List<TxObserver> more = new ArrayList<>(observers);
    more.add(requireNonNull(observer, "observer"));
    return new RuntimeConfig(
        owner,
        lease,
        acquireWait,
        pollInterval,
        recoveriesMax,
        liveMax,
        putAsideAfter,
        callGrace,
        closeWait,
        more);
  }
}
