package io.quorate.benchmarks.report;

import java.util.List;

/**
 * One metric of one subject.
 *
 * @param subject whose
 * @param metric what, then {@code @} and the load: {@code throughput@16}, {@code p99@256v}, {@code
 *     cpu@64x1024B}
 * @param unit of all figures
 * @param value the median
 * @param min the smallest
 * @param max the largest
 * @param runs the raw figures, in the order they were taken
 */
public record Row(
    String subject,
    String metric,
    String unit,
    double value,
    double min,
    double max,
    List<Double> runs) {

  private static final double DIGITS = 1e3;

  public Row {
    runs = List.copyOf(runs);
  }

  /** A row from its raw figures, which are rounded to three decimals. */
  public static Row of(String subject, String metric, String unit, List<Double> figures) {
    List<Double> rounded = figures.stream().map(Row::rounded).toList();
    Summary summary = Summary.of(rounded);
    return new Row(
        subject, metric, unit, rounded(summary.median()), summary.min(), summary.max(), rounded);
  }

  static double rounded(double figure) {
    return Math.round(figure * DIGITS) / DIGITS;
  }
}
