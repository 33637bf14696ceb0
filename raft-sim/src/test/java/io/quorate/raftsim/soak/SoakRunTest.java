package io.quorate.raftsim.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raftsim.soak.Fault.Kind;
import io.quorate.raftsim.soak.node.SoakNode;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes on this machine. */
final class SoakRunTest {
  private static final Duration SHORT = Duration.ofMillis(700);

  @TempDir Path directory;

  @Test
  void a_group_that_is_killed_cut_off_and_paused_keeps_all_it_acknowledged() throws Exception {
    List<Fault> faults =
        List.of(
            Fault.of(Kind.KILL_LEADER, SHORT),
            Fault.of(Kind.ISOLATE_LEADER, SHORT),
            Fault.of(Kind.PAUSE_LEADER, SHORT));
    List<String> said = new CopyOnWriteArrayList<>();

    SoakReport report =
        SoakRun.of(
                SoakConfig.of(1, directory).clients(4).lasts(Duration.ofHours(1)),
                faults,
                said::add)
            .run();

    assertThat(report.isSound()).as("%s%n%s", String.join("\n", said), report.words()).isTrue();
    assertThat(report.faults())
        .containsOnlyKeys(Kind.KILL_LEADER, Kind.ISOLATE_LEADER, Kind.PAUSE_LEADER);
    assertThat(report.acknowledgedWrites()).isPositive();
    assertThat(report.history()).exists();
  }

  @Test
  void a_node_ends_when_its_parent_is_gone() throws Exception {
    Process node =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SoakNode.class.getName(),
                "1",
                directory.resolve("node-1").toString())
            .redirectError(directory.resolve("err").toFile())
            .start();
    try (BufferedReader out = node.inputReader(StandardCharsets.US_ASCII)) {
      assertThat(out.readLine()).startsWith("ready ");
      node.getOutputStream().close();
      assertThat(node.waitFor()).isEqualTo(3);
    } finally {
      node.destroyForcibly();
    }
  }
}
