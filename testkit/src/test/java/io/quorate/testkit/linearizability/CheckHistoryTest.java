package io.quorate.testkit.linearizability;

import static io.quorate.testkit.linearizability.Calls.get;
import static io.quorate.testkit.linearizability.Calls.put;
import static io.quorate.testkit.linearizability.Calls.unknownPut;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckHistoryTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path dir;

  private int run(String... args) {
    return run(Linearizability.of(new Register()), args);
  }

  private int run(Linearizability<?> linearizability, String... args) {
    return CheckHistory.run(
        args,
        new PrintStream(out, true, UTF_8),
        new PrintStream(err, true, UTF_8),
        linearizability);
  }

  private String file(String name, Operation... operations) throws IOException {
    Path file = dir.resolve(name);
    HistoryWriter.write(History.of(operations), file);
    return file.toString();
  }

  private String good() throws IOException {
    return file("good", put(1, 1, 0, 1), unknownPut(2, 2, 0), get(1, 1, 2, 3));
  }

  private String bad() throws IOException {
    return file("bad", put(1, 1, 0, 1), get(2, 1, 0, 1), put(1, 2, 2, 3), get(1, 1, 4, 5));
  }

  @Test
  void a_linearizable_history_is_good() throws IOException {
    assertThat(run(good())).isEqualTo(CheckHistory.GOOD);
    assertThat(out.toString(UTF_8))
        .contains("good: linearizable: 3 operations, 1 of unknown outcome, 0 failed")
        .contains("1 keys");
    assertThat(err.size()).isZero();
  }

  @Test
  void a_violation_is_shown_small_and_drawn() throws IOException {
    Path html = dir.resolve("out.html");
    assertThat(run(good(), bad(), "--html", html.toString())).isEqualTo(CheckHistory.VIOLATION);
    assertThat(out.toString(UTF_8))
        .contains("good: linearizable", "bad: violation: 4 operations")
        .contains("not linearizable at \"x\"")
        .contains("of which these 2 operations alone")
        .contains("client 1: \"x\" put 2 [2, 3]", "client 1: \"x\" get = 1 [4, 5]")
        .contains("picture: " + html);
    assertThat(Files.readString(html)).contains("<svg", "bad: not linearizable");
  }

  @Test
  void a_violation_outweighs_a_file_that_cannot_be_read() throws IOException {
    Path broken = dir.resolve("broken");
    Files.writeString(broken, "{\"client\":1}\n");
    assertThat(run(good(), broken.toString())).isEqualTo(CheckHistory.BAD);
    assertThat(err.toString(UTF_8)).contains("broken: line 1: key: absent (expected: a string)");
    assertThat(run(broken.toString(), bad())).isEqualTo(CheckHistory.VIOLATION);
    assertThat(run(dir.resolve("none").toString())).isEqualTo(CheckHistory.BAD);
    assertThat(err.toString(UTF_8)).contains("none: cannot be read or written: ");
  }

  @Test
  void a_limit_reached_is_undecided() throws IOException {
    List<Operation> history = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      history.add(put(i, i, 0, 100));
    }
    history.add(get(50, "never", 50, 60));
    String file = file("hard", history.toArray(Operation[]::new));
    Linearizability<?> bounded = Linearizability.of(new Register()).stepsMax(1_000);
    assertThat(run(bounded, good(), file)).isEqualTo(CheckHistory.UNDECIDED);
    assertThat(out.toString(UTF_8)).contains("hard: undecided", "\"x\": STEPS");
  }

  @Test
  void wrong_usage_is_explained() throws IOException {
    assertThat(run()).isEqualTo(CheckHistory.BAD);
    assertThat(run("--html", "x")).isEqualTo(CheckHistory.BAD);
    assertThat(run(good(), "--html")).isEqualTo(CheckHistory.BAD);
    assertThat(run(good(), "--picture", "x")).isEqualTo(CheckHistory.BAD);
    assertThat(err.toString(UTF_8))
        .contains("arguments: expected a file", "--picture: not an option")
        .contains("usage: FILE... [--html OUT]");
    assertThat(out.size()).isZero();
  }
}
