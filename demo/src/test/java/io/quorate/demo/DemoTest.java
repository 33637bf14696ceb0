package io.quorate.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The demo itself, with its processes, its server and its kills, only smaller. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 4, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DemoTest {
  @TempDir Path root;

  private List<Path> runs() throws IOException {
    try (Stream<Path> runs = Files.list(root.resolve("demo/target/runs"))) {
      return runs.toList();
    }
  }

  private static void awaitDeath(List<ProcessHandle> family) throws Exception {
    for (ProcessHandle member : family) {
      member.onExit().get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void every_invariant_holds_although_the_coordinator_is_killed() throws Exception {
    try (Launched demo =
        Launched.demo(root, "--headless", "--orders", "200", "--seed", "1", "--kill", "order")) {
      assertThat(demo.awaitLine("database")).contains("fsync on", "synchronous_commit on");
      assertThat(demo.awaitLine("kill -9")).contains("order (pid ").doesNotContain(" 0 orders in");
      assertThat(demo.awaitEnd()).as(demo.output()).isZero();
      assertThat(demo.output())
          .contains("Quorate demo, seed 1", "all 16 invariants hold")
          .doesNotContain("✗")
          .doesNotContain("\u001b");
      assertThat(demo.family(root)).isEmpty();
      assertThat(runs()).isEmpty();
    }
  }

  @Test
  void after_ctrl_c_nothing_is_left() throws Exception {
    assumeFalse(
        Launched.inheritsIgnoredInterrupts(),
        "these tests run as a background job, whose children ignore SIGINT: no Ctrl-C reaches"
            + " them");
    assertNothingIsLeftAfter("INT", 2);
  }

  @Test
  void after_a_request_to_end_nothing_is_left() throws Exception {
    assertNothingIsLeftAfter("TERM", 15);
  }

  private void assertNothingIsLeftAfter(String signal, int number) throws Exception {
    try (Launched demo = Launched.demo(root, "--headless", "--orders", "5000")) {
      demo.awaitLine("answered");
      List<ProcessHandle> family = demo.family(root);
      assertThat(family).as("a server, its keeper and four processes").hasSizeGreaterThan(5);
      demo.signal(signal);
      assertThat(demo.awaitEnd()).isEqualTo(128 + number);
      assertThat(demo.output()).contains("interrupted; all processes are ended");
      awaitDeath(family);
      assertThat(runs()).isEmpty();
    }
  }

  @Test
  void a_launcher_that_is_killed_leaves_no_process_behind() throws Exception {
    try (Launched demo = Launched.demo(root, "--headless", "--orders", "5000")) {
      demo.awaitLine("answered");
      List<ProcessHandle> family = demo.family(root);
      assertThat(family).hasSizeGreaterThan(5);
      demo.kill();
      awaitDeath(family);
    }
  }

  @Test
  void a_wrong_option_ends_with_2_and_one_line() throws Exception {
    try (Launched demo = Launched.demo(root, "--orders", "none")) {
      assertThat(demo.awaitEnd()).isEqualTo(2);
      assertThat(demo.output())
          .isEqualTo("quorate demo: --orders: none (expected: a whole number, 1..100000)");
    }
  }

  @Test
  void a_server_that_cannot_be_reached_ends_with_1_and_says_so() throws Exception {
    try (Launched demo =
        Launched.demo(root, "--jdbc-url", "jdbc:postgresql://127.0.0.1:1/postgres?user=me")) {
      assertThat(demo.awaitEnd()).isEqualTo(1);
      assertThat(demo.output()).contains("failed", "127.0.0.1:1", "data and logs: ");
    }
  }
}
