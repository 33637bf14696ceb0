package io.quorate.demo.check;

/**
 * What a database holds of one thing done for one order.
 *
 * @param times how often it was done
 * @param amount cents or pieces, in all
 */
record Effect(long times, long amount) {
  static Effect once(long amount) {
    return new Effect(1, amount);
  }
}
