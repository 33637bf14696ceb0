package io.quorate.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.membership.Membership;
import io.quorate.raft.membership.MembershipChange;
import io.quorate.raft.quorum.NodeIds;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who may lead, who is asked, and what must be durable before anything is said. */
class ElectionTest {
  private static final Duration ELECTION = OneCore.ELECTION;

  @Test
  void a_node_that_hears_nobody_asks_first_and_writes_nothing() {
    OneCore node = OneCore.of(1, 2, 3);

    node.tick(ELECTION.minusNanos(1));
    assertThat(node.take()).containsExactly("FOLLOWER of term 0");
    node.tick(Duration.ofNanos(1));
    assertThat(node.take())
        .containsExactly(
            "to 2: PreVote[term=1, lastIndex=0, lastTerm=0]",
            "to 3: PreVote[term=1, lastIndex=0, lastTerm=0]",
            "PRE_CANDIDATE of term 0");
  }

  @Test
  void a_request_for_votes_leaves_once_the_own_vote_is_durable() {
    OneCore node = OneCore.of(1, 2, 3).tick(ELECTION).forget();

    node.receive(2, new Message.PreVoteReply(1, true));
    assertThat(node.take()).containsExactly("#1 term 1 vote 1", "CANDIDATE of term 1");
    node.persist(1);
    assertThat(node.take())
        .containsExactly(
            "to 2: RequestVote[term=1, lastIndex=0, lastTerm=0, transfer=false]",
            "to 3: RequestVote[term=1, lastIndex=0, lastTerm=0, transfer=false]");
    node.receive(3, new Message.VoteReply(1, true));
    assertThat(node.take())
        .containsExactly(
            "#2 append 1/1 new term",
            "to 2: Heartbeat[term=1, round=1, priority=0]",
            "to 3: Heartbeat[term=1, round=1, priority=0]",
            "LEADER of term 1");
    node.endTurn();
    assertThat(node.take())
        .containsExactly(
            "to 2: entries 1..1 behind 0/0, term 1, commit 0, boot 0",
            "to 3: entries 1..1 behind 0/0, term 1, commit 0, boot 0");
  }

  @Test
  void a_vote_leaves_once_it_is_durable_and_is_given_once_a_term() {
    OneCore node = OneCore.of(1, 2, 3);

    node.receive(2, new Message.RequestVote(1, 0, 0, false));
    assertThat(node.take())
        .containsExactly("#1 term 1 vote 0", "#2 term 1 vote 2", "FOLLOWER of term 1");
    node.persist(1);
    assertThat(node.take()).isEmpty();
    node.persist(2);
    assertThat(node.take()).containsExactly("to 2: VoteReply[term=1, granted=true]");

    node.receive(3, new Message.RequestVote(1, 9, 9, false));
    assertThat(node.take()).containsExactly("to 3: VoteReply[term=1, granted=false]");
    node.receive(2, new Message.RequestVote(1, 0, 0, false));
    assertThat(node.take()).containsExactly("to 2: VoteReply[term=1, granted=true]");
  }

  @Test
  void a_refusal_says_no_more_than_the_term_and_waits_for_that_to_be_durable() {
    OneCore node = OneCore.withLog(new HardState(1, 0), 1);

    node.receive(2, new Message.RequestVote(2, 0, 0, false));
    assertThat(node.take()).containsExactly("#1 term 2 vote 0", "FOLLOWER of term 2");
    node.persist(1);
    assertThat(node.take()).containsExactly("to 2: VoteReply[term=2, granted=false]");
  }

  @Test
  void a_vote_for_a_candidate_rests_on_entries_that_are_durable_as_well() {
    OneCore node = OneCore.of(1, 2, 3);
    node.append(3, 1, 0, 0, 0, OneCore.batch(1, 1, 1)).persist(1).forget();
    node.pass(ELECTION);

    node.receive(2, new Message.RequestVote(2, 5, 1, false)).forget();
    node.persist(3);
    assertThat(node.take()).doesNotContain("to 2: VoteReply[term=2, granted=true]");
    node.persist(4);
    assertThat(node.take()).contains("to 2: VoteReply[term=2, granted=true]");
  }

  @Test
  void a_pre_vote_raises_no_term_and_is_granted_to_any_number_of_nodes() {
    OneCore node = OneCore.withLog(new HardState(4, 0), 1, 3).forget();

    node.receive(2, new Message.PreVote(5, 2, 3));
    node.receive(3, new Message.PreVote(6, 3, 3));
    assertThat(node.take())
        .containsExactly(
            "to 2: PreVoteReply[term=5, granted=true]",
            "FOLLOWER of term 4",
            "to 3: PreVoteReply[term=6, granted=true]");
    assertThat(node.status().hardState()).isEqualTo(new HardState(4, 0));
  }

  @Test
  void a_pre_vote_is_refused_with_the_own_term_to_whoever_is_behind() {
    OneCore node = OneCore.withLog(new HardState(4, 0), 1, 3);

    node.receive(2, new Message.PreVote(5, 1, 3));
    node.receive(2, new Message.PreVote(5, 9, 2));
    node.receive(2, new Message.PreVote(4, 9, 3));
    node.receive(2, new Message.PreVote(3, 9, 3));
    assertThat(node.take())
        .containsExactly(
            "to 2: PreVoteReply[term=4, granted=false]",
            "FOLLOWER of term 4",
            "to 2: PreVoteReply[term=4, granted=false]",
            "to 2: PreVoteReply[term=4, granted=false]",
            "to 2: PreVoteReply[term=4, granted=false]");
  }

  @Test
  void a_refused_pre_vote_tells_a_higher_term() {
    OneCore node = OneCore.of(1, 2, 3).tick(ELECTION).forget();

    node.receive(2, new Message.PreVoteReply(7, false));
    assertThat(node.take()).containsExactly("#1 term 7 vote 0", "FOLLOWER of term 7");
  }

  @Test
  void grants_of_an_earlier_campaign_count_for_no_other_term() {
    OneCore node = OneCore.of(1, 2, 3).tick(ELECTION);
    node.receive(2, new Message.PreVoteReply(1, true)).persistAll();
    node.tick(ELECTION).forget();
    assertThat(node.status().role()).isEqualTo(Role.PRE_CANDIDATE);

    node.receive(3, new Message.PreVoteReply(1, true));
    node.receive(3, new Message.VoteReply(1, true));
    assertThat(node.take()).isEmpty();
    assertThat(node.status().hardState()).isEqualTo(new HardState(1, 1));
  }

  @Test
  void nobody_listens_to_candidates_while_it_hears_from_a_leader() {
    OneCore node = OneCore.of(1, 2, 3);
    node.receive(2, new Message.Heartbeat(1, 1, 0)).persistAll().forget();
    node.pass(ELECTION.minusNanos(1));

    node.receive(3, new Message.PreVote(2, 9, 1));
    node.receive(3, new Message.RequestVote(2, 9, 1, false));
    assertThat(node.take()).isEmpty();
    assertThat(node.term()).isEqualTo(1);

    node.pass(Duration.ofNanos(1));
    node.receive(3, new Message.PreVote(2, 9, 1));
    assertThat(node.take()).containsExactly("to 3: PreVoteReply[term=2, granted=true]");
  }

  @Test
  void a_leader_that_hears_a_quorum_is_protected_and_steps_down_when_it_does_not() {
    OneCore node = OneCore.of(1, 2, 3).ready();
    node.receive(3, new Message.RequestVote(2, 9, 9, false));
    assertThat(node.take()).isEmpty();

    for (int i = 0; i < 9; i++) {
      node.tick(OneCore.HEARTBEAT);
    }
    assertThat(node.core.isLeader()).isTrue();
    node.tick(OneCore.HEARTBEAT);
    assertThat(node.core.isLeader()).isFalse();
    assertThat(node.status().hardState()).isEqualTo(new HardState(1, 1));
  }

  @Test
  void a_candidate_whom_the_leader_asked_to_campaign_is_listened_to() {
    OneCore node = OneCore.of(1, 2, 3);
    node.receive(2, new Message.Heartbeat(1, 1, 0)).persistAll().forget();

    node.receive(3, new Message.RequestVote(2, 0, 0, true)).persistAll();
    assertThat(node.take())
        .containsExactly(
            "#2 term 2 vote 0",
            "#3 term 2 vote 3",
            "FOLLOWER of term 2",
            "to 3: VoteReply[term=2, granted=true]");
  }

  @Test
  void with_leases_a_node_that_has_just_started_votes_for_nobody() {
    OneCore node =
        OneCore.with(Membership.of(1, 2, 3), config -> config.leases(CoreConfig.Leases.ON));

    node.receive(2, new Message.PreVote(1, 0, 0));
    node.receive(2, new Message.RequestVote(1, 0, 0, false));
    assertThat(node.take()).containsExactly("FOLLOWER of term 0");
    node.pass(ELECTION);
    node.receive(2, new Message.PreVote(1, 0, 0));
    assertThat(node.take()).containsExactly("to 2: PreVoteReply[term=1, granted=true]");
  }

  @Test
  void a_vote_asked_for_twice_does_not_make_a_follower_forget_its_leader() {
    OneCore node = OneCore.of(1, 2, 3);
    node.receive(2, new Message.RequestVote(1, 0, 0, false)).persistAll();
    node.receive(2, new Message.Heartbeat(1, 1, 0)).forget();

    node.receive(2, new Message.RequestVote(1, 0, 0, false));
    assertThat(node.take()).containsExactly("to 2: VoteReply[term=1, granted=true]");
    assertThat(node.status().leader()).isEqualTo(2);
  }

  @Test
  void a_node_votes_for_nobody_in_a_term_whose_leader_it_knows() {
    OneCore node = OneCore.of(1, 2, 3);
    node.receive(2, new Message.Heartbeat(1, 1, 0)).persistAll().forget();

    node.receive(3, new Message.RequestVote(1, 9, 9, true));
    assertThat(node.take()).containsExactly("to 3: VoteReply[term=1, granted=false]");
  }

  @Test
  void an_election_is_lost_once_a_majority_refuses() {
    OneCore node = OneCore.of(1, 2, 3).tick(ELECTION);
    node.receive(2, new Message.PreVoteReply(1, true)).persistAll().forget();

    node.receive(2, new Message.VoteReply(1, false));
    assertThat(node.take()).isEmpty();
    node.receive(3, new Message.VoteReply(1, false));
    assertThat(node.take()).containsExactly("FOLLOWER of term 1");
  }

  @Test
  void votes_that_came_before_the_own_one_was_durable_wait_for_it() {
    OneCore node = OneCore.of(1);

    node.tick(ELECTION);
    assertThat(node.take()).containsExactly("#1 term 1 vote 1", "CANDIDATE of term 1");
    node.persist(1);
    assertThat(node.take()).containsExactly("#2 append 1/1 new term", "LEADER of term 1");
    node.endTurn();
    assertThat(node.take()).isEmpty();
    node.persist(2);
    assertThat(node.take()).containsExactly("apply 1");
  }

  @Test
  void a_node_of_lower_priority_waits_one_timeout_longer_from_the_first_heartbeat_on() {
    OneCore node = OneCore.of(1, 2, 3);
    node.receive(2, new Message.Heartbeat(1, 1, 5)).persistAll().forget();

    node.tick(ELECTION.multipliedBy(2).minusNanos(1));
    assertThat(node.take()).isEmpty();
    node.tick(Duration.ofNanos(1));
    assertThat(node.take()).contains("PRE_CANDIDATE of term 1");
  }

  @Test
  void a_learner_of_high_priority_keeps_no_voter_waiting() {
    Membership group = Membership.of(NodeIds.of(1, 2, 3), NodeIds.of(4));
    OneCore node = OneCore.of(group).ready();
    node.receive(4, new Message.HeartbeatAck(1, 1, 9));
    node.receive(2, new Message.HeartbeatAck(1, 1, 2));

    node.tick(OneCore.HEARTBEAT);
    assertThat(node.take())
        .contains("to 2: Heartbeat[term=1, round=2, priority=2]")
        .doesNotContain("to 2: Heartbeat[term=1, round=2, priority=9]");
  }

  @Test
  void a_node_that_is_no_voter_never_campaigns() {
    OneCore learner = OneCore.of(Membership.of(NodeIds.of(2, 3), NodeIds.of(1)));
    OneCore stranger = OneCore.of(2, 3);

    for (OneCore node : new OneCore[] {learner, stranger}) {
      node.forget();
      node.tick(ELECTION).tick(ELECTION).step(new Input.Campaign());
      node.receive(2, new Message.Heartbeat(1, 1, 0)).persistAll().forget();
      node.receive(2, new Message.TimeoutNow(1));
      assertThat(node.take()).isEmpty();
    }
  }

  @Test
  void a_learner_votes_all_the_same_since_the_candidate_may_know_better() {
    OneCore learner = OneCore.of(Membership.of(NodeIds.of(2, 3), NodeIds.of(1)));

    learner.receive(2, new Message.RequestVote(1, 0, 0, false)).persistAll();
    assertThat(learner.take()).contains("to 2: VoteReply[term=1, granted=true]");
  }

  @Test
  void a_node_that_was_removed_cannot_disturb_those_who_stay() {
    CoreCluster group = CoreCluster.of(3).elect(1);
    group.change(1, new MembershipChange.Remove(3)).settle();
    long term = group.node(1).term();

    group.advance(Duration.ofSeconds(10));
    assertThat(group.node(1).core().isLeader()).isTrue();
    assertThat(group.node(1).term()).isEqualTo(term);
    assertThat(group.node(3).term()).isEqualTo(term);
  }

  @Test
  void a_message_of_a_past_term_is_told_that_it_is_over() {
    OneCore node = OneCore.withLog(new HardState(3, 0), 3).forget();

    node.receive(2, new Message.Heartbeat(2, 1, 0));
    node.append(2, 2, 0, 0, 0);
    node.receive(2, new Message.RequestVote(2, 9, 9, false));
    node.receive(2, new Message.AppendAck(2, 1, 1, 1));
    assertThat(node.take())
        .containsExactly(
            "to 2: TermIsOver[term=3]",
            "FOLLOWER of term 3",
            "to 2: TermIsOver[term=3]",
            "to 2: VoteReply[term=3, granted=false]");
    assertThat(node.status().leader()).isZero();
  }

  @Test
  void three_of_five_are_enough_and_two_are_not() {
    CoreCluster group = CoreCluster.of(5);
    group.cut(envelope -> envelope.to() > 3 || envelope.from() > 3);
    group.advance(Duration.ofSeconds(3));
    assertThat(group.leader()).isNotNull();

    CoreCluster small = CoreCluster.of(5);
    small.cut(envelope -> envelope.to() > 2 || envelope.from() > 2);
    small.advance(Duration.ofSeconds(30));
    assertThat(small.leader()).isNull();
    assertThat(small.node(1).term()).isZero();
  }
}
