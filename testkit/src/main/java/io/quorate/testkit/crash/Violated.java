package io.quorate.testkit.crash;

/** Ends a run at the moment an invariant does not hold. Carries no stack trace: the run is it. */
final class Violated extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Invariants.Statement statement;

  Violated(Invariants.Statement statement, String what) {
    super(what, null, false, false);
    this.statement = statement;
  }

  Invariants.Statement statement() {
    return statement;
  }

  String what() {
    return String.valueOf(getMessage());
  }
}
