package io.quorate.testkit.linearizability;

import java.util.Optional;

/**
 * What an object does when its operations come one after the other. Pure: the answers depend on the
 * arguments alone, and of an operation neither on its client nor on its times. Safe for use by many
 * threads.
 *
 * <p>The last two methods only make the search shorter; their defaults are right for every model.
 *
 * @param <S> the state: an immutable value with {@code equals} and {@code hashCode}
 */
public interface Model<S> {

  /**
   * The part of the world an operation touches. Parts are independent of each other and are checked
   * one by one; a history is linearizable if each part is (Herlihy, Wing 1990, §3.2, locality).
   *
   * @return by default the operation's key
   */
  default String partition(Operation operation) {
    return operation.key();
  }

  /** The state of a part before anything happened. */
  S initial();

  /**
   * What is wrong with an operation as such: an unknown name, a result of the wrong kind.
   *
   * @return nothing, if {@link #step} can judge it
   */
  Optional<Objection> objection(Operation operation);

  /**
   * Executes one operation.
   *
   * @param operation its outcome is OK, or unknown: then every answer is right
   * @return the next state; nothing if it could not have answered so in this state
   */
  Optional<S> step(S state, Operation operation);

  /**
   * Whether an operation changes no state that accepts it. Such operations are placed as soon as
   * they fit, and dropped where their outcome is unknown.
   */
  default boolean isReadOnly(Operation operation) {
    return false;
  }

  /**
   * Whether {@code next} may owe its place to {@code unknown}, an operation of unknown outcome.
   * False is a promise: wherever {@code unknown} changes a state and {@code next} directly follows
   * (and changes the state too, if it is itself unknown), then {@code next} would also have been
   * accepted without {@code unknown}, and would have led to the same state; or {@code next} is not
   * accepted there at all.
   */
  default boolean mayDependOn(Operation next, Operation unknown) {
    return true;
  }
}
