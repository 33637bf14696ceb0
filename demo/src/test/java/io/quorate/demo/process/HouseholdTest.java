package io.quorate.demo.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HouseholdTest {
  @TempDir Path logs;

  /** A child that serves nothing. */
  static final class Idle {
    private Idle() {}

    public static void main(String[] args) {
      System.out.println("a word before");
      Lifeline.ready(System.out, Map.of("pid", ProcessHandle.current().pid()));
      Lifeline.endWithParent(() -> System.err.println("a last word"));
    }
  }

  /** A child that cannot start. */
  static final class Broken {
    private Broken() {}

    public static void main(String[] args) {
      throw new IllegalStateException("no luck with " + System.getenv("CHARM"));
    }
  }

  private static Program idle() {
    return new Program(Idle.class, List.of(), Map.of());
  }

  @Test
  void a_child_tells_its_facts_and_ends_with_a_last_word_when_the_household_closes()
      throws Exception {
    ChildProcess child;
    try (Household household = new Household(logs)) {
      child = household.start("idle", idle());
      assertThat(child.awaitReady()).containsEntry("pid", Long.toString(child.pid()));
      assertThat(child.isAlive()).isTrue();
    }
    assertThat(child.isAlive()).isFalse();
    assertThat(logs.resolve("idle.log")).content().contains("a word before", "a last word");
  }

  @Test
  void a_killed_child_has_no_last_word() throws Exception {
    try (Household household = new Household(logs)) {
      ChildProcess child = household.start("idle", idle());
      child.awaitReady();
      child.kill();
      assertThat(child.isAlive()).isFalse();
    }
    assertThat(logs.resolve("idle.log")).content().doesNotContain("a last word");
  }

  @Test
  void ctrl_c_at_the_terminal_does_not_reach_a_child() throws Exception {
    // A shell that signals itself is dead or past it before its next word.
    String signals = "kill -INT $$; kill -HUP $$; echo survived";
    Process child = new ProcessBuilder(Program.deaf(List.of("/bin/sh", "-c", signals))).start();
    assertThat(child.inputReader().readLine()).isEqualTo("survived");
    assertThat(child.waitFor()).isZero();
    assertThat(idle().command()).startsWith(Program.deaf(List.of()).toArray(String[]::new));
  }

  @Test
  void a_child_that_cannot_start_is_reported_with_its_log() throws Exception {
    try (Household household = new Household(logs)) {
      ChildProcess child =
          household.start(
              "broken", new Program(Broken.class, List.of(), Map.of("CHARM", "a clover")));
      assertThatThrownBy(child::awaitReady)
          .isInstanceOf(IOException.class)
          .hasMessage("broken ended before it was ready; see " + logs.resolve("broken.log"));
    }
    assertThat(Files.readString(logs.resolve("broken.log"))).contains("no luck with a clover");
  }

  @Test
  void a_closed_household_starts_nothing() {
    Household household = new Household(logs);
    household.close();
    assertThatThrownBy(() -> household.start("late", idle()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("late");
  }
}
