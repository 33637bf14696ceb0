package io.quorate.benchmarks.report;

import io.quorate.benchmarks.kit.Load;
import io.quorate.benchmarks.kit.Sample;
import io.quorate.benchmarks.run.Benchmark;
import io.quorate.benchmarks.run.SideBySide;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * All that is known after a benchmark.
 *
 * @param name names the result's file
 * @param title one line for people
 * @param quick whether it was only a look: such figures are not for publishing
 * @param machine where
 * @param date when
 * @param rows the figures
 * @param ratios comparisons of throughput
 * @param notEqual what is not the same for all subjects, one sentence each
 * @param failures subjects without figures, and why
 */
public record Report(
    String name,
    String title,
    boolean quick,
    Machine machine,
    Instant date,
    List<Row> rows,
    List<Ratio> ratios,
    List<String> notEqual,
    Map<String, String> failures) {

  public Report {
    rows = List.copyOf(rows);
    ratios = List.copyOf(ratios);
    notEqual = List.copyOf(notEqual);
    failures = Map.copyOf(failures);
  }

  /** Reports a side-by-side run. */
  public static Report of(
      Benchmark benchmark,
      boolean quick,
      Machine machine,
      Instant date,
      SideBySide.Measured measured) {
    List<Row> rows = new ArrayList<>();
    measured
        .samples()
        .forEach(
            (subject, byLoad) ->
                byLoad.forEach(
                    (load, samples) -> rows.addAll(rows(benchmark, subject, load, samples))));
    return new Report(
        benchmark.name(),
        benchmark.title(),
        quick,
        machine,
        date,
        rows,
        ratios(benchmark, measured),
        benchmark.notEqual(),
        measured.failures());
  }

  private static List<Row> rows(
      Benchmark benchmark, String subject, Load load, List<Sample> samples) {
    String each = "us/" + benchmark.unitSingular();
    List<Row> rows = new ArrayList<>();
    rows.add(row(subject, "throughput", load, benchmark.unit() + "/s", samples, Sample::perSecond));
    rows.add(row(subject, "p50", load, "us", samples, sample -> sample.p50Nanos() / 1e3));
    rows.add(row(subject, "p99", load, "us", samples, sample -> sample.p99Nanos() / 1e3));
    rows.add(row(subject, "p999", load, "us", samples, sample -> sample.p999Nanos() / 1e3));
    rows.add(row(subject, "max", load, "us", samples, sample -> sample.maxNanos() / 1e3));
    rows.add(row(subject, "cpu", load, each, samples, Sample::cpuMicrosEach));
    if (samples.stream().noneMatch(sample -> sample.serverCpuNanos() == Sample.NOT_MEASURED)) {
      rows.add(row(subject, "serverCpu", load, each, samples, Sample::serverCpuMicrosEach));
    }
    if (samples.stream().noneMatch(sample -> sample.allocatedBytes() == Sample.NOT_MEASURED)) {
      rows.add(
          row(
              subject,
              "alloc",
              load,
              "B/" + benchmark.unitSingular(),
              samples,
              Sample::allocatedBytesEach));
    }
    return rows;
  }

  private static Row row(
      String subject,
      String metric,
      Load load,
      String unit,
      List<Sample> samples,
      ToDoubleFunction<Sample> figure) {
    return Row.of(
        subject, metric + "@" + load, unit, samples.stream().mapToDouble(figure).boxed().toList());
  }

  private static List<Ratio> ratios(Benchmark benchmark, SideBySide.Measured measured) {
    List<Ratio> ratios = new ArrayList<>();
    for (Benchmark.Comparison comparison : benchmark.comparisons()) {
      Map<Load, List<Sample>> subject = measured.samples().get(comparison.subject());
      Map<Load, List<Sample>> baseline = measured.samples().get(comparison.baseline());
      if (subject == null || baseline == null) {
        continue;
      }
      subject.forEach(
          (load, samples) ->
              ratios.add(
                  Ratio.of(
                      "%s / %s, throughput@%s"
                          .formatted(comparison.subject(), comparison.baseline(), load),
                      perSecond(samples),
                      perSecond(baseline.getOrDefault(load, List.of())))));
    }
    return ratios;
  }

  private static List<Double> perSecond(List<Sample> samples) {
    return samples.stream().map(Sample::perSecond).toList();
  }
}
