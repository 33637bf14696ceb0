package io.quorate.saga;

import static java.util.Objects.requireNonNull;

import io.quorate.core.retry.Retry;
import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.codec.Codec;
import io.quorate.core.tx.log.LogRecord;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One step of a saga: an action, and for compensatable steps the way to undo it. Made by {@link
 * #on(Class)}; immutable; each wither returns a copy.
 *
 * <p>What an action throws is taken as <em>unknown</em>: it may have had its effect. It is tried
 * again as {@link #retry()} allows; if it stays unknown, a compensatable step is undone like a done
 * one. Only {@link io.quorate.core.tx.Refusal} and the types given to {@link #failOn} say that
 * nothing happened.
 *
 * @param <I> the saga's input
 * @param <R> what the step returns
 */
public final class Step<I, R> {

  /**
   * Does the step's work. May block; is interrupted when its time is up. Must be idempotent by key.
   */
  @FunctionalInterface
  public interface Action<I, R> {
    /**
     * @return the result, kept with the saga
     * @throws Exception whatever it throws is an unknown outcome, unless it says no
     */
    R run(StepContext context, I input) throws Exception;
  }

  /**
   * Undoes the step's work. {@code result} is empty when it is not known whether the action ran, or
   * when it never did: undoing nothing must succeed. Must be idempotent by key.
   */
  @FunctionalInterface
  public interface Compensation<I, R> {
    /**
     * @param result what the action returned, where that is known
     * @throws Exception whatever it throws is an unknown outcome; it is tried again
     */
    void run(StepContext context, I input, Optional<R> result) throws Exception;
  }

  /** An action or compensation whose result nobody needs. */
  @FunctionalInterface
  public interface Work<I> {
    /**
     * @throws Exception whatever it throws is an unknown outcome, unless it says no
     */
    void run(StepContext context, I input) throws Exception;
  }

  /** An action that says its verdict itself, as remote participants do. */
  @FunctionalInterface
  public interface Call<I> {
    /**
     * @return what the participant said
     * @throws Exception whatever it throws is an unknown outcome, unless it says no
     */
    Verdict run(StepContext context, I input) throws Exception;
  }

  /** A compensation that says its verdict itself. */
  @FunctionalInterface
  public interface UndoCall<I, R> {
    /**
     * @param result what the action returned, where that is known
     * @return what the participant said
     * @throws Exception whatever it throws is an unknown outcome; it is tried again
     */
    Verdict run(StepContext context, I input, Optional<R> result) throws Exception;
  }

  private static final Retry ACTION_RETRY =
      Retry.exponential(Duration.ofMillis(50), Duration.ofSeconds(5)).attempts(3);
  private static final Retry MUST_SUCCEED_RETRY = Retry.forever().attempts(30);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration WAIT_MAX = Duration.ofDays(30);

  private final String name;
  private final StepKind kind;
  private final Codec<R> codec;
  private final Call<I> action;
  private final @Nullable UndoCall<I, R> compensation;
  private final Policy<I> policy;

  /** All that a wither changes. */
  private record Policy<I>(
      Retry retry,
      Retry undoRetry,
      Duration timeout,
      @Nullable Function<I, String> lock,
      Duration lockWait,
      Set<Class<? extends Throwable>> refusals) {}

  private Step(
      String name,
      StepKind kind,
      Codec<R> codec,
      Call<I> action,
      @Nullable UndoCall<I, R> compensation,
      Policy<I> policy) {
    this.name = name;
    this.kind = kind;
    this.codec = codec;
    this.action = action;
    this.compensation = compensation;
    this.policy = policy;
  }

  static <I, R> Step<I, R> create(
      String name,
      StepKind kind,
      Codec<R> codec,
      Call<I> action,
      @Nullable UndoCall<I, R> compensation) {
    requireName("step", name);
    requireNonNull(action, "action");
    Retry retry = kind == StepKind.RETRIABLE ? MUST_SUCCEED_RETRY : ACTION_RETRY;
    return new Step<>(
        name,
        kind,
        requireNonNull(codec, "codec"),
        action,
        compensation,
        new Policy<>(retry, MUST_SUCCEED_RETRY, TIMEOUT, null, Duration.ofSeconds(5), Set.of()));
  }

  static void requireName(String what, String name) {
    requireNonNull(name, "name");
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")
        || name.length() > BranchRef.BRANCH_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "%s: \"%s\" (expected: 1..%d letters, digits, '.', '_' or '-', a letter or digit first)"
              .formatted(what, name, BranchRef.BRANCH_LENGTH_MAX));
    }
  }

  /** Steps of a saga whose input is {@code input}. */
  public static <I> Steps<I> on(Class<I> input) {
    requireNonNull(input, "input");
    return new Steps<>();
  }

  /**
   * How often the action is tried while its outcome is unknown. Default: 3 attempts from 50 ms to 5
   * s apart; 30 attempts from 50 ms to 30 s apart for a retriable step.
   */
  public Step<I, R> retry(Retry retry) {
    requireNonNull(retry, "retry");
    return with(
        new Policy<>(
            retry,
            policy.undoRetry,
            policy.timeout,
            policy.lock,
            policy.lockWait,
            policy.refusals));
  }

  /**
   * How often the compensation is tried before a person is asked. Default: 30 attempts from 50 ms
   * to 30 s apart, about a quarter of an hour.
   */
  public Step<I, R> undoRetry(Retry undoRetry) {
    requireNonNull(undoRetry, "undoRetry");
    return with(
        new Policy<>(
            policy.retry,
            undoRetry,
            policy.timeout,
            policy.lock,
            policy.lockWait,
            policy.refusals));
  }

  /**
   * How long one attempt, of the action or the compensation, may take before it is interrupted and
   * its outcome taken as unknown. Default 30 s; positive, at most 30 days.
   */
  public Step<I, R> timeout(Duration timeout) {
    if (timeout.isZero() || timeout.isNegative() || timeout.compareTo(WAIT_MAX) > 0) {
      throw new IllegalArgumentException(
          "step %s: timeout: %s (expected: > 0, <= %s)".formatted(name, timeout, WAIT_MAX));
    }
    return with(
        new Policy<>(
            policy.retry,
            policy.undoRetry,
            timeout,
            policy.lock,
            policy.lockWait,
            policy.refusals));
  }

  /**
   * A semantic lock: while a saga holds the name, no other saga of the same log starts a step with
   * the same name. Taken before the action, held until the saga ends, durable with its progress.
   * Waits up to 5 s, then the step counts as refused. For compensatable steps and the pivot: a saga
   * past its point of no return could only wait, and two of them for each other for ever.
   *
   * @param lock a pure function of the input; 1..128 characters
   */
  public Step<I, R> lock(Function<I, String> lock) {
    return lock(lock, policy.lockWait);
  }

  /**
   * As {@link #lock(Function)}, waiting at most {@code lockWait}, 30 days at most; zero refuses at
   * once.
   */
  public Step<I, R> lock(Function<I, String> lock, Duration lockWait) {
    requireNonNull(lock, "lock");
    if (lockWait.isNegative() || lockWait.compareTo(WAIT_MAX) > 0) {
      throw new IllegalArgumentException(
          "step %s: lockWait: %s (expected: >= 0, <= %s)".formatted(name, lockWait, WAIT_MAX));
    }
    return with(
        new Policy<>(
            policy.retry, policy.undoRetry, policy.timeout, lock, lockWait, policy.refusals));
  }

  /** Exceptions of the action that mean: refused, nothing happened. Subclasses count. */
  @SafeVarargs
  public final Step<I, R> failOn(Class<? extends Throwable>... refusals) {
    Set<Class<? extends Throwable>> all = new LinkedHashSet<>();
    for (Class<? extends Throwable> refusal : refusals) {
      all.add(refusal);
    }
    return with(
        new Policy<>(
            policy.retry,
            policy.undoRetry,
            policy.timeout,
            policy.lock,
            policy.lockWait,
            Set.copyOf(all)));
  }

  private Step<I, R> with(Policy<I> changed) {
    return new Step<>(name, kind, codec, action, compensation, changed);
  }

  /** The same work under another name and for another saga's input: how a saga is nested. */
  <P> Step<P, R> adapted(String prefix, Nesting<P, I> nesting) {
    String adaptedName = prefix + Nesting.SEPARATOR + name;
    if (adaptedName.length() > BranchRef.BRANCH_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "step: \"%s\" (%d characters with its nesting; expected: <= %d)"
              .formatted(adaptedName, adaptedName.length(), BranchRef.BRANCH_LENGTH_MAX));
    }
    Function<I, String> lock = policy.lock;
    if (lock != null) {
      throw new IllegalArgumentException(
          "step %s: a lock in a nested saga (expected: the lock on a step of the outer saga)"
              .formatted(adaptedName));
    }
    UndoCall<I, R> undo = compensation;
    return new Step<>(
        adaptedName,
        kind,
        codec,
        (c, outer) -> action.run(nesting.inside(c), nesting.input(c, outer)),
        undo == null
            ? null
            : (c, outer, result) -> undo.run(nesting.inside(c), nesting.input(c, outer), result),
        new Policy<>(
            policy.retry,
            policy.undoRetry,
            policy.timeout,
            null,
            policy.lockWait,
            policy.refusals));
  }

  /** Unique within a saga; what the log calls the step. */
  public String name() {
    return name;
  }

  /** What can become of it once it has run. */
  public StepKind kind() {
    return kind;
  }

  /** The durable form of the result. */
  public Codec<R> codec() {
    return codec;
  }

  /** See {@link #retry(Retry)}. */
  public Retry retry() {
    return policy.retry;
  }

  /** See {@link #undoRetry(Retry)}. */
  public Retry undoRetry() {
    return policy.undoRetry;
  }

  /** See {@link #timeout(Duration)}. */
  public Duration timeout() {
    return policy.timeout;
  }

  /** See {@link #lock(Function, Duration)}. */
  public Duration lockWait() {
    return policy.lockWait;
  }

  /**
   * The name this step locks for {@code input}; empty for a step without lock.
   *
   * @throws IllegalArgumentException when its function gives none that can be locked; names the
   *     step
   */
  public Optional<String> lockFor(I input) {
    Function<I, String> lock = policy.lock;
    if (lock == null) {
      return Optional.empty();
    }
    @Nullable String lockName;
    try {
      lockName = lock.apply(input);
    } catch (RuntimeException thrown) {
      throw new IllegalArgumentException("step %s: lock: %s".formatted(name, thrown), thrown);
    }
    if (lockName == null || lockName.isEmpty() || lockName.length() > LogRecord.LOCK_LENGTH_MAX) {
      throw new IllegalArgumentException(
          "step %s: lock: %s (expected: 1..%d characters)"
              .formatted(
                  name,
                  lockName == null ? "null" : lockName.length() + " characters",
                  LogRecord.LOCK_LENGTH_MAX));
    }
    return Optional.of(lockName);
  }

  /** Whether the step takes a lock. */
  public boolean locks() {
    return policy.lock != null;
  }

  Verdict act(StepContext context, I input) throws Exception {
    return action.run(context, input);
  }

  Verdict undo(StepContext context, I input, Optional<R> result) throws Exception {
    UndoCall<I, R> undo = compensation;
    if (undo == null) {
      throw new IllegalStateException("step " + name + " is " + kind + " and cannot be undone");
    }
    return undo.run(context, input, result);
  }

  boolean refuses(Throwable thrown) {
    return policy.refusals.stream().anyMatch(type -> type.isInstance(thrown));
  }

  @Override
  public String toString() {
    return name + " (" + kind.name().toLowerCase(java.util.Locale.ROOT) + ")";
  }
}
