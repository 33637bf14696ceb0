package io.quorate.testkit.linearizability;

/**
 * A line is no operation of a history. Nothing behind it was read.
 *
 * <p>Mend the line: it is named with the field, its value and what was expected.
 */
public final class HistoryFormatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final long line;
  private final String field;
  private final String value;
  private final String rule;

  HistoryFormatException(long line, Objection objection) {
    super("line " + line + ": " + objection);
    this.line = line;
    this.field = objection.field();
    this.value = objection.value();
    this.rule = objection.rule();
  }

  /** The number of the line; the first is 1. */
  public long line() {
    return line;
  }

  /** The field that is wrong; {@code column N} where the line is no JSON there. */
  public String field() {
    return field;
  }

  /** What stands there, cut where it is long. */
  public String value() {
    return value;
  }

  /** What was expected. */
  public String rule() {
    return rule;
  }
}
