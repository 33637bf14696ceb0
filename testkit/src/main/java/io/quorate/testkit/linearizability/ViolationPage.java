package io.quorate.testkit.linearizability;

import io.quorate.testkit.linearizability.Verdict.Violation;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A picture of a violation, as one HTML page that needs nothing else: no script, no font, no file.
 *
 * <p>Time runs to the right, each client has its lane, each operation is a bar from its call to its
 * return; unknown ones have no right end. The longest order found stands in numbered points, each
 * at the earliest time it can have. What could be next and does not fit is marked. Of a large
 * history only the neighbourhood of these is drawn: at most {@value #BARS_MAX} operations, the last
 * placed and those that could be next. All text is escaped; long values are cut, and whole (up to
 * {@value #TIP_CHARS_MAX} characters) in the tooltip.
 */
public final class ViolationPage {

  /** The most operations drawn. */
  static final int BARS_MAX = 120;

  /** The most characters of a tooltip. */
  static final int TIP_CHARS_MAX = 400;

  private static final int LABEL_CHARS_MAX = 28;

  private final Violation violation;
  private final Prefix prefix;
  private final List<Operation> drawn;
  private final IdentityHashMap<Operation, Integer> positions = new IdentityHashMap<>();
  private final Set<Operation> refused = identitySet();
  private final StringBuilder page = new StringBuilder(1 << 14);

  private ViolationPage(Violation violation) {
    this.violation = violation;
    this.prefix = violation.longest().getFirst();
    for (int i = 0; i < prefix.order().size(); i++) {
      positions.put(prefix.order().get(i), i);
    }
    refused.addAll(prefix.refused());
    this.drawn = neighbourhood();
  }

  /**
   * The page.
   *
   * @param title what was checked, a file for example
   */
  public static String render(String title, Violation violation) {
    return new ViolationPage(violation).render(title);
  }

  /** What could be next, most of the last placed, what was called last before; by call. */
  private List<Operation> neighbourhood() {
    Set<Operation> chosen = identitySet();
    add(chosen, refused, BARS_MAX);
    List<Operation> placed = prefix.order().reversed();
    add(chosen, placed, BARS_MAX * 2 / 3);
    long end = prefix.refused().stream().mapToLong(Lanes::end).max().orElse(Long.MAX_VALUE);
    add(
        chosen,
        violation.operations().reversed().stream()
            .filter(each -> !positions.containsKey(each) && each.startNanos() <= end)
            .toList(),
        BARS_MAX);
    add(chosen, placed, BARS_MAX);
    return violation.operations().stream().filter(chosen::contains).toList();
  }

  private static void add(Set<Operation> chosen, Collection<Operation> more, int max) {
    for (Operation each : more) {
      if (chosen.size() >= max) {
        return;
      }
      chosen.add(each);
    }
  }

  /** Two calls may be equal in all fields. */
  private static Set<Operation> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  private String render(String title) {
    long left = violation.operations().size() - (long) drawn.size();
    page.append(HEAD.replace("{title}", escaped(cut(title, TIP_CHARS_MAX))));
    page.append("<h1>")
        .append(escaped(cut(title, TIP_CHARS_MAX)))
        .append(": not linearizable</h1>\n<p>Key <code>")
        .append(escaped(cut(Values.json(violation.partition()), TIP_CHARS_MAX)))
        .append("</code>. The numbered points are the longest order found (")
        .append(prefix.order().size())
        .append(" of ")
        .append(violation.operations().size())
        .append(" operations). Behind it the state is <code>")
        .append(escaped(cut(prefix.state(), TIP_CHARS_MAX)))
        .append("</code>, and none of the operations that can be next by their times fits.");
    if (left > 0) {
      page.append(" Not drawn: ").append(left).append(" operations farther away.");
    }
    page.append("</p>\n");
    drawing();
    page.append(LEGEND);
    page.append("<h2>None of these can be next</h2>\n<ul>\n");
    for (Operation each : prefix.refused().stream().limit(BARS_MAX).toList()) {
      page.append("<li><code>")
          .append(escaped(cut(each.toString(), TIP_CHARS_MAX)))
          .append("</code></li>\n");
    }
    page.append("</ul>\n</body>\n</html>\n");
    return page.toString();
  }

  private void drawing() {
    Lanes lanes = Lanes.of(drawn);
    page.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" width=\"%d\" role=\"img\" aria-label=\"operations over"
                + " time\">\n",
            Lanes.WIDTH,
            lanes.height(),
            Lanes.WIDTH));
    lanes.axis(page);
    for (Lanes.Lane lane : lanes.lanes()) {
      page.append(
          String.format(
              Locale.ROOT,
              "<text class=\"lane\" x=\"8\" y=\"%d\">client %d</text>\n",
              lane.y() + Lanes.BAR / 2 + 4,
              lane.client()));
    }
    for (Operation each : drawn) {
      bar(lanes, each);
    }
    points(lanes);
    page.append("</svg>\n");
  }

  private void bar(Lanes lanes, Operation operation) {
    boolean isRefused = refused.contains(operation);
    Integer before = positions.get(operation);
    int x = lanes.x(operation.startNanos());
    int y = lanes.y(operation);
    int end = operation.isUnknown() ? Lanes.RIGHT : lanes.x(Lanes.end(operation));
    int width = Math.max(Lanes.BAR_MIN, end - x);
    String kind = isRefused ? "refused" : before != null ? "placed" : "open";
    String position = before == null ? "" : "\nplace " + (before + 1);
    page.append("<g class=\"").append(kind).append(operation.isUnknown() ? " unknown" : "");
    page.append("\"><title>")
        .append(escaped(cut(operation.toString(), TIP_CHARS_MAX) + position))
        .append("</title>");
    if (operation.isUnknown()) {
      page.append(
          String.format(
              Locale.ROOT, "<path d=\"M%d %d H%d V%d H%d\"/>", end, y, x, y + Lanes.BAR, end));
    } else {
      page.append(
          String.format(
              Locale.ROOT,
              "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"3\"/>",
              x,
              y,
              width,
              Lanes.BAR));
    }
    page.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\">", x + 4, y + Lanes.BAR - 7))
        .append(escaped(cut(operation.label(), LABEL_CHARS_MAX)))
        .append("</text></g>\n");
  }

  /** Each point is as early as its call and the points before it allow. */
  private void points(Lanes lanes) {
    long time = Long.MIN_VALUE;
    Set<Operation> visible = identitySet();
    visible.addAll(drawn);
    int lastX = Integer.MIN_VALUE;
    for (int i = 0; i < prefix.order().size(); i++) {
      Operation each = prefix.order().get(i);
      time = Math.max(time, each.startNanos());
      if (visible.contains(each)) {
        // Points of one moment stand side by side, in their order.
        int x = Math.max(lanes.x(time), Math.min(lastX + Lanes.POINT, lanes.x(Lanes.end(each))));
        lastX = x;
        page.append(
            String.format(
                Locale.ROOT,
                "<g class=\"point\"><circle cx=\"%d\" cy=\"%d\" r=\"9\"/><text x=\"%d\""
                    + " y=\"%d\">%d</text></g>\n",
                x,
                lanes.y(each),
                x,
                lanes.y(each) + 3,
                i + 1));
      }
    }
  }

  private static String cut(String text, int chars) {
    if (text.length() <= chars) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(chars - 1)) ? chars - 1 : chars;
    return text.substring(0, end) + "…";
  }

  /** Text that cannot be taken for markup, in an element or in a quoted attribute. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(Character.isISOControl(c) && c != '\n' ? '\uFFFD' : c);
      }
    }
    return escaped.toString();
  }

  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>{title}: not linearizable</title>
      <style>
      :root { --back: #ffffff; --text: #1b1f24; --line: #c9d1d9; --placed: #d3e5f8;
        --placed-line: #2f6fb2; --refused: #ffd4cf; --refused-line: #c0261a; --open: #eceff2;
        --open-line: #77808a; --point: #1d4f87; --point-text: #ffffff; }
      @media (prefers-color-scheme: dark) {
        :root { --back: #14181d; --text: #e4e8ec; --line: #3c444d; --placed: #1d3852;
          --placed-line: #6fabe6; --refused: #57211d; --refused-line: #ff8278; --open: #272d34;
          --open-line: #98a2ac; --point: #9cc9f5; --point-text: #10161c; }
      }
      body { background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif;
        margin: 24px; }
      svg { display: block; max-width: 100%; height: auto; font-size: 12px; }
      svg text { fill: var(--text); }
      .axis line { stroke: var(--line); }
      .axis text { text-anchor: middle; }
      rect, path { stroke-width: 1.5; }
      .placed rect, .placed path { fill: var(--placed); stroke: var(--placed-line); }
      .refused rect, .refused path { fill: var(--refused); stroke: var(--refused-line);
        stroke-width: 3; }
      .open rect, .open path { fill: var(--open); stroke: var(--open-line); }
      .unknown path { stroke-dasharray: 5 3; }
      .point circle { fill: var(--point); }
      .point text { fill: var(--point-text); text-anchor: middle; font-size: 10px; }
      code { overflow-wrap: anywhere; }
      </style>
      </head>
      <body>
      """;

  private static final String LEGEND =
      """
      <p>Blue: placed, at the point with its number. Red, thick: could be next, and does not fit.
      Grey: not placed. Dashed, without right end: outcome unknown. Hover over a bar for its times.</p>
      """;
}
