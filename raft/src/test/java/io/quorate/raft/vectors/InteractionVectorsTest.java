package io.quorate.raft.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.core.Status;
import io.quorate.raft.vectors.VectorFile.Case;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The interaction scripts of etcd's raft library, run over pure cores.
 *
 * <p><b>Meaning.</b> Wherever a script prints a log, the state of all nodes or the progress of
 * followers, and at the end of each {@code stabilize}: each node's term, vote, commit index and
 * last applied entry. <b>Wire.</b> The messages of each {@code stabilize} and {@code
 * process-ready}, in the order of each pair of nodes; heartbeats aside.
 *
 * <p>Both tables name every file; one that deviates less or more than they say fails.
 */
class InteractionVectorsTest {
  private static final String EQUAL = "equal";
  private static final String JOINT =
      "every change of voters is a transition that ends by itself, one entry more";
  private static final String OUT =
      "a configuration counts once appended, and a leader that is out hands over";
  private static final String AUTO = "there are no transitions that wait to be ended by hand";
  private static final String FORGET = "a node cannot be told to forget its leader";
  private static final String ACKS = "acknowledgements that become due together are sent as one";
  private static final String HELD =
      "nothing, not even the answer to a heartbeat, leaves before its term is durable";
  private static final String AS_MEANING = "as in meaning";

  private static final Map<String, String> MEANING =
      Map.ofEntries(
          Map.entry("async_storage_writes", EQUAL),
          Map.entry("async_storage_writes_append_aba_race", HELD),
          Map.entry("campaign", EQUAL),
          Map.entry("campaign_learner_must_vote", JOINT),
          Map.entry("checkquorum", EQUAL),
          Map.entry("confchange_disable_validation", "changes are always validated"),
          Map.entry("confchange_v1_add_single", JOINT),
          Map.entry("confchange_v1_remove_leader", OUT),
          Map.entry("confchange_v1_remove_leader_stepdown", OUT),
          Map.entry("confchange_v2_add_double_auto", JOINT),
          Map.entry("confchange_v2_add_double_implicit", EQUAL),
          Map.entry("confchange_v2_add_single_auto", JOINT),
          Map.entry("confchange_v2_add_single_explicit", AUTO),
          Map.entry("confchange_v2_replace_leader", AUTO),
          Map.entry("confchange_v2_replace_leader_stepdown", AUTO),
          Map.entry("forget_leader", FORGET),
          Map.entry("forget_leader_prevote_checkquorum", FORGET),
          Map.entry("forget_leader_read_only_lease_based", FORGET),
          Map.entry("heartbeat_resp_recovers_from_probing", EQUAL),
          Map.entry("lagging_commit", EQUAL),
          Map.entry("prevote", EQUAL),
          Map.entry("prevote_checkquorum", EQUAL),
          Map.entry("probe_and_replicate", EQUAL),
          Map.entry("replicate_pause", EQUAL),
          Map.entry("single_node", EQUAL),
          Map.entry("slow_follower_after_compaction", EQUAL),
          Map.entry("snapshot_succeed_via_app_resp", EQUAL),
          Map.entry("snapshot_succeed_via_app_resp_behind", EQUAL));

  /** Of files that deviate in meaning, messages deviate as well and for the same reason. */
  private static final Map<String, String> WIRE =
      Map.ofEntries(
          Map.entry(
              "async_storage_writes",
              "what rests on a write leaves with it, and votes are asked for then"),
          Map.entry("campaign", EQUAL),
          Map.entry("checkquorum", "a leader of a past term is told so by a message of its own"),
          Map.entry(
              "confchange_v2_add_double_implicit", "a change waits until a leader is ready for it"),
          Map.entry("heartbeat_resp_recovers_from_probing", EQUAL),
          Map.entry("lagging_commit", ACKS),
          Map.entry("prevote", ACKS),
          Map.entry("prevote_checkquorum", EQUAL),
          Map.entry("probe_and_replicate", EQUAL),
          Map.entry("replicate_pause", EQUAL),
          Map.entry("single_node", EQUAL),
          Map.entry("slow_follower_after_compaction", EQUAL),
          Map.entry("snapshot_succeed_via_app_resp", EQUAL),
          Map.entry("snapshot_succeed_via_app_resp_behind", EQUAL));

  /** What differs, each with where. */
  private record Differences(List<String> meaning, List<String> wire) {}

  @Test
  void scripts_of_etcd_mean_the_same_here_but_for_those_named_with_a_reason() {
    Map<String, String> meaning = new TreeMap<>();
    Map<String, String> wire = new TreeMap<>();
    StringBuilder details = new StringBuilder();
    for (List<Case> file : VectorFile.inFolder("interaction")) {
      String name = file.getFirst().where().replaceAll("\\.txt.*", "");
      Differences found = run(file);
      meaning.put(name, verdict(found.meaning, MEANING.get(name)));
      wire.put(
          name,
          MEANING.get(name).equals(EQUAL)
              ? verdict(found.wire, WIRE.get(name))
              : verdict(found.meaning, AS_MEANING));
      if (!meaning.get(name).equals(MEANING.get(name))) {
        details.append(String.join("\n", found.meaning));
      }
      if (!wire.get(name).equals(WIRE.getOrDefault(name, AS_MEANING))) {
        details.append(String.join("\n", found.wire));
      }
    }
    meaning.forEach(
        (name, verdict) ->
            System.out.printf("%-40s %s; wire: %s%n", name, verdict, wire.get(name)));
    assertThat(meaning).as(details.toString()).isEqualTo(MEANING).hasSize(28);
    WIRE.forEach(
        (name, verdict) -> assertThat(wire).as(details.toString()).containsEntry(name, verdict));
  }

  private static String verdict(List<String> differences, String reason) {
    return differences.isEmpty() ? EQUAL : reason.equals(EQUAL) ? "DIFFERS" : reason;
  }

  private static Differences run(List<Case> file) {
    Differences found = new Differences(new ArrayList<>(), new ArrayList<>());
    Script script = new Script();
    for (Case each : file) {
      List<String> printed;
      try {
        printed = script.run(each);
      } catch (UnsupportedOperationException unknown) {
        found.meaning.add(each + ": no such verb");
        return found;
      }
      if (Stream.of("raft-log", "raft-state", "status").anyMatch(each.command()::equals)) {
        List<String> wanted = each.expected().stream().map(Transcript::plain).toList();
        compare(each, wanted, printed, found.meaning);
      }
      Transcript transcript = Transcript.of(each);
      if (each.command().equals("stabilize")) {
        Map<Long, String> states = new TreeMap<>(transcript.hardStates);
        states.replaceAll((node, was) -> hardState(script.nodes.get(node).core.status()));
        compare(each, transcript.hardStates, states, found.meaning);
        Map<Long, String> applied = new TreeMap<>(transcript.applied);
        applied.replaceAll((node, was) -> last(script.nodes.get(node).applied));
        compare(each, transcript.applied, applied, found.meaning);
      }
      if (!transcript.messages.isEmpty()) {
        Comparator<String> pairs = Comparator.comparing(text -> text.split(" ")[0]);
        compare(
            each,
            transcript.messages.stream().sorted(pairs).toList(),
            script.sent.stream()
                .map(Transcript::message)
                .filter(Objects::nonNull)
                .sorted(pairs)
                .toList(),
            found.wire);
      }
    }
    return found;
  }

  private static void compare(Case where, Object wanted, Object got, List<String> differences) {
    if (!wanted.equals(got)) {
      differences.add("%s%n  there %s%n  here  %s%n".formatted(where, wanted, got));
    }
  }

  private static String hardState(Status status) {
    return "term %d vote %d commit %d"
        .formatted(status.hardState().term() - 1, status.hardState().vote(), status.commitIndex());
  }

  private static String last(List<String> texts) {
    return texts.isEmpty() ? "nothing" : texts.getLast();
  }
}
