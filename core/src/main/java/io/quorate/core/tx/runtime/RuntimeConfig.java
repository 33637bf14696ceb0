package io.quorate.core.tx.runtime;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.Epoch;
import io.quorate.core.tx.machine.TxObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How a coordinator runs. Immutable; start from {@link #defaults()}. No duration is longer than
 * {@link #DURATION_MAX}, which serves for ever.
 *
 * @param owner who holds the log, for people to read; 1..128 printable characters without space.
 *     Default: {@code pid@host#} and eight hexadecimal digits, drawn once for each JVM; see {@link
 *     #withOwner}
 * @param lease how long a log whose storage has many owners keeps others waiting after this process
 *     dies; 1 s or more. Default 10 s. Shorter recovers sooner and renews more often
 * @param acquireWait how long opening waits for another owner's lease to run out; zero fails at
 *     once. Default 30 s
 * @param pollInterval how often the log is asked for transactions that are due: the delay until a
 *     start joined to a local transaction in another process is noticed. 1 ms..1 min. Default 200
 *     ms
 * @param recoveriesMax how many transactions taken up from the log may have calls out at once. 1 to
 *     {@value #RECOVERIES_MAX}. Default 64
 * @param liveMax how many transactions may be under way in memory; more are rejected. 1 or more.
 *     Default 100 000, a few KiB each beside their payloads
 * @param putAsideAfter a transaction that waits longer than this before its next attempt is dropped
 *     from memory and read again when due; 0 or more. Default 2 s
 * @param callGrace how long an interrupted call may take to end before its outcome is taken as
 *     unknown all the same; 0 or more. Default 1 s
 * @param closeWait how long {@code close} waits for calls that are out; 0 or more. Default 10 s
 * @param observers told about every event of a transaction; those that are a {@link CallScope} also
 *     surround participants' code
 * @param listeners told about every change of the coordinator's own state
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
    List<TxObserver> observers,
    List<CoordinatorListener> listeners) {

  /** The longest duration of each kind: ten years. */
  public static final Duration DURATION_MAX = Duration.ofDays(3650);

  /** The largest {@link #recoveriesMax}. */
  public static final int RECOVERIES_MAX = 1_000_000;

  private static final RuntimeConfig DEFAULTS =
      new RuntimeConfig(
          DefaultOwner.ofThisJvm(),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMillis(200),
          64,
          100_000,
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          List.of(),
          List.of());

  public RuntimeConfig {
    new Epoch(owner, 0);
    within("lease", lease, Duration.ofSeconds(1), DURATION_MAX);
    within("acquireWait", acquireWait, Duration.ZERO, DURATION_MAX);
    within("pollInterval", pollInterval, Duration.ofMillis(1), Duration.ofMinutes(1));
    within("recoveriesMax", recoveriesMax, RECOVERIES_MAX);
    within("liveMax", liveMax, Integer.MAX_VALUE);
    within("putAsideAfter", putAsideAfter, Duration.ZERO, DURATION_MAX);
    within("callGrace", callGrace, Duration.ZERO, DURATION_MAX);
    within("closeWait", closeWait, Duration.ZERO, DURATION_MAX);
    observers = List.copyOf(observers);
    listeners = List.copyOf(listeners);
  }

  private static void within(String field, Duration value, Duration least, Duration most) {
    requireNonNull(value, field);
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "%s: %s (expected: %s..%s)".formatted(field, value, least, most));
    }
  }

  private static void within(String field, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException("%s: %d (expected: 1..%d)".formatted(field, value, most));
    }
  }

  /** The defaults named at each field. */
  public static RuntimeConfig defaults() {
    return DEFAULTS;
  }

  /**
   * With another {@link #owner}.
   *
   * <p>An owner does not wait for itself. A name that stays the same over restarts, such as {@code
   * "orders"}, lets a service of which only one instance ever runs take its log back at once after
   * a crash. With the default, which is new for each process, it first waits for what is left of
   * its former lease: at most {@link #lease}, and no wait after a {@code close}. Never give one
   * name to two processes that run at the same time: each would take the log from the other.
   */
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
        observers,
        listeners);
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
        observers,
        listeners);
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
        observers,
        listeners);
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
        observers,
        listeners);
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
        observers,
        listeners);
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
        observers,
        listeners);
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
        observers,
        listeners);
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
        observers,
        listeners);
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
        observers,
        listeners);
  }

  /** With one more observer; see {@link CallScope} for one that does more than look. */
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
        more,
        listeners);
  }

  /** With one more listener. */
  public RuntimeConfig watchedBy(CoordinatorListener listener) {
    List<CoordinatorListener> more = new ArrayList<>(listeners);
    more.add(requireNonNull(listener, "listener"));
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
        observers,
        more);
  }
}
