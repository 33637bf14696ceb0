package io.quorate.saga;

import io.quorate.core.tx.BranchRef;
import io.quorate.core.tx.codec.Codec;
import java.util.function.BiFunction;

/**
 * How a saga is seen from inside another one: its input is derived from the outer one's, and the
 * names of its steps carry a prefix.
 *
 * @param <P> the outer saga's input
 * @param <I> the nested saga's input
 */
record Nesting<P, I>(String prefix, BiFunction<StepContext, P, I> mapper) {

  static final char SEPARATOR = '/';

  I input(StepContext outer, P outerInput) {
    return mapper.apply(outer, outerInput);
  }

  StepContext inside(StepContext outer) {
    NamedResults results = (NamedResults) outer;
    return new NamedResults() {
      @Override
      public BranchRef branch() {
        return outer.branch();
      }

      @Override
      public <R> R result(String name, Codec<R> codec) {
        return results.result(prefix + SEPARATOR + name, codec);
      }
    };
  }

  /** A context that finds results by name; the only kind of context there is. */
  interface NamedResults extends StepContext {
    <R> R result(String name, Codec<R> codec);

    @Override
    default <R> R result(Step<?, R> step) {
      return result(step.name(), step.codec());
    }
  }
}
