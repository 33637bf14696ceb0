package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.membership.Membership;
import io.quorate.raft.quorum.NodeIds;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A quorum that is lost for good. */
class RecoverToolTest {
  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return RecoverTool.run(
        arguments,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @Test
  void the_node_that_is_left_goes_on_alone_and_takes_in_others() {
    try (Group group = Group.of(directory, 1, 2, 3)) {
      for (int i = 0; i < 20; i++) {
        group.put("word " + i);
      }
      group.settled(20);
      group.stop(3);
      group.stop(2);
      group.stop(1);

      assertThat(
              run(directory.resolve("node-1").toString(), "--group", "0", "--force-members", "1"))
          .isZero();
      assertThat(out.toString(StandardCharsets.UTF_8))
          .contains("makes voters=(1) of voters=(1 2 3)");

      group.start(1);
      group.put("alone");
      assertThat(group.words(1).words()).hasSize(21).endsWith("alone");
      group.start(4, Membership.NONE);
      group.change(new io.quorate.raft.membership.MembershipChange.Join(4));
      group.put("two");
      assertThat(group.settled(22).get(4L)).endsWith("alone", "two");
      assertThat(Group.get(group.leader().status()).membership().members())
          .isEqualTo(NodeIds.of(1, 4));
    }
  }

  @Test
  void what_makes_no_sense_changes_nothing() {
    try (Group group = Group.of(directory, 1)) {
      group.put("a");
      group.stop(1);
      String node = directory.resolve("node-1").toString();
      List<String[]> wrong =
          List.of(
              new String[] {},
              new String[] {node, "--group", "0", "--force-members", "0"},
              new String[] {node, "--group", "x", "--force-members", "1"});
      for (String[] arguments : wrong) {
        assertThat(run(arguments)).isEqualTo(2);
      }
      assertThat(run(node, "--group", "5", "--force-members", "1")).isEqualTo(1);
      assertThat(
              run(directory.resolve("nothing").toString(), "--group", "0", "--force-members", "1"))
          .isEqualTo(1);
      assertThat(err.toString(StandardCharsets.UTF_8))
          .contains("group: 5 (expected: one of [0])", "holds no group", "0 is no node");
      group.start(1);
      group.put("b");
      assertThat(group.settled(2).get(1L)).containsExactly("a", "b");
    }
  }
}
