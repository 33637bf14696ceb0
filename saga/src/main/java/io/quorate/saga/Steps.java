package io.quorate.saga;

import static java.util.Objects.requireNonNull;

import io.quorate.core.tx.Verdict;
import io.quorate.core.tx.codec.Codec;

/**
 * Makes steps for sagas with input {@code I}; see {@link Step#on(Class)}.
 *
 * <p>The methods ending in {@code Call} take actions that answer with a {@link Verdict} themselves,
 * as HTTP and gRPC participants do; their {@code Ok} carries the result encoded by the step's
 * codec.
 *
 * @param <I> the saga's input
 */
public final class Steps<I> {

  Steps() {}

  /** A step that can be undone and returns {@code result}. */
  public <R> Step<I, R> compensatable(
      String name,
      Class<R> result,
      Step.Action<I, R> action,
      Step.Compensation<I, R> compensation) {
    return compensatable(name, Codec.of(result), action, compensation);
  }

  /** A step that can be undone and returns nothing. */
  public Step<I, Void> compensatable(String name, Step.Work<I> action, Step.Work<I> compensation) {
    requireNonNull(compensation, "compensation");
    return compensatableCall(
        name,
        Codec.of(Void.class),
        answering(action),
        (c, input, done) -> answering(compensation).run(c, input));
  }

  /** A step that can be undone and whose result has its own codec. */
  public <R> Step<I, R> compensatable(
      String name, Codec<R> codec, Step.Action<I, R> action, Step.Compensation<I, R> compensation) {
    requireNonNull(action, "action");
    requireNonNull(compensation, "compensation");
    return compensatableCall(
        name,
        codec,
        answering(codec, action),
        (c, input, done) -> {
          compensation.run(c, input, done);
          return new Verdict.Ok(new byte[0]);
        });
  }

  /** The step that decides. */
  public <R> Step<I, R> pivot(String name, Class<R> result, Step.Action<I, R> action) {
    return pivot(name, Codec.of(result), action);
  }

  /** The step that decides and returns nothing. */
  public Step<I, Void> pivot(String name, Step.Work<I> action) {
    return pivotCall(name, Codec.of(Void.class), answering(action));
  }

  /** The step that decides, with its own codec. */
  public <R> Step<I, R> pivot(String name, Codec<R> codec, Step.Action<I, R> action) {
    return pivotCall(name, codec, answering(codec, action));
  }

  /** A step after the decision. */
  public <R> Step<I, R> retriable(String name, Class<R> result, Step.Action<I, R> action) {
    return retriable(name, Codec.of(result), action);
  }

  /** A step after the decision that returns nothing. */
  public Step<I, Void> retriable(String name, Step.Work<I> action) {
    return retriableCall(name, Codec.of(Void.class), answering(action));
  }

  /** A step after the decision, with its own codec. */
  public <R> Step<I, R> retriable(String name, Codec<R> codec, Step.Action<I, R> action) {
    return retriableCall(name, codec, answering(codec, action));
  }

  /** A step that can be undone, by a participant that says its verdict. */
  public <R> Step<I, R> compensatableCall(
      String name, Codec<R> codec, Step.Call<I> action, Step.UndoCall<I, R> compensation) {
    requireNonNull(compensation, "compensation");
    return Step.create(name, StepKind.COMPENSATABLE, codec, action, compensation);
  }

  /** The step that decides, by a participant that says its verdict. */
  public <R> Step<I, R> pivotCall(String name, Codec<R> codec, Step.Call<I> action) {
    return Step.create(name, StepKind.PIVOT, codec, action, null);
  }

  /** A step after the decision, by a participant that says its verdict. */
  public <R> Step<I, R> retriableCall(String name, Codec<R> codec, Step.Call<I> action) {
    return Step.create(name, StepKind.RETRIABLE, codec, action, null);
  }

  private static <I> Step.Call<I> answering(Step.Work<I> work) {
    requireNonNull(work, "action");
    return (c, input) -> {
      work.run(c, input);
      return new Verdict.Ok(new byte[0]);
    };
  }

  private static <I, R> Step.Call<I> answering(Codec<R> codec, Step.Action<I, R> action) {
    requireNonNull(codec, "codec");
    requireNonNull(action, "action");
    return (c, input) -> new Verdict.Ok(codec.encode(action.run(c, input)));
  }
}
