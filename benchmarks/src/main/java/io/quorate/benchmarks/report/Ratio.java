package io.quorate.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/**
 * One subject's throughput divided by another's.
 *
 * @param name {@code subject / baseline, metric}
 * @param value the median of the rounds' ratios: each round is divided by itself, so that noise
 *     that falls on a whole round cancels
 * @param min the smallest round's
 * @param max the largest round's
 */
public record Ratio(String name, double value, double min, double max) {

  /** Divides, round by round. Both lists have the same length. */
  static Ratio of(String name, List<Double> dividends, List<Double> divisors) {
    if (dividends.size() != divisors.size()) {
      throw new IllegalArgumentException(
          "%s: %d and %d rounds (expected: the same number)"
              .formatted(name, dividends.size(), divisors.size()));
    }
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < dividends.size(); i++) {
      ratios.add(dividends.get(i) / divisors.get(i));
    }
    Summary summary = Summary.of(ratios);
    return new Ratio(
        name,
        Row.rounded(summary.median()),
        Row.rounded(summary.min()),
        Row.rounded(summary.max()));
  }
}
