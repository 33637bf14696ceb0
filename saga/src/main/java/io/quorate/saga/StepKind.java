package io.quorate.saga;

/**
 * What can become of a step once it has run. A saga is {@code compensatable* pivot? retriable*}:
 * what can be undone comes first, then at most one step that decides, then what must succeed.
 */
public enum StepKind {
  /** Can be undone by its compensation. */
  COMPENSATABLE,
  /** Decides: once it is done the saga goes forward only. May refuse; cannot be undone. */
  PIVOT,
  /** Comes after the decision: tried until it succeeds; cannot refuse and is never undone. */
  RETRIABLE
}
