package io.quorate.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.benchmarks.kit.ForkSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each peer's group commits what it is asked to: the process ends well only if all three nodes have
 * applied every proposal. Those with a disk leave one file tree for each node.
 */
@Timeout(180)
final class RaftPeersTest {
  private static final long PROPOSALS = 200;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String PACKAGE = "io.quorate.benchmarks.peers.";

  @TempDir Path work;

  @ParameterizedTest
  @CsvSource({
    "jraft,     jraft.JRaftGroup,         store=none,   3",
    "ratis,     ratis.RatisGroup,         store=none,   3",
    "microraft, microraft.MicroRaftGroup, store=SQLITE, 3",
    "microraft, microraft.MicroRaftGroup, store=NONE,   0"
  })
  void all_nodes_apply_every_proposal(
      String module, String className, String option, int nodesOnDisk) throws Exception {
    String[] variant = option.split("=");
    SubjectSpec peer =
        SubjectSpec.peer(module, module, PACKAGE + className, Map.of(variant[0], variant[1]));
    ForkSpec spec =
        new ForkSpec(peer.className(), peer.options(), work, null, new ForkSpec.Count(PROPOSALS));
    try (LiveProcesses processes = LiveProcesses.guarded()) {
      Forks forks = new Forks(new ClassPaths(Path.of("").toAbsolutePath()), processes);
      ForkOutcome outcome = forks.run(List.of(), peer.home(), spec, work.resolve("log.txt"), LIMIT);
      assertThat(outcome).isInstanceOf(ForkOutcome.Finished.class);
    }
    assertThat(nodes()).hasSize(nodesOnDisk);
  }

  private List<Path> nodes() throws Exception {
    try (Stream<Path> found = Files.list(work)) {
      return found
          .filter(path -> Files.isDirectory(path) || path.toString().endsWith(".db"))
          .toList();
    }
  }
}
