package io.quorate.testkit.linearizability;

import static java.util.Objects.requireNonNull;

/**
 * Why something cannot be an operation of a history.
 *
 * @param field the field that is wrong, as the file format names it
 * @param value what it holds
 * @param rule what was expected instead
 */
public record Objection(String field, String value, String rule) {
  /** All three are given. */
  public Objection {
    requireNonNull(field, "field");
    requireNonNull(value, "value");
    requireNonNull(rule, "rule");
  }

  @Override
  public String toString() {
    return field + ": " + value + " (expected: " + rule + ")";
  }
}
