package io.quorate.benchmarks.report;

import java.util.Arrays;
import java.util.List;

/**
 * A few figures of the same thing in three numbers. No mean and no deviation: a handful of rounds
 * on a shared machine is not a normal distribution.
 *
 * @param median the middle one; of an even number of figures, the mean of the middle two
 * @param min the smallest
 * @param max the largest
 */
public record Summary(double median, double min, double max) {

  /**
   * Summarizes.
   *
   * @param figures at least one, all finite
   */
  public static Summary of(List<Double> figures) {
    double[] sorted = figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0 || !Arrays.stream(sorted).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          "figures: " + figures + " (expected: at least one, all finite)");
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Summary(median, sorted[0], sorted[sorted.length - 1]);
  }
}
