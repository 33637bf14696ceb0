package io.quorate.raft.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.vectors.VectorFile;
import io.quorate.raft.vectors.VectorFile.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What etcd's raft library expects of changes to a configuration. */
class MembershipVectorsTest {
  private static final Map<MembershipException.Rule, String> ETCD_SAYS =
      Map.of(
          MembershipException.Rule.NOT_JOINT, "can't leave a non-joint config",
          MembershipException.Rule.NO_VOTERS_YET, "can't make a zero-voter config joint",
          MembershipException.Rule.NO_VOTERS_LEFT, "removed all voters",
          MembershipException.Rule.TOO_MANY_AT_ONCE,
              "more than one voter changed without entering joint config");

  /** Of each member, the index its replication starts at: what was the next one when it joined. */
  private final Map<Long, Long> next = new TreeMap<>();

  private Membership membership = Membership.NONE;
  private long lastIndex;

  @Test
  void every_case_of_etcd_is_answered_as_etcd_answers() {
    int cases = 0;
    for (List<Case> file : VectorFile.inFolder("confchange")) {
      membership = Membership.NONE;
      next.clear();
      lastIndex = 0;
      for (Case each : file) {
        assertThat(answer(each)).as(each.toString()).isEqualTo(each.expected());
        lastIndex++;
        cases++;
      }
    }
    assertThat(cases).isEqualTo(58);
  }

  private List<String> answer(Case each) {
    try {
      membership =
          switch (each.command()) {
            case "simple" -> membership.simple(changes(each));
            case "enter-joint" ->
                membership.enterJoint(
                    Boolean.parseBoolean(each.arguments().getOrDefault("autoleave", "false")),
                    changes(each));
            case "leave-joint" -> membership.leaveJoint();
            default -> throw new AssertionError(each.toString());
          };
    } catch (MembershipException refused) {
      return List.of(
          refused.rule() == MembershipException.Rule.ALREADY_JOINT
              ? each.command().equals("simple")
                  ? "can't apply simple config change in joint config"
                  : "config is already joint"
              : ETCD_SAYS.get(refused.rule()));
    }
    next.keySet().removeIf(node -> !membership.members().contains(node));
    for (long node : membership.members().toArray()) {
      next.putIfAbsent(node, Math.max(lastIndex, 1));
    }
    List<String> answer = new ArrayList<>(List.of(membership.toString()));
    next.forEach(
        (node, at) ->
            answer.add(
                "%d: StateProbe match=0 next=%d%s"
                    .formatted(node, at, membership.isLearner(node) ? " learner" : "")));
    return answer;
  }

  /** Of etcd's wishes, updates change nothing, and neither does whatever concerns node 0. */
  private static List<MembershipChange> changes(Case each) {
    List<MembershipChange> changes = new ArrayList<>();
    for (String word : String.join(" ", each.input()).split("\\s+")) {
      if (word.isEmpty() || word.equals(word.charAt(0) + "0")) {
        continue;
      }
      long node = Long.parseLong(word.substring(1));
      switch (word.charAt(0)) {
        case 'v' -> changes.add(new MembershipChange.AddVoter(node));
        case 'l' -> changes.add(new MembershipChange.AddLearner(node));
        case 'r' -> changes.add(new MembershipChange.Remove(node));
        case 'u' -> {}
        default -> throw new AssertionError(word);
      }
    }
    return changes;
  }
}
