package io.quorate.testkit.linearizability;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call of a client, as the client saw it. Immutable.
 *
 * <p>{@code argument}, {@code expected} and {@code result} are strings, numbers, booleans or null.
 * Numbers are equal by value: every integer of 64 bits becomes a {@link Long}, other numbers a
 * {@link java.math.BigDecimal}.
 *
 * <p>An operation that returned at the very nanosecond at which another was called is taken to
 * overlap it: the clock cannot tell which came first.
 *
 * @param client who called; a client may have several calls open at once
 * @param key what was called upon
 * @param op the name of the operation, as the {@link Model} knows it: {@code put}, {@code get},
 *     {@code cas}
 * @param argument what was given, for a {@code cas} the new value
 * @param expected what a {@code cas} compares with
 * @param result what came back; null if the outcome is unknown
 * @param outcome what is known of it
 * @param startNanos when it was called, by a clock that all clients share
 * @param endNanos when it returned, not before {@code startNanos}; null only if the outcome is
 *     unknown. Of an unknown one it says when the client gave up, which bounds nothing
 */
public record Operation(
    long client,
    String key,
    String op,
    @Nullable Object argument,
    @Nullable Object expected,
    @Nullable Object result,
    Outcome outcome,
    long startNanos,
    @Nullable Long endNanos) {

  /** What a client knows of its call. */
  public enum Outcome {
    /** It was executed between its start and its end, and {@code result} is what it answered. */
    OK,
    /**
     * It certainly had no effect and never will. It says nothing about the state either, so it is
     * left out of the check. A {@code cas} whose comparison failed was executed: that is {@link
     * #OK} with the result false.
     */
    FAILED,
    /** It may have taken effect at any time after its start, may do so later, or never. */
    UNKNOWN
  }

  /**
   * Brings values to their one representation.
   *
   * @throws IllegalArgumentException if the times are out of order, or the outcome contradicts the
   *     end or the result; names the field, the value and the rule
   */
  public Operation {
    requireNonNull(key, "key");
    requireNonNull(op, "op");
    requireNonNull(outcome, "outcome");
    argument = Values.canonical("arg", argument);
    expected = Values.canonical("expect", expected);
    result = Values.canonical("result", result);
    objection(outcome, result, startNanos, endNanos)
        .ifPresent(
            objection -> {
              throw new IllegalArgumentException(objection.toString());
            });
  }

  /** What is wrong with these together, whatever the operation is. */
  static Optional<Objection> objection(
      Outcome outcome, @Nullable Object result, long startNanos, @Nullable Long endNanos) {
    if (endNanos == null && outcome != Outcome.UNKNOWN) {
      return Optional.of(new Objection("end", "null", "a number, unless ok is null"));
    }
    if (endNanos != null && endNanos < startNanos) {
      return Optional.of(
          new Objection("start", Long.toString(startNanos), "<= end, which is " + endNanos));
    }
    if (outcome == Outcome.UNKNOWN && result != null) {
      return Optional.of(new Objection("result", Values.shown(result), "null, because ok is null"));
    }
    return Optional.empty();
  }

  /** Whether it may take effect later, or never. */
  public boolean isUnknown() {
    return outcome == Outcome.UNKNOWN;
  }

  /** The same call, had its client not learned what came of it: allows all that this one allows. */
  Operation asUnknown() {
    return new Operation(
        client, key, op, argument, expected, null, Outcome.UNKNOWN, startNanos, null);
  }

  /** As people write it: {@code put 5}, {@code get = 5}, {@code cas 5 → 6 = true}. */
  String label() {
    StringBuilder label = new StringBuilder(op);
    if (expected != null || op.equals(Register.CAS)) {
      label.append(' ').append(Values.shown(expected)).append(" →");
    }
    if (argument != null || !op.equals(Register.GET)) {
      label.append(' ').append(Values.shown(argument));
    }
    return switch (outcome) {
      case UNKNOWN -> label.append(" ?").toString();
      case FAILED -> label.append(" failed").toString();
      case OK ->
          op.equals(Register.GET) || result != null
              ? label.append(" = ").append(Values.shown(result)).toString()
              : label.toString();
    };
  }

  /** For people: long values are cut. */
  @Override
  public String toString() {
    return "client %d: %s %s [%d, %s]"
        .formatted(
            client, Values.shown(key), label(), startNanos, endNanos == null ? "…" : endNanos);
  }
}
