package io.quorate.testkit.linearizability;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Where on a picture operations are drawn. Made once, then only read. */
final class Lanes {
  static final int WIDTH = 1200;
  static final int RIGHT = WIDTH - 20;
  static final int BAR = 24;
  static final int BAR_MIN = 4;
  static final int POINT = 18;

  private static final int LEFT = 110;
  private static final int TOP = 40;
  private static final int ROW = 38;
  private static final int TICKS = 8;

  /** The first row of a client. */
  record Lane(long client, int y) {}

  private final long first;
  private final long last;
  private final List<Lane> lanes = new ArrayList<>();
  private final IdentityHashMap<Operation, Integer> rows = new IdentityHashMap<>();
  private int height = TOP;

  private Lanes(long first, long last) {
    this.first = first;
    this.last = last;
  }

  /** Lanes for {@code operations}, sorted by call: at least one. */
  static Lanes of(List<Operation> operations) {
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    Map<Long, List<Operation>> clients = new TreeMap<>();
    for (Operation each : operations) {
      first = Math.min(first, each.startNanos());
      last = Math.max(last, each.isUnknown() ? each.startNanos() : end(each));
      clients.computeIfAbsent(each.client(), client -> new ArrayList<>()).add(each);
    }
    Lanes lanes = new Lanes(first, last);
    clients.forEach(lanes::add);
    return lanes;
  }

  /** An operation goes to the first row of its client that is free at its call. */
  private void add(long client, List<Operation> operations) {
    lanes.add(new Lane(client, height));
    List<Long> freeFrom = new ArrayList<>();
    for (Operation each : operations) {
      int row = 0;
      while (row < freeFrom.size() && freeFrom.get(row) > each.startNanos()) {
        row++;
      }
      if (row == freeFrom.size()) {
        freeFrom.add(Long.MIN_VALUE);
      }
      freeFrom.set(row, each.isUnknown() ? Long.MAX_VALUE : end(each));
      rows.put(each, height + row * ROW);
    }
    height += freeFrom.size() * ROW;
  }

  static long end(Operation operation) {
    Long end = operation.endNanos();
    return operation.isUnknown() || end == null ? Long.MAX_VALUE : end;
  }

  List<Lane> lanes() {
    return lanes;
  }

  int height() {
    return height + ROW / 2;
  }

  int y(Operation operation) {
    return rows.getOrDefault(operation, 0);
  }

  int x(long nanos) {
    double whole = Math.max(1.0, (double) last - first);
    double share = Math.clamp(((double) nanos - first) / whole, 0.0, 1.0);
    return LEFT + (int) Math.round(share * (RIGHT - 40 - LEFT));
  }

  /** Times are shown since the first call drawn. */
  void axis(StringBuilder page) {
    page.append("<g class=\"axis\">\n");
    for (int i = 0; i <= TICKS; i++) {
      double nanos = ((double) last - first) / TICKS * i;
      int x = x(first) + (int) Math.round((double) i / TICKS * (x(last) - x(first)));
      page.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%d\" y1=\"24\" x2=\"%d\" y2=\"%d\"/><text x=\"%d\" y=\"16\">%s</text>\n",
              x,
              x,
              height(),
              x,
              time(nanos)));
    }
    page.append("</g>\n");
  }

  private static String time(double nanos) {
    if (nanos < 1e4) {
      return String.format(Locale.ROOT, "%.0f ns", nanos);
    }
    return nanos < 1e7
        ? String.format(Locale.ROOT, "%.0f µs", nanos / 1e3)
        : String.format(Locale.ROOT, "%.0f ms", nanos / 1e6);
  }
}
