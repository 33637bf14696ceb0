package io.quorate.core.tx.remote;

/** The headers of a call do not name a branch. Names the header and the rule it breaks. */
public final class MalformedHeaderException extends Exception {
  private static final long serialVersionUID = 1;

  private final String header;

  MalformedHeaderException(String header, String problem) {
    super(header + ": " + problem, null, false, false);
    this.header = header;
  }

  /** The first header that breaks a rule. */
  public String header() {
    return header;
  }
}
