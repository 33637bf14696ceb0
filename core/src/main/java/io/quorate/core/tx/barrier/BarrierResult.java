package io.quorate.core.tx.barrier;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.Verdict;
import java.util.function.Function;

/**
 * What a barrier decided about one call. All but {@link Ran} mean that the work did not run now.
 *
 * <table>
 *   <caption>By what the branch's row holds</caption>
 *   <tr><th>row</th><th>try</th><th>confirm</th><th>cancel</th></tr>
 *   <tr><td>none</td><td>Ran → tried</td><td>Conflict</td><td>EmptyCancel → cancelled before</td></tr>
 *   <tr><td>tried</td><td>Duplicate</td><td>Ran → confirmed</td><td>Ran → cancelled</td></tr>
 *   <tr><td>confirmed</td><td>Duplicate</td><td>Duplicate</td><td>Conflict</td></tr>
 *   <tr><td>cancelled</td><td>Hanging</td><td>Conflict</td><td>Duplicate</td></tr>
 *   <tr><td>cancelled before</td><td>Hanging</td><td>Conflict</td><td>Duplicate</td></tr>
 *   <tr><td>refused</td><td>Refused</td><td>Conflict</td><td>EmptyCancel</td></tr>
 *   <tr><td>of a newer epoch</td><td colspan="3">StaleEpoch</td></tr>
 *   <tr><td>none, forgotten by now</td><td colspan="3">TooOld</td></tr>
 * </table>
 *
 * @param <T> what the work answers
 */
public sealed interface BarrierResult<T> {

  /** The work ran; its effect stands if and when the transaction commits. */
  record Ran<T>(T value) implements BarrierResult<T> {}

  /** The work ran before; this is what it answered then. */
  record Duplicate<T>(T value) implements BarrierResult<T> {}

  /**
   * The work of a try said no, now or before, and had no effect. Remembered: a copy of the call
   * that comes late must not find the business willing after all, when nobody would undo it any
   * more.
   *
   * @param reason what the work said, for people to read
   */
  record Refused<T>(String reason) implements BarrierResult<T> {
    public Refused {
      requireNonNull(reason, "reason");
    }
  }

  /** A cancel of what was never tried, or was refused: nothing to undo. A later try is refused. */
  record EmptyCancel<T>() implements BarrierResult<T> {}

  /** A try that comes after its cancel: refused, for nobody would ever cancel it. */
  record Hanging<T>() implements BarrierResult<T> {}

  /**
   * The opposite is final here: a cancel after a confirm, a confirm after a cancel or of what was
   * never tried. The row is as it was.
   *
   * @param fact what this participant holds, for people to read
   */
  record Conflict<T>(String fact) implements BarrierResult<T> {
    public Conflict {
      requireNonNull(fact, "fact");
    }
  }

  /**
   * A newer coordinator has called for this branch: the caller has been replaced.
   *
   * @param newest the newest epoch's number
   */
  record StaleEpoch<T>(long newest) implements BarrierResult<T> {}

  /** The transaction began before what this participant remembers: it may have run or not. */
  record TooOld<T>() implements BarrierResult<T> {}

  /**
   * What to answer the coordinator.
   *
   * @param encode the durable form of a value
   */
  default Verdict toVerdict(Function<? super T, byte[]> encode) {
    return switch (this) {
      case Ran<T> ran -> new Verdict.Ok(encode.apply(ran.value()));
      case Duplicate<T> duplicate -> new Verdict.Ok(encode.apply(duplicate.value()));
      case Refused<T> refused -> new Verdict.No(refused.reason());
      case EmptyCancel<T> empty -> new Verdict.Ok(new byte[0]);
      case Hanging<T> hanging -> new Verdict.No("cancelled before it was tried");
      case Conflict<T> conflict -> new Verdict.Conflict(conflict.fact());
      case StaleEpoch<T> stale ->
          new Verdict.Unknown("superseded by the coordinator of epoch " + stale.newest());
      case TooOld<T> tooOld ->
          new Verdict.Unknown("began before what this participant remembers: look by hand");
    };
  }
}
