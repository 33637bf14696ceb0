package io.quorate.testkit.crash;

import static java.util.Objects.requireNonNull;

import io.quorate.core.time.Ticker;
import io.quorate.core.tx.machine.TransactionProtocol;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Lets a transaction protocol die at every point it can, and checks that it survives.
 *
 * <pre>{@code
 * @Test
 * void placing_an_order_survives_every_crash() {
 *   CrashPoints.of(placeOrder.protocol(), placeOrder.input().encode(order)).exhaust();
 * }
 * }</pre>
 *
 * <p>Each run plays one or more transactions from beginning to end, in one thread, on a simulated
 * log, time and network. Before and after each append, and at each message, one of the {@link
 * Fault}s may strike; then nothing goes wrong any more, and the run must come to its end. All the
 * while it is checked against the {@link Invariants}. {@link #exhaust} plays every run there is
 * within the limits, {@link #sample} some of them by seeds, {@link #replay} a given one.
 *
 * <p>By default the participants are the engine's own: each keeps one row for a branch, as a
 * barrier in a database does, and its business is to count its effects. {@link #performing} puts
 * the protocol's own code behind that row, {@link #performingUnguarded} in place of it.
 *
 * <p>Immutable: each method that changes something returns a copy. Not for use by many threads at
 * once where own code is performed.
 */
public final class CrashPoints {

  /** How many coordinators die or are paused in one run, unless set: {@value}. */
  public static final int CRASHES_MAX = 2;

  /** How many refusals and requests to cancel come in one run, unless set: {@value}. */
  public static final int TURNS_MAX = 1;

  /** How many other faults strike in one run, unless set: {@value}. */
  public static final int MISHAPS_MAX = 1;

  /** How many faults of all kinds strike in one run, unless set: {@value}. */
  public static final int FAULTS_MAX = 2;

  /** How many runs {@link #exhaust} plays at most, unless set: {@value}. */
  public static final int RUNS_MAX = 5_000_000;

  private static final Set<String> TWO_PHASE_FAMILIES = Set.of("tcc", "twopc");

  private final TransactionProtocol<?> protocol;
  private final Settings settings;

  private CrashPoints(TransactionProtocol<?> protocol, Settings settings) {
    this.protocol = protocol;
    this.settings = settings;
  }

  /**
   * One transaction of {@code protocol}.
   *
   * @param input the encoded input, as the protocol's {@code begin} takes it
   */
  public static CrashPoints of(TransactionProtocol<?> protocol, byte[] input) {
    requireNonNull(protocol, "protocol");
    requireNonNull(input, "input");
    Settings settings =
        new Settings(
            List.of(input),
            TWO_PHASE_FAMILIES.contains(protocol.id().family()),
            EnumSet.allOf(Fault.class),
            new Budget.Limits(CRASHES_MAX, TURNS_MAX, MISHAPS_MAX, FAULTS_MAX),
            RUNS_MAX,
            Settings.Work.COUNTED,
            () -> new OneRowBarrier(true),
            log -> log);
    return new CrashPoints(protocol, settings);
  }

  /** Another transaction at the same time, on the same log. */
  public CrashPoints and(byte[] input) {
    List<byte[]> inputs = new ArrayList<>(settings.inputs());
    inputs.add(requireNonNull(input, "input"));
    return with(settings.inputs(List.copyOf(inputs)));
  }

  /**
   * Whether TRY only reserves, and CONFIRM makes it final. Default: true for the families {@code
   * tcc} and {@code twopc}. Decides whether {@code INV-tx-A} or {@code INV-tx-H} applies.
   */
  public CrashPoints twoPhase(boolean twoPhase) {
    return with(settings.twoPhase(twoPhase));
  }

  /**
   * How many coordinators die or are paused in one run. Default {@value #CRASHES_MAX}; not
   * negative.
   */
  public CrashPoints crashesMax(int crashesMax) {
    return with(settings.limits(settings.limits().crashes(requireCount("crashesMax", crashesMax))));
  }

  /**
   * How many refusals and requests to cancel come in one run. Default {@value #TURNS_MAX}; not
   * negative.
   */
  public CrashPoints turnsMax(int turnsMax) {
    return with(settings.limits(settings.limits().turns(requireCount("turnsMax", turnsMax))));
  }

  /**
   * How many other faults, lost and late messages for example, strike in one run. Default {@value
   * #MISHAPS_MAX}; not negative.
   */
  public CrashPoints mishapsMax(int mishapsMax) {
    return with(settings.limits(settings.limits().mishaps(requireCount("mishapsMax", mishapsMax))));
  }

  /**
   * How many faults of all kinds strike in one run. Default {@value #FAULTS_MAX}: every pair of a
   * crash, a refusal and a mishap, and every two crashes. Not negative. One more multiplies the
   * runs: for three steps in a row by about thirty, for three at once by more than a hundred.
   */
  public CrashPoints faultsMax(int faultsMax) {
    return with(settings.limits(settings.limits().total(requireCount("faultsMax", faultsMax))));
  }

  private static int requireCount(String field, int count) {
    if (count < 0) {
      throw new IllegalArgumentException(field + ": " + count + " (expected: >= 0)");
    }
    return count;
  }

  /** Only these may strike. Default: all. */
  public CrashPoints only(Collection<Fault> faults) {
    return with(settings.faults(Set.copyOf(faults)));
  }

  /** These do not strike. */
  public CrashPoints without(Fault... faults) {
    Set<Fault> left = new LinkedHashSet<>(settings.faults());
    left.removeAll(Arrays.asList(faults));
    return only(left);
  }

  /** How many runs {@link #exhaust} plays at most. Default {@value #RUNS_MAX}; at least 1. */
  public CrashPoints runsMax(int runsMax) {
    if (runsMax < 1) {
      throw new IllegalArgumentException("runsMax: " + runsMax + " (expected: >= 1)");
    }
    return with(settings.runsMax(runsMax));
  }

  /**
   * Participants that roll a refusal back like any failed work and forget it, so that a copy of the
   * call that comes late may find the business willing after all. By default they remember it, as a
   * {@link io.quorate.core.tx.barrier.Barrier} does. A protocol survives forgetful ones if it
   * cancels what has refused; a step that cannot be undone needs participants that remember.
   */
  public CrashPoints forgettingRefusals() {
    return with(settings.participants(() -> new OneRowBarrier(false)));
  }

  /**
   * The participants' business is the protocol's own code ({@link TransactionProtocol#perform}),
   * each behind a row of its own that lets every phase through once, in the same local transaction
   * as the code: where it does not answer Ok, it is taken to have done nothing.
   *
   * @param reset puts the code's world back to its beginning, before each of many thousand runs
   * @param check what must hold of that world when nothing moves any more: throws an {@link
   *     AssertionError} where it does not
   */
  public CrashPoints performing(Runnable reset, Runnable check) {
    return with(settings.work(work(true, reset, check)));
  }

  /**
   * As {@link #performing}, with nothing before the code: it sees every duplicate, every late call
   * and every call of an old epoch, and has to be idempotent by key and to refuse what comes after
   * its undoing. Fencing of participants ({@code INV-tx-I}) is not checked then.
   */
  public CrashPoints performingUnguarded(Runnable reset, Runnable check) {
    return with(
        settings
            .work(work(false, reset, check))
            .participants(() -> (call, business) -> business.get()));
  }

  private static Settings.Work work(boolean guarded, Runnable reset, Runnable check) {
    return new Settings.Work(
        true, guarded, requireNonNull(reset, "reset"), requireNonNull(check, "check"));
  }

  /** For tests of this package: other participants, another log. */
  CrashPoints with(Settings changed) {
    return new CrashPoints(protocol, changed);
  }

  Settings settings() {
    return settings;
  }

  TransactionProtocol<?> protocol() {
    return protocol;
  }

  /**
   * Plays every run there is within the limits, those with fewer faults first.
   *
   * @return what was done
   * @throws CrashViolation when an invariant does not hold, for one of the runs with the fewest
   *     faults
   * @throws IllegalStateException when there are more runs than {@link #runsMax}
   * @throws NotDeterministicException when the same choices lead elsewhere
   */
  public CrashReport exhaust() {
    return explorer(protocol, settings).exhaust(Ticker.system());
  }

  /**
   * Plays one run for each seed from 1 to {@code seeds}, within the limits: for transactions with
   * too many branches to exhaust. The same seeds give the same runs.
   *
   * @param seeds at least 1
   * @throws CrashViolation when an invariant does not hold; shows a run with fewer faults where one
   *     is found
   */
  public CrashReport sample(int seeds) {
    if (seeds < 1) {
      throw new IllegalArgumentException("seeds: " + seeds + " (expected: >= 1)");
    }
    return explorer(protocol, settings).sample(seeds, Ticker.system());
  }

  /**
   * Repeats one run.
   *
   * @param script what {@link CrashViolation#replay} says
   * @return the run, where every invariant holds now
   * @throws CrashViolation with the same trace, where one does not
   * @throws IllegalArgumentException when the script is none, or is of another protocol or input
   */
  public CrashTrace replay(String script) {
    return explorer(protocol, settings).replay(Script.parse(script));
  }

  private static <S> Explorer<S> explorer(TransactionProtocol<S> protocol, Settings settings) {
    return new Explorer<>(protocol, settings);
  }
}
