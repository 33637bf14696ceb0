package io.quorate.testkit.crash;

/**
 * Decides wherever a run could go more than one way. The points at which it is asked are numbered
 * from 0 in each run; the answer 0 is the undisturbed course. A run is a function of the answers,
 * so those that are not 0 are all it takes to repeat it.
 */
abstract class Choices {
  private int point;

  /** Starts the next run. */
  void restart() {
    point = 0;
  }

  /**
   * Which fault strikes, if any.
   *
   * @param codes the first is 0 for none, then those of the faults that may
   * @param count how many of {@code codes} there are
   */
  final int fault(int[] codes, int count) {
    int at = point++;
    return count == 1 ? decided(at) : decideFault(at, codes, count);
  }

  /** One of {@code count} ways, all of them legal at no cost: 0 to {@code count - 1}. */
  final int free(int count) {
    int at = point++;
    return count == 1 ? decided(at) : decideFree(at, count);
  }

  /** There is one way only; always 0. */
  int decided(int at) {
    return 0;
  }

  abstract int decideFault(int at, int[] codes, int count);

  abstract int decideFree(int at, int count);
}
