package io.quorate.benchmarks.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A report as text: one table for each load, a line for each subject, a column for each metric. */
public final class ReportTable {
  private ReportTable() {}

  /** The text, with line ends. */
  public static String of(Report report) {
    StringBuilder text = new StringBuilder();
    line(text, report.name() + ": " + report.title() + (report.quick() ? " (a quick look)" : ""));
    line(text, report.machine().inWords());
    if (report.machine().loadBefore() > report.machine().cpus() / 2.0) {
      line(
          text, "Others kept this machine busy: take the figures for their order, not their size.");
    }
    byLoad(report.rows()).forEach((load, rows) -> table(text, load, rows));
    if (!report.ratios().isEmpty()) {
      line(text, "\nratios, median of rounds (min..max)");
    }
    for (Ratio ratio : report.ratios()) {
      line(text, "  " + ratio.name() + ": " + spread(ratio.value(), ratio.min(), ratio.max()));
    }
    if (!report.notEqual().isEmpty()) {
      line(text, "\nnot equal");
    }
    report.notEqual().forEach(sentence -> line(text, "  - " + sentence));
    report.failures().forEach((subject, why) -> line(text, "\nFAILED " + subject + ": " + why));
    return text.toString();
  }

  private static Map<String, List<Row>> byLoad(List<Row> rows) {
    Map<String, List<Row>> byLoad = new LinkedHashMap<>();
    for (Row row : rows) {
      String load = row.metric().substring(row.metric().indexOf('@') + 1);
      byLoad.computeIfAbsent(load, key -> new ArrayList<>()).add(row);
    }
    return byLoad;
  }

  private static void table(StringBuilder text, String load, List<Row> rows) {
    List<String> headers = new ArrayList<>();
    Map<String, Map<String, String>> lines = new LinkedHashMap<>();
    for (Row row : rows) {
      String metric = row.metric().substring(0, row.metric().indexOf('@'));
      String header = metric + " " + row.unit();
      if (!headers.contains(header)) {
        headers.add(header);
      }
      lines
          .computeIfAbsent(row.subject(), subject -> new LinkedHashMap<>())
          .put(header, cell(row, metric));
    }
    int nameWidth = width(lines.keySet().stream().toList(), "load " + load);
    StringBuilder head = new StringBuilder(padded("load " + load, -nameWidth));
    Map<String, Integer> widths = new LinkedHashMap<>();
    for (String header : headers) {
      List<String> column =
          lines.values().stream().map(cells -> cells.getOrDefault(header, "-")).toList();
      widths.put(header, width(column, header));
      head.append("  ").append(padded(header, widths.get(header)));
    }
    line(text, "\n" + head);
    lines.forEach(
        (subject, cells) -> {
          StringBuilder line = new StringBuilder(padded(subject, -nameWidth));
          widths.forEach(
              (header, width) ->
                  line.append("  ").append(padded(cells.getOrDefault(header, "-"), width)));
          line(text, line.toString());
        });
  }

  /** Throughput with its spread, since it is what ratios are made of; the rest by its median. */
  private static String cell(Row row, String metric) {
    return metric.equals("throughput")
        ? spread(row.value(), row.min(), row.max())
        : figure(row.value());
  }

  private static String spread(double value, double min, double max) {
    return "%s (%s..%s)".formatted(figure(value), figure(min), figure(max));
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%.0f", value);
  }

  private static int width(List<String> cells, String header) {
    return Math.max(header.length(), cells.stream().mapToInt(String::length).max().orElseThrow());
  }

  private static String padded(String cell, int width) {
    return String.format(Locale.ROOT, "%" + width + "s", cell);
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append('\n');
  }
}
