package io.quorate.demo.view;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns: the first to the left, the others to the right. */
public final class TextTable {
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param headings one for each column
   */
  public TextTable(String... headings) {
    rows.add(List.of(headings));
  }

  /** Adds a row of as many cells as there are headings. */
  public TextTable row(String... cells) {
    if (cells.length != rows.getFirst().size()) {
      throw new IllegalArgumentException(
          "row: %d cells (expected: %d)".formatted(cells.length, rows.getFirst().size()));
    }
    rows.add(List.of(cells));
    return this;
  }

  /** The lines, the headings first. */
  public List<String> lines() {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String space = " ".repeat(widths[column] - row.get(column).length());
      line.append("  ").append(column == 0 ? row.get(column) + space : space + row.get(column));
    }
    return line.toString().stripTrailing();
  }
}
