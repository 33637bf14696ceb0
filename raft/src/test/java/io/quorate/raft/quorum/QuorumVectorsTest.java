package io.quorate.raft.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.vectors.VectorFile;
import io.quorate.raft.vectors.VectorFile.Case;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What etcd's raft library expects of majorities and joint quorums. */
class QuorumVectorsTest {

  @Test
  void every_case_of_etcd_is_answered_as_etcd_answers() {
    List<Case> cases = VectorFile.inFolder("quorum").stream().flatMap(List::stream).toList();
    assertThat(cases).hasSize(127);
    for (Case each : cases) {
      JointQuorum quorum = quorum(each, "cfg", "cfgj");
      JointQuorum swapped = quorum(each, "cfgj", "cfg");
      List<String> answers =
          Stream.of(quorum, swapped)
              .map(
                  q ->
                      switch (each.command()) {
                        case "committed" -> committed(q, each);
                        case "vote" -> vote(q, each);
                        default -> throw new AssertionError(each.toString());
                      })
              .toList();
      assertThat(answers).as(each.toString()).containsOnly(each.expected().getLast());
    }
  }

  private static JointQuorum quorum(Case each, String incoming, String outgoing) {
    return new JointQuorum(majority(each, incoming), majority(each, outgoing));
  }

  private static Majority majority(Case each, String argument) {
    return new Majority(
        each.arguments().getOrDefault(argument, "zero").equals("zero")
            ? NodeIds.none()
            : NodeIds.of(each.values(argument).stream().mapToLong(Long::parseLong).toArray()));
  }

  /** What belongs to whom: values stand in the order in which the nodes are first named. */
  private static Map<Long, String> byNode(Case each, String argument) {
    Map<Long, String> byNode = new HashMap<>();
    List<String> values = each.values(argument);
    List<Long> nodes =
        Stream.of("cfg", "cfgj")
            .filter(name -> !each.arguments().getOrDefault(name, "zero").equals("zero"))
            .flatMap(name -> each.values(name).stream())
            .map(Long::valueOf)
            .distinct()
            .toList();
    for (int i = 0; i < values.size(); i++) {
      byNode.put(nodes.get(i), values.get(i));
    }
    return byNode;
  }

  private static String committed(JointQuorum quorum, Case each) {
    Map<Long, String> indexes = byNode(each, "idx");
    long committed =
        quorum.committed(
            node -> {
              String index = indexes.getOrDefault(node, "_");
              return index.equals("_") ? 0 : Long.parseLong(index);
            });
    return committed == Long.MAX_VALUE ? "<empty majority quorum>∞" : Long.toString(committed);
  }

  private static String vote(JointQuorum quorum, Case each) {
    Map<Long, String> votes = byNode(each, "votes");
    VoteResult result =
        quorum.vote(
            node ->
                switch (votes.getOrDefault(node, "_")) {
                  case "y" -> Ballots.Ballot.YES;
                  case "n" -> Ballots.Ballot.NO;
                  default -> Ballots.Ballot.MISSING;
                });
    return switch (result) {
      case WON -> "VoteWon";
      case LOST -> "VoteLost";
      case PENDING -> "VotePending";
    };
  }
}
