package io.quorate.testkit.linearizability;

import io.quorate.testkit.linearizability.Operation.Outcome;
import io.quorate.testkit.linearizability.Verdict.Linearizable;
import io.quorate.testkit.linearizability.Verdict.Undecided;
import io.quorate.testkit.linearizability.Verdict.Violation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks files of histories against a register for each key ({@link HistoryReader}, {@link
 * Register}), and prints a verdict for each.
 *
 * <pre>
 *   FILE... [--html OUT]   OUT: a picture of the first violation
 * </pre>
 *
 * <p>Exit codes: 0 all are linearizable; 1 one is not; else 2 one cannot be read, or wrong usage;
 * else 3 of one it is not known, because a limit came first.
 */
public final class CheckHistory {
  static final int GOOD = 0;
  static final int VIOLATION = 1;
  static final int BAD = 2;
  static final int UNDECIDED = 3;

  /** Steps spent on making a violation smaller before it is shown. */
  private static final long SHRINK_STEPS_MAX = 20_000_000;

  private static final int SHOWN_MAX = 20;

  private final PrintStream out;
  private final PrintStream err;
  private final Linearizability<?> linearizability;
  private @Nullable Path html;
  private boolean violated;
  private boolean bad;
  private boolean undecided;

  private CheckHistory(
      PrintStream out, PrintStream err, Linearizability<?> linearizability, @Nullable Path html) {
    this.out = out;
    this.err = err;
    this.linearizability = linearizability;
    this.html = html;
  }

  /** Runs the tool and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err, Linearizability.of(new Register())));
  }

  /**
   * Runs the tool.
   *
   * @return the exit code
   */
  static int run(
      String[] args, PrintStream out, PrintStream err, Linearizability<?> linearizability) {
    try {
      List<Path> files = new ArrayList<>();
      Path html = null;
      for (int i = 0; i < args.length; i++) {
        if (!args[i].startsWith("--")) {
          files.add(Path.of(args[i]));
        } else if (args[i].equals("--html") && i + 1 < args.length && html == null) {
          i++;
          html = Path.of(args[i]);
        } else {
          throw new IllegalArgumentException(args[i] + ": not an option (expected: --html OUT)");
        }
      }
      if (files.isEmpty()) {
        throw new IllegalArgumentException("arguments: expected a file");
      }
      return new CheckHistory(out, err, linearizability, html).run(files);
    } catch (InvalidPathException e) {
      err.println(e.getMessage());
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      err.println("usage: FILE... [--html OUT]");
    }
    return BAD;
  }

  private int run(List<Path> files) {
    for (Path file : files) {
      try {
        check(file);
      } catch (HistoryFormatException notAHistory) {
        bad = true;
        err.println(file + ": " + notAHistory.getMessage());
      } catch (IOException unreadable) {
        bad = true;
        err.println(file + ": cannot be read or written: " + unreadable);
      }
    }
    if (violated) {
      return VIOLATION;
    }
    return bad ? BAD : undecided ? UNDECIDED : GOOD;
  }

  private void check(Path file) throws IOException {
    History history = HistoryReader.read(file, linearizability.model());
    String counts =
        "%d operations, %d of unknown outcome, %d failed and left out"
            .formatted(
                history.operations().size(),
                history.count(Outcome.UNKNOWN),
                history.count(Outcome.FAILED));
    switch (linearizability.check(history)) {
      case Linearizable found ->
          out.printf(
              "%s: linearizable: %s, %d keys, %d steps%n",
              file, counts, found.orders().size(), found.steps());
      case Undecided open -> {
        undecided = true;
        out.printf("%s: undecided, a limit came first: %s%n", file, counts);
        open.reached()
            .forEach((key, limit) -> out.println("  " + Values.shown(key) + ": " + limit));
      }
      case Violation violation -> {
        violated = true;
        out.printf("%s: violation: %s%n", file, counts);
        out.println(violation);
        list(linearizability.stepsMax(SHRINK_STEPS_MAX).shrink(violation));
        draw(file, violation);
      }
    }
  }

  private void list(Violation smaller) {
    out.printf(
        "of which these %d operations alone are a violation:%n", smaller.operations().size());
    smaller.operations().stream().limit(SHOWN_MAX).forEach(each -> out.println("  " + each));
    if (smaller.operations().size() > SHOWN_MAX) {
      out.printf("  … and %d more%n", smaller.operations().size() - SHOWN_MAX);
    }
  }

  private void draw(Path file, Violation violation) throws IOException {
    if (html != null) {
      Files.writeString(html, ViolationPage.render(file.toString(), violation));
      out.println("picture: " + html);
      html = null;
    }
  }
}
