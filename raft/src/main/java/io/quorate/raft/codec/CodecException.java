package io.quorate.raft.codec;

/** Bytes that do not follow their format. Names the field, its value and the rule it breaks. */
public final class CodecException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String field;

  /**
   * @param field which part of the format
   * @param value what was found there
   * @param rule what was expected
   */
  public CodecException(String field, Object value, String rule) {
    super("%s: %s (expected: %s)".formatted(field, value, rule));
    this.field = field;
  }

  /** Which part of the format it is about. */
  public String field() {
    return field;
  }
}
