package io.quorate.demo;

import io.quorate.demo.check.Finding;
import io.quorate.demo.load.Answer;
import io.quorate.demo.load.Answers;
import io.quorate.demo.view.Screen;
import io.quorate.demo.view.TextTable;
import io.quorate.demo.wire.Placed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The figures at the end. */
final class Report {
  /** The reasons the shop gives, in the words of its services and of the coordinator. */
  private static final List<String> REASONS =
      List.of("card declined", "insufficient funds", "out of stock", "no known outcome");

  private final Screen screen;

  Report(Screen screen) {
    this.screen = screen;
  }

  /** Prints all; says whether every promise was kept. */
  boolean print(Answers answers, List<Kill> kills, List<Finding> findings) {
    screen.heading("Outcomes, as the clients were told");
    outcomes(answers.all().values()).forEach(screen::line);
    if (!kills.isEmpty()) {
      screen.heading("Killed with SIGKILL");
      killed(kills).forEach(screen::line);
    }
    screen.heading("Invariants, as the databases hold them");
    int width = findings.stream().mapToInt(finding -> finding.promise().length()).max().orElse(0);
    for (Finding finding : findings) {
      screen.line(
          "  %s %s  %s"
              .formatted(
                  screen.mark(finding.holds()),
                  finding.promise() + " ".repeat(width - finding.promise().length()),
                  finding.figures()));
    }
    long broken = findings.stream().filter(finding -> !finding.holds()).count();
    screen.line("");
    screen.line(
        broken == 0
            ? "%s all %d invariants hold".formatted(screen.mark(true), findings.size())
            : "%s %d of %d invariants are broken"
                .formatted(screen.mark(false), broken, findings.size()));
    return broken == 0;
  }

  private static List<String> outcomes(Collection<Answer> answers) {
    Map<String, List<Answer>> byKind = new TreeMap<>();
    for (Answer answer : answers) {
      byKind.computeIfAbsent(kind(answer), kind -> new ArrayList<>()).add(answer);
    }
    TextTable table = new TextTable("outcome", "orders", "p50", "p95", "p99", "max");
    byKind.forEach((kind, of) -> table.row(row(kind, of)));
    table.row(row("all", answers));
    return table.lines();
  }

  private static String kind(Answer answer) {
    if (answer.result() == Placed.Result.DONE) {
      return "done";
    }
    String reason =
        REASONS.stream().filter(answer.why()::contains).findFirst().orElse(answer.why());
    return answer.result().name().toLowerCase(java.util.Locale.ROOT) + ": " + reason;
  }

  private static String[] row(String kind, Collection<Answer> answers) {
    long[] nanos = answers.stream().mapToLong(Answer::nanos).sorted().toArray();
    return new String[] {
      kind,
      "%,d".formatted(nanos.length),
      time(nanos, 0.50),
      time(nanos, 0.95),
      time(nanos, 0.99),
      time(nanos, 1)
    };
  }

  /** The smallest time that at least this share did not exceed. */
  private static String time(long[] sortedNanos, double share) {
    int rank = (int) Math.ceil(share * sortedNanos.length);
    double millis = sortedNanos[Math.max(1, rank) - 1] / 1e6;
    return millis < 1_000 ? "%.0f ms".formatted(millis) : "%.1f s".formatted(millis / 1_000);
  }

  private static List<String> killed(List<Kill> kills) {
    TextTable table =
        new TextTable("process", "pid", "after answers", "orders in flight", "serves again after");
    for (Kill kill : kills) {
      table.row(
          kill.victim().lowerName(),
          Long.toString(kill.pid()),
          "%,d".formatted(kill.afterAnswers()),
          "%,d".formatted(kill.inFlight()),
          "%.1f s".formatted(kill.back().toNanos() / 1e9));
    }
    return table.lines();
  }
}
