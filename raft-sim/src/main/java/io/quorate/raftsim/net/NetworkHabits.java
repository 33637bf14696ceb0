package io.quorate.raftsim.net;

/**
 * How a network behaves.
 *
 * @param loss how often a message is lost, 0 to 1
 * @param told how often the sender hears of a loss, 0 to 1
 * @param duplicate how often a message comes twice, 0 to 1
 * @param delayNanos how long one takes, on average
 * @param late how often one takes much longer, 0 to 1
 * @param lateNanos how long then, on average
 * @param brokenTransfer how often a piece of a snapshot does not arrive, 0 to 1
 */
public record NetworkHabits(
    double loss,
    double told,
    double duplicate,
    long delayNanos,
    double late,
    long lateNanos,
    double brokenTransfer) {

  /** One that works. */
  public static NetworkHabits calm() {
    return new NetworkHabits(0, 0, 0, 500_000, 0, 0, 0);
  }
}
