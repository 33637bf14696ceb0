package io.quorate.demo.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ScreenTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong nanos = new AtomicLong();

  private Screen screen(Terminal terminal) {
    return new Screen(new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal, nanos::get);
  }

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void plain_progress_is_a_line_a_second() {
    Screen screen = screen(Terminal.PLAIN);
    for (int done = 0; done <= 30; done++) {
      screen.progress("orders", done, 1_000, "answered");
      pass(Duration.ofMillis(100));
    }
    screen.tell("quiet", "nothing is left");
    assertThat(shown().lines())
        .containsExactly(
            "  0.0s   orders     0 of 1,000, answered",
            "  1.0s   orders     10 of 1,000, answered",
            "  2.0s   orders     20 of 1,000, answered",
            "  3.0s   orders     30 of 1,000, answered",
            "  3.1s   quiet      nothing is left");
  }

  @Test
  void a_bar_is_drawn_over_and_wiped_before_the_next_line() {
    Screen screen = screen(new Terminal(true, false));
    screen.progress("orders", 500, 1_000, "answered");
    screen.progress("orders", 1_000, 1_000, "answered");
    screen.line("next");
    String half = "█".repeat(14) + "░".repeat(14) + " 500 of 1,000, answered";
    String full = "█".repeat(28) + " 1,000 of 1,000, answered";
    assertThat(shown())
        .isEqualTo(
            "\r\u001b[K  0.0s   orders     %s\r\u001b[K  0.0s   orders     %s\r\u001b[Knext%n"
                .formatted(half, full));
  }

  @Test
  void colours_are_only_where_they_are_wanted() {
    assertThat(screen(Terminal.PLAIN).mark(true)).isEqualTo("✓");
    assertThat(screen(Terminal.PLAIN).mark(false)).isEqualTo("✗");
    assertThat(screen(new Terminal(true, true)).mark(false)).isEqualTo("\u001b[31m✗\u001b[0m");
  }

  @Test
  void what_is_no_terminal_shows_plain_lines() {
    assertThat(Terminal.detect(Map.of())).isEqualTo(Terminal.PLAIN);
    assertThat(Terminal.detect(Map.of("TERM", "dumb"))).isEqualTo(Terminal.PLAIN);
  }

  @Test
  void a_table_lines_up_its_columns() {
    assertThat(
            new TextTable("outcome", "orders", "p50")
                .row("done", "2,701", "88 ms")
                .row("undone: out of stock", "7", "1.2 s")
                .lines())
        .containsExactly(
            "  outcome               orders    p50",
            "  done                   2,701  88 ms",
            "  undone: out of stock       7  1.2 s");
    assertThatThrownBy(() -> new TextTable("a", "b").row("1"))
        .hasMessage("row: 1 cells (expected: 2)");
  }
}
