package io.quorate.testkit.crash;

/**
 * The same choices led elsewhere: the protocol, or the code it calls, depends on something besides
 * its arguments, a clock, a random, an identity hash or what an earlier run left behind.
 */
public final class NotDeterministicException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  NotDeterministicException(String what) {
    super(
        what
            + ": the protocol is not a pure function of its arguments, or the code it performs"
            + " keeps something from one run to the next");
  }
}
