package io.quorate.demo.view;

import io.quorate.core.time.Ticker;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;

/** Prints the story. Thread-safe. */
public final class Screen {
  private static final int LABEL_WIDTH = 11;
  private static final int BAR_WIDTH = 28;
  private static final Duration LINE_EVERY = Duration.ofSeconds(1);
  private static final String CLEAR = "\r\u001b[K";

  private final PrintStream out;
  private final Terminal terminal;
  private final Ticker ticker;
  private final ReentrantLock guard = new ReentrantLock();
  private final long began;
  private long lastLine;
  private boolean barShown;

  /**
   * @param out takes UTF-8
   */
  public Screen(PrintStream out, Terminal terminal, Ticker ticker) {
    this.out = out;
    this.terminal = terminal;
    this.ticker = ticker;
    this.began = ticker.nanos();
    this.lastLine = began - LINE_EVERY.toNanos();
  }

  /** A line of the story: when, what about, what. */
  public void tell(String label, String text) {
    line("%s %s%s".formatted(clock(), Style.BOLD.on(padded(label), terminal), text));
  }

  /** A line as it is. */
  public void line(String text) {
    guard.lock();
    try {
      wipe();
      out.println(text);
      out.flush();
    } finally {
      guard.unlock();
    }
  }

  /**
   * How far the work is; shown as a bar where it can be drawn over, else as a line a second.
   *
   * @param done 0 to {@code total}
   */
  public void progress(String label, int done, int total, String note) {
    guard.lock();
    try {
      if (terminal.bar()) {
        out.print(CLEAR + bar(label, done, total, note));
        out.flush();
        barShown = true;
      } else if (ticker.nanos() - lastLine >= LINE_EVERY.toNanos()) {
        lastLine = ticker.nanos();
        out.println("%s %s%,d of %,d, %s".formatted(clock(), padded(label), done, total, note));
        out.flush();
      }
    } finally {
      guard.unlock();
    }
  }

  private String bar(String label, int done, int total, String note) {
    int filled = (int) ((long) BAR_WIDTH * done / Math.max(1, total));
    String bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
    return "%s %s%s %,d of %,d, %s"
        .formatted(
            clock(),
            Style.BOLD.on(padded(label), terminal),
            Style.BLUE.on(bar, terminal),
            done,
            total,
            note);
  }

  /** Marks a line as kept or broken. */
  public String mark(boolean good) {
    return good ? Style.GREEN.on("✓", terminal) : Style.RED.on("✗", terminal);
  }

  /** A heading. */
  public void heading(String text) {
    line("");
    line(Style.BOLD.on(text, terminal));
  }

  private String clock() {
    return String.format(Locale.ROOT, "%5.1fs", (ticker.nanos() - began) / 1e9);
  }

  private static String padded(String label) {
    return " ".repeat(2) + label + " ".repeat(Math.max(1, LABEL_WIDTH - label.length()));
  }

  private void wipe() {
    if (barShown) {
      out.print(CLEAR);
      barShown = false;
    }
  }

  private enum Style {
    BOLD("1"),
    RED("31"),
    GREEN("32"),
    BLUE("34");

    private final String code;

    Style(String code) {
      this.code = code;
    }

    String on(String text, Terminal terminal) {
      return terminal.colours() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
  }
}
