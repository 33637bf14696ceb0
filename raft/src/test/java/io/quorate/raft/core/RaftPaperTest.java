package io.quorate.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.log.EntryBatch;
import io.quorate.raft.log.SnapshotMark;
import io.quorate.raft.membership.Membership;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * What Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm" (extended
 * version, 2014), says of each role; names begin with the section. Where pre-vote comes before an
 * election, it is part of the test.
 */
class RaftPaperTest {
  private static final Duration ELECTION = OneCore.ELECTION;

  private static OneCore candidate(long... voters) {
    OneCore node = OneCore.of(voters).tick(ELECTION);
    for (long voter : voters) {
      if (voter != 1 && node.status().role() == Role.PRE_CANDIDATE) {
        node.receive(voter, new Message.PreVoteReply(1, true));
      }
    }
    return node.persistAll().forget();
  }

  @Test
  void section_5_1_a_stale_leader_or_candidate_becomes_a_follower_by_any_higher_term() {
    for (OneCore node : List.of(OneCore.of(1, 2, 3).ready(), candidate(1, 2, 3))) {
      node.receive(2, new Message.Heartbeat(5, 1, 0));
      assertThat(node.status().role()).isEqualTo(Role.FOLLOWER);
      assertThat(node.status().hardState()).isEqualTo(new HardState(5, 0));
      assertThat(node.status().leader()).isEqualTo(2);
    }
  }

  @Test
  void section_5_1_what_is_of_a_past_term_changes_nothing() {
    OneCore node = OneCore.withLog(new HardState(4, 0), 4).forget();

    node.append(2, 3, 0, 0, 1, OneCore.batch(3, 1, 1)).receive(3, new Message.VoteReply(3, true));
    assertThat(node.status().hardState()).isEqualTo(new HardState(4, 0));
    assertThat(node.status().lastIndex()).isEqualTo(1);
    assertThat(node.status().commitIndex()).isZero();
    assertThat(node.take()).noneMatch(line -> line.contains("append"));
  }

  @Test
  void section_5_2_a_server_begins_as_a_follower() {
    assertThat(OneCore.of(1, 2, 3).status().role()).isEqualTo(Role.FOLLOWER);
    assertThat(OneCore.of(1, 2, 3).status().leader()).isZero();
  }

  @Test
  void section_5_2_a_leader_sends_heartbeats_to_all_others_at_every_interval() {
    OneCore leader = OneCore.of(1, 2, 3).ready();

    leader.tick(OneCore.HEARTBEAT.minusNanos(1));
    assertThat(leader.take()).isEmpty();
    leader.tick(Duration.ofNanos(1));
    assertThat(leader.take())
        .containsExactly(
            "to 2: Heartbeat[term=1, round=2, priority=0]",
            "to 3: Heartbeat[term=1, round=2, priority=0]");
  }

  @Test
  void section_5_2_a_follower_or_candidate_that_waits_too_long_begins_an_election() {
    OneCore follower = OneCore.of(1, 2, 3);
    follower.tick(ELECTION);
    assertThat(follower.take()).contains("to 2: PreVote[term=1, lastIndex=0, lastTerm=0]");
    OneCore candidate = candidate(1, 2, 3);
    candidate.tick(ELECTION);
    assertThat(candidate.take()).contains("to 3: PreVote[term=2, lastIndex=0, lastTerm=0]");
  }

  @Test
  void section_5_2_a_candidate_leads_with_the_votes_of_a_majority_and_not_with_fewer() {
    record Election(long[] voters, int votes, int refusals, Role role) {}
    List<Election> elections =
        List.of(
            new Election(new long[] {1, 2, 3}, 0, 0, Role.CANDIDATE),
            new Election(new long[] {1, 2, 3}, 1, 0, Role.LEADER),
            new Election(new long[] {1, 2, 3}, 0, 2, Role.FOLLOWER),
            new Election(new long[] {1, 2, 3, 4, 5}, 1, 1, Role.CANDIDATE),
            new Election(new long[] {1, 2, 3, 4, 5}, 2, 2, Role.LEADER),
            new Election(new long[] {1, 2, 3, 4, 5}, 1, 3, Role.FOLLOWER),
            new Election(new long[] {1, 2, 3, 4}, 1, 0, Role.CANDIDATE),
            new Election(new long[] {1, 2, 3, 4}, 2, 0, Role.LEADER));
    for (Election each : elections) {
      OneCore node = candidate(each.voters);
      for (int i = 0; i < each.votes + each.refusals; i++) {
        node.receive(2 + i, new Message.VoteReply(1, i < each.votes));
      }
      assertThat(node.status().role()).as(each.toString()).isEqualTo(each.role);
    }
  }

  @Test
  void section_5_2_a_vote_that_comes_twice_counts_once() {
    OneCore node = candidate(1, 2, 3, 4, 5);

    node.receive(2, new Message.VoteReply(1, true)).receive(2, new Message.VoteReply(1, true));
    assertThat(node.status().role()).isEqualTo(Role.CANDIDATE);
  }

  @Test
  void section_5_2_a_follower_votes_for_at_most_one_candidate_of_a_term() {
    OneCore node = OneCore.withLog(new HardState(1, 2));

    node.receive(3, new Message.RequestVote(1, 9, 9, false));
    node.receive(2, new Message.RequestVote(1, 0, 0, false));
    assertThat(node.take())
        .containsSubsequence(
            "to 3: VoteReply[term=1, granted=false]", "to 2: VoteReply[term=1, granted=true]");
  }

  @Test
  void section_5_2_election_timeouts_are_spread_so_that_split_votes_are_rare() {
    Set<Long> campaigned = new HashSet<>();
    for (long drawn = 0; drawn < 20; drawn++) {
      long number = drawn * 2 * 50_000_000L;
      RaftCore core =
          new RaftCore(
              CoreConfig.defaults(1),
              Restored.beginning(SnapshotMark.beginning(Membership.of(1, 2, 3))),
              () -> number,
              0);
      RecordingEffects effects = new RecordingEffects();
      for (long now = 0; core.status().role() == Role.FOLLOWER; now += 10_000_000) {
        core.step(new Input.Tick(), now, effects);
        if (core.status().role() != Role.FOLLOWER) {
          assertThat(now).isBetween(ELECTION.toNanos(), 2 * ELECTION.toNanos());
          campaigned.add(now);
        }
      }
    }
    assertThat(campaigned).hasSize(20);
  }

  @Test
  void section_5_3_a_leader_appends_a_proposal_and_sends_it_to_all() {
    OneCore leader = OneCore.of(1, 2, 3).ready();

    leader.propose(1).endTurn();
    assertThat(leader.take())
        .containsExactly(
            "#3 append 1/2",
            "to 2: entries 2..2 behind 1/1, term 1, commit 1, boot 1",
            "to 3: entries 2..2 behind 1/1, term 1, commit 1, boot 1");
  }

  @Test
  void section_5_3_a_leader_commits_what_a_majority_has_and_tells_it() {
    for (int voters = 1; voters <= 5; voters++) {
      long[] ids = LongStream.rangeClosed(1, voters).toArray();
      for (int acks = 0; acks < voters; acks++) {
        OneCore leader =
            voters == 1
                ? OneCore.of(1).tick(ELECTION).persistAll().persistAll()
                : OneCore.of(ids).ready();
        leader.propose(1).endTurn().persistAll();
        for (int i = 0; i < acks; i++) {
          leader.ack(2 + i, 2);
        }
        assertThat(leader.status().commitIndex())
            .as("%d of %d", acks + 1, voters)
            .isEqualTo(acks + 1 > voters / 2 ? 2 : 1);
      }
    }
  }

  @Test
  void section_5_3_committing_an_entry_commits_all_before_it() {
    for (long[] terms : List.of(new long[] {}, new long[] {2}, new long[] {1, 2}, new long[] {1})) {
      OneCore leader = OneCore.withLog(new HardState(2, 0), terms).elected().endTurn();

      leader.ack(2, terms.length + 1L);
      assertThat(leader.take()).contains("apply " + (terms.length + 1));
    }
  }

  @Test
  void section_5_3_a_follower_commits_and_applies_in_order_what_its_leader_has_committed() {
    OneCore node = OneCore.of(1, 2, 3);

    node.append(2, 1, 0, 0, 1, OneCore.batch(1, 1, 1), OneCore.batch(1, 2, 1)).persistAll();
    assertThat(node.take()).contains("apply 1").doesNotContain("apply 2");
    node.append(2, 1, 2, 1, 2);
    assertThat(node.take()).contains("apply 2");
  }

  @Test
  void section_5_3_a_follower_refuses_entries_whose_previous_one_it_lacks() {
    record Check(long index, long term, boolean taken) {}
    for (Check each :
        List.of(
            new Check(0, 0, true),
            new Check(1, 1, true),
            new Check(2, 2, true),
            new Check(2, 1, false),
            new Check(1, 2, false),
            new Check(3, 3, false))) {
      OneCore node = OneCore.withLog(new HardState(2, 0), 1, 2).forget();
      node.append(2, 3, each.index, each.term, 0).persistAll();
      assertThat(node.take().stream().anyMatch(line -> line.contains("AppendAck")))
          .as(each.toString())
          .isEqualTo(each.taken);
    }
  }

  @Test
  void section_5_3_a_follower_drops_what_conflicts_and_appends_what_is_new() {
    record Case(long previous, long previousTerm, List<EntryBatch> sent, List<Long> terms) {}
    for (Case each :
        List.of(
            new Case(2, 2, List.of(OneCore.batch(3, 3, 1)), List.of(1L, 2L, 3L)),
            new Case(
                1, 1, List.of(OneCore.batch(3, 2, 1), OneCore.batch(4, 3, 1)), List.of(1L, 3L, 4L)),
            new Case(0, 0, List.of(OneCore.batch(1, 1, 1)), List.of(1L, 2L)),
            new Case(0, 0, List.of(OneCore.batch(3, 1, 1)), List.of(3L)))) {
      OneCore node = OneCore.withLog(new HardState(2, 0), 1, 2);
      node.receive(2, new Message.Append(4, each.previous, each.previousTerm, each.sent, 0, 0));
      List<Long> terms =
          LongStream.rangeClosed(1, node.status().lastIndex())
              .map(node.core::termAt)
              .boxed()
              .toList();
      assertThat(terms).as(each.toString()).isEqualTo(each.terms);
    }
  }

  private static boolean isAlike(OneCore follower) {
    return follower.status().lastIndex() == 11 && follower.core.termAt(11) == 8;
  }

  /** Figure 7: followers may lack entries, have extra ones, or both; the leader makes all alike. */
  @Test
  void section_5_3_a_new_leader_brings_every_log_of_figure_7_into_line_with_its_own() {
    long[] leaders = {1, 1, 1, 4, 4, 5, 5, 6, 6, 6};
    for (long[] terms :
        List.of(
            new long[] {1, 1, 1, 4, 4, 5, 5, 6, 6},
            new long[] {1, 1, 1, 4},
            new long[] {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6},
            new long[] {1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7},
            new long[] {1, 1, 1, 4, 4, 4, 4},
            new long[] {1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3})) {
      OneCore leader = OneCore.withLog(new HardState(7, 0), leaders).elected().endTurn();
      OneCore follower = OneCore.withLog(new HardState(7, 0), terms);
      long next = leader.follower(2).next();
      for (int i = 0; i < 5 && !isAlike(follower); i++) {
        List<EntryBatch> batches = new ArrayList<>();
        for (long at = next; at <= 11; at++) {
          batches.add(OneCore.batch(leader.core.termAt(at), at, 1));
        }
        follower.forget();
        follower
            .receive(
                2,
                new Message.Append(
                    8, next - 1, next == 1 ? 0 : leader.core.termAt(next - 1), batches, 0, 0))
            .persistAll();
        for (String line : follower.take()) {
          if (line.contains("AppendReject")) {
            long hint = Long.parseLong(line.replaceAll(".*hintIndex=(\\d+).*", "$1"));
            long term = Long.parseLong(line.replaceAll(".*hintTerm=(\\d+).*", "$1"));
            leader.receive(2, new Message.AppendReject(8, next - 1, hint, term, 1));
            next = leader.follower(2).next();
          }
        }
        leader.endTurn();
      }
      for (long at = 1; at <= 11; at++) {
        assertThat(follower.core.termAt(at)).isEqualTo(leader.core.termAt(at));
      }
    }
  }

  @Test
  void section_5_4_1_a_voter_refuses_whoever_has_less_in_its_log() {
    record Ask(long[] own, long lastIndex, long lastTerm, boolean granted) {}
    for (Ask each :
        List.of(
            new Ask(new long[] {1}, 1, 1, true),
            new Ask(new long[] {1}, 1, 2, true),
            new Ask(new long[] {1, 1}, 1, 1, false),
            new Ask(new long[] {1}, 2, 1, true),
            new Ask(new long[] {1, 1}, 1, 2, true),
            new Ask(new long[] {2}, 1, 1, false),
            new Ask(new long[] {2}, 2, 1, false),
            new Ask(new long[] {1, 2}, 1, 1, false))) {
      OneCore node = OneCore.withLog(new HardState(2, 0), each.own);
      node.receive(2, new Message.RequestVote(3, each.lastIndex, each.lastTerm, false))
          .persistAll();
      assertThat(node.take())
          .as(each.toString())
          .contains("to 2: VoteReply[term=3, granted=%s]".formatted(each.granted));
    }
  }

  @Test
  void section_5_4_2_only_entries_of_the_own_term_are_committed_by_counting() {
    for (long acked = 1; acked <= 3; acked++) {
      OneCore leader = OneCore.withLog(new HardState(2, 0), 1, 2).elected().endTurn();
      leader.ack(2, acked);
      assertThat(leader.status().commitIndex()).isEqualTo(acked == 3 ? 3 : 0);
    }
  }

  @Test
  void section_8_a_leader_begins_its_term_with_an_entry_of_its_own() {
    OneCore node = candidate(1, 2, 3);

    node.receive(2, new Message.VoteReply(1, true));
    assertThat(node.take()).contains("#2 append 1/1 new term");
  }
}
